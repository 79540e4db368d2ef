import { Injectable } from '@nestjs/common';
import { showCheckCode } from '../../documents/public.js';
import type {
  AgreedAct,
  LabelledText,
  OfficialRecordData,
  OfficialRecordVersion,
  RecordSection,
} from '../../documents/public.js';
import { Settings } from '../../platform/config/settings.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { CountryCode } from '../../shared/country.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import type { ProtocolSection } from '../domain/protocol.js';

export interface ProtocolCountry {
  readonly code: CountryCode;
  readonly language: Language;
  readonly timeZone: string;
  readonly ministry: LocalizedText;
}

export interface SignedBy {
  readonly country: CountryCode;
  readonly name: string;
  readonly at: Date;
}

/** The protocol on paper: the same text in the language of each country, side by side. */
@Injectable()
export class ComposeProtocol {
  constructor(
    private readonly translator: Translator,
    private readonly settings: Settings,
  ) {}

  of(
    protocol: { readonly number: string; readonly hash: string; readonly at: Date },
    [a, b]: readonly [ProtocolCountry, ProtocolCountry],
    sections: readonly ProtocolSection[],
    signed: readonly SignedBy[],
    documentNumber: string,
    checkCode: string,
  ): OfficialRecordData {
    const url = new URL(`${this.settings.publicUrl}/verify/${documentNumber}`);
    url.searchParams.set('code', checkCode);
    const letterhead = ({ language, code, ministry }: ProtocolCountry) => ({
      language,
      country: this.translator.countryName(language, code),
      ministry: this.translator.localized(language, ministry),
      institution: '',
    });
    const version = (country: ProtocolCountry): OfficialRecordVersion => {
      const { language, timeZone } = country;
      const say = (key: string, values?: Record<string, string | number>) =>
        this.translator.t(language, `commission.paper.${key}`, values);
      return {
        language,
        title: say('title'),
        number: { label: say('number'), text: protocol.number },
        date: { label: say('date'), text: this.translator.date(language, protocol.at, timeZone) },
        opening: say('opening'),
        facts: [{ label: say('hash'), text: protocol.hash }],
        sections: sections.map((section) => this.section(country, section)),
        signaturesHeading: say('signatures'),
        signatures: signed.map((act): AgreedAct => ({
          act: say('signed'),
          body: this.translator.countryName(language, act.country),
          person: act.name,
          at: this.translator.dateTime(language, act.at, timeZone),
        })),
        closing: [],
        verification: this.translator.t(language, 'documents.letter.verification'),
        checkCodeLabel: this.translator.t(language, 'documents.letter.checkCode'),
        pageOf: this.translator.t(language, 'documents.pageOf'),
        ...(this.settings.demonstration
          ? { notice: this.translator.t(language, 'documents.demonstration') }
          : {}),
      };
    };
    return {
      number: documentNumber,
      checkCode: showCheckCode(checkCode),
      verificationUrl: url.href,
      issuedAt: protocol.at.toISOString(),
      letterhead: [letterhead(a), letterhead(b)],
      versions: [version(a), version(b)],
    };
  }

  /** As what somebody signs. */
  officeOf(language: Language): string {
    return this.translator.t(language, 'commission.paper.office');
  }

  private section({ language }: ProtocolCountry, { position, content }: ProtocolSection): RecordSection {
    const { translator } = this;
    const say = (key: string, values?: Record<string, string | number>) =>
      translator.t(language, `commission.${key}`, values);
    const fact = (key: string, text: string): LabelledText => ({
      label: say(`facts.${key}`),
      text: text || '—',
    });
    const country = (code: string) => translator.countryName(language, code);
    const people = (list: readonly { readonly name: string; readonly country: string }[]) =>
      list.map((person) => `${person.name} (${country(person.country)})`).join(', ');
    switch (content.kind) {
      case 'head': {
        const when = (iso: string) => translator.dateTime(language, new Date(iso), content.timeZone);
        return {
          heading: say('protocol.head'),
          entries: [
            fact('planned', when(content.startsAt)),
            fact('where', [content.place, content.link].filter(Boolean).join(', ')),
            fact('opened', when(content.openedAt)),
            fact('closed', when(content.closedAt)),
            fact('chair', country(content.chairCountry)),
            fact('rules_version', translator.number(language, content.rulesVersion)),
            fact('quorum', translator.number(language, content.rules.quorum)),
            { label: say('paper.present'), text: people(content.present) || '—' },
            { label: say('paper.absent'), text: people(content.absent) || '—' },
          ],
          paragraphs: [],
        };
      }
      case 'item': {
        const title = content.title[language] ?? Object.values(content.title)[0] ?? '';
        return {
          heading: `${position}. ${[content.reference, title].filter(Boolean).join(' · ')}`,
          entries: [
            { label: say('paper.recused'), text: people(content.recused) || '—' },
            fact(
              'ballot',
              say(
                content.vote
                  ? `vote.${content.vote.ballot}`
                  : content.brokenOff?.length
                    ? 'vote.broken_off'
                    : 'vote.none',
              ),
            ),
            fact('tally', content.vote ? say('vote.tally', { ...content.vote.tally }) : ''),
            ...(content.brokenOff ?? []).map(({ ballot, reason, words }) =>
              fact(
                'broken_off',
                [say(`vote.${ballot}`), words[language] ?? say(`vote.reasons.${reason}`)].join(': '),
              ),
            ),
            fact('outcome', content.outcome ? say(`outcomes.${content.outcome}`) : ''),
          ],
          paragraphs: [
            ...content.notes.map((words) => words[language] ?? ''),
            content.decision[language] ?? '',
          ],
        };
      }
      case 'amendment':
        return {
          heading: say('protocol.amends', { number: content.amends, section: content.section }),
          entries: [],
          paragraphs: [content.words[language] ?? '', content.reason[language] ?? ''],
        };
    }
  }
}
