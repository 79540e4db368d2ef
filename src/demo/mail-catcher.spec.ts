import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { startMailCatcher } from './mail-catcher.js';
import type { MailCatcher } from './mail-catcher.js';

let directory: string;
let catcher: MailCatcher;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'most-test-mail-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the mail catcher', () => {
  it('shows what it caught before it was started again, and what came since, each once and the newest first', async () => {
    catcher = await startMailCatcher({ directory });
    await send('first', 'one@example.org');
    await catcher.stop();

    catcher = await startMailCatcher({ directory });
    // Before anybody has asked what is kept.
    await Promise.all([send('second', 'two@example.org'), send('third', 'two@example.org')]);
    const subjects = (await catcher.messages()).map(({ subject }) => subject);
    expect(subjects.slice(0, 2).sort()).toEqual(['second', 'third']);
    expect(subjects.slice(2)).toEqual(['first']);
    expect((await catcher.messages('ONE@')).map(({ to }) => to)).toEqual([['one@example.org']]);
    await catcher.stop();
  });
});

async function send(subject: string, to: string): Promise<void> {
  const transport = nodemailer.createTransport(catcher.smtpUrl);
  await transport.sendMail({ from: 'most@example.org', to, subject, text: 'Good day' });
  transport.close();
}
