import { setTimeout as pause } from 'node:timers/promises';
import type { CaughtMessage } from '../../src/demo/mail-catcher.js';
import type { Language } from '../../src/shared/language.js';
import { wordsWithAnyValues } from './words.js';

const ARRIVES_WITHIN_MS = 20_000;

/** A mail that must come: to whom, in which language, and under `notifications` which one. */
export type ExpectedMail = readonly [to: string, language: Language, template: string];

/** The mails about one application as they come, step by step. */
export class Mailbox {
  private readonly seen = new Set<string>();

  constructor(
    private readonly mailUrl: string,
    private readonly number: string,
  ) {}

  /** Waits for these mails. Throws where one does not come, and where another one about this application came as well. */
  async expect(...expected: readonly ExpectedMail[]): Promise<readonly CaughtMessage[]> {
    const until = Date.now() + ARRIVES_WITHIN_MS;
    let fresh = await this.fresh();
    while (fresh.length < expected.length && Date.now() < until) {
      await pause(150);
      fresh = await this.fresh();
    }
    for (const { id } of fresh) this.seen.add(id);
    const left = [...fresh];
    const missing = expected.filter(([to, language, template]) => {
      const subject = wordsWithAnyValues(language, `notifications.${template}.subject`);
      const at = left.findIndex((mail) => mail.to.join() === to && subject.test(mail.subject));
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    if (missing.length > 0 || left.length > 0) {
      const lines = [
        ...missing.map(([to, language, template]) => `did not come: ${template} to ${to} in ${language}`),
        ...left.map(({ to, subject }) => `came besides: to ${to.join(', ')}: ${subject}`),
      ];
      throw new Error(`Mails about ${this.number}:\n  ${lines.join('\n  ')}`);
    }
    return fresh;
  }

  private async fresh(): Promise<CaughtMessage[]> {
    const response = await fetch(`${this.mailUrl}/messages.json`);
    const messages = (await response.json()) as CaughtMessage[];
    return messages.filter(
      ({ id, subject, text }) => !this.seen.has(id) && `${subject}\n${text}`.includes(this.number),
    );
  }
}
