import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Language } from '../../shared/language.js';
import type { ConsentReceipt } from '../consent-keepers.js';
import type { PersonPaper } from '../domain/person-paper.js';

/** Translation key of what a purpose is called; a call may ask for consents of its own, which have their words there alone. */
export function purposeKey(translator: Translator, language: Language, purpose: string): string {
  const key = `web.consents.purposes.${purpose}`;
  return translator.has(language, key) ? key : 'web.consents.purpose_of_call';
}

/** A receipt of consent as a document of its own: who, to what, in which words, when, and whether it still holds. */
@Injectable()
export class ComposeReceipt {
  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  of(
    language: Language,
    issuedAt: Date,
    receipt: ConsentReceipt,
    about: { readonly person: string; readonly record: string; readonly wording: string | null },
  ): PersonPaper {
    const say = (key: string) => this.translator.t(language, `privacy.receipt.${key}`);
    const row = (key: string, text: string) => ({ label: say(key), text });
    const when = (instant: Date) => this.translator.dateTime(language, instant, 'UTC');
    return {
      language,
      issuedAt: issuedAt.toISOString(),
      title: say('title'),
      name: about.person,
      lead: [say('lead')],
      parts: [
        {
          heading: say('what'),
          none: '',
          blocks: [
            {
              level: 0,
              heading: '',
              rows: [
                row(
                  'purpose',
                  this.translator.t(language, purposeKey(this.translator, language, receipt.purpose)),
                ),
                row('record', about.record),
                row('version', receipt.textVersion),
                row('language', this.translator.languageName(language, receipt.language)),
                row('given', when(receipt.givenAt)),
                row('withdrawn', receipt.withdrawnAt ? when(receipt.withdrawnAt) : say('in_force')),
                row('number', receipt.id),
                row('fingerprint', receipt.textHash),
              ],
            },
          ],
        },
        {
          heading: say('wording'),
          none: say('no_wording'),
          blocks:
            about.wording === null
              ? []
              : [{ level: 0, heading: '', rows: [{ label: say('text'), text: about.wording }] }],
        },
      ],
      pageOf: this.translator.t(language, 'documents.pageOf'),
      ...(this.settings.demonstration
        ? { notice: this.translator.t(language, 'documents.demonstration') }
        : {}),
    };
  }
}
