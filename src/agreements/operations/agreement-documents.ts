import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessPorts, People } from '../../access/public.js';
import type { Ministry } from '../../access/public.js';
import { Decisions } from '../../approvals/public.js';
import { IssuedDocuments, showCheckCode } from '../../documents/public.js';
import type {
  AgreedAct,
  AgreementVerification,
  IssuedDocument,
  LabelledText,
  OfficialRecordData,
  OfficialRecordVersion,
  RecordSection,
  SignatureAct,
} from '../../documents/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { Worker } from '../../platform/outbox/worker.js';
import { systemClock } from '../../shared/clock.js';
import type { Clock } from '../../shared/clock.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { AgreementPorts } from '../agreement-ports.js';
import type { AgreementPersonEntity } from '../data/agreement-person.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { themeName } from '../data/themes.js';
import type { AgreementContent, AgreementParty, QuotaDraft, VersionView } from '../domain/agreement.js';
import { BOUND_STATES } from '../domain/agreement.states.js';
import { AGREEMENT_CLOSED, AGREEMENT_IN_FORCE, AGREEMENT_PROPOSED } from '../domain/agreements.events.js';
import { AgreementRecords, partiesOf } from './agreement-record.js';

/** A country of the agreement, in whose language one half of the sheet is. */
interface CountryOfText {
  readonly code: CountryCode;
  readonly ministry: Ministry;
  readonly zone: string;
}

/** Somebody whose name stands under the text. */
interface Signed extends SignatureAct {
  /** For which office, in either language. */
  readonly body: (language: Language) => string;
  /** What they are there, in either language; null: as they said it themselves, in their own. */
  readonly part: ((language: Language) => string) | null;
}

/** All that both halves of the sheet are written from. */
interface Written {
  readonly version: VersionView;
  readonly standing: AgreementVerification['standing'];
  readonly countries: readonly [CountryOfText, CountryOfText];
  readonly people: readonly AgreementPersonEntity[];
  readonly signed: readonly Signed[];
  readonly number: string;
  readonly at: Date;
}

/**
 * The text of a version as a document, in the languages of both countries: once it is proposed, marked as one to sign and sealed
 * by the programme; once it is in force, signed by everybody who approved it, in the place of the first. It says all that the
 * hash binds, and beside it the contacts and signatories of that day, which bind nobody. The worker makes it.
 */
@Injectable()
export class AgreementDocuments implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly worker: Worker,
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly decisions: Decisions,
    private readonly documents: IssuedDocuments,
    private readonly names: People,
    private readonly places: AccessPorts,
    private readonly ports: AgreementPorts,
    private readonly translator: Translator,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.worker.subscribe((event) => this.hear(event));
  }

  /** The document of a version that stands now, where there is one. */
  of(ctx: Ctx, versionId: Id): Promise<IssuedDocument | null> {
    return this.documents.of(ctx, 'agreement', subjectOf(versionId));
  }

  open(ctx: Ctx, versionId: Id): ReturnType<IssuedDocuments['open']> {
    return this.documents.open(ctx, 'agreement', subjectOf(versionId));
  }

  async hear(event: DeliveredEvent, clock: Clock = systemClock): Promise<void> {
    if (![AGREEMENT_PROPOSED, AGREEMENT_IN_FORCE, AGREEMENT_CLOSED].includes(event.type)) return;
    await this.keepUp(event.subject.id, Number(event.payload['version']), clock);
  }

  /**
   * Brings the document of a version up to what the version is now: one to sign while it is decided, the signed one once all have
   * approved it, none once it came back. What is so already stays.
   */
  async keepUp(agreementId: Id, number: number, clock: Clock): Promise<void> {
    await this.database.transaction(systemContext(clock), async (ctx) => {
      // One after the other, where an event is delivered twice at once.
      await this.records.lock(ctx, agreementId);
      const version = await this.versions.number(ctx, agreementId, number);
      if (!version || version.state === 'draft') return;
      const bound = BOUND_STATES.includes(version.state);
      if (!bound && version.state !== 'proposed') {
        await this.documents.revoke(ctx, 'agreement', subjectOf(version.id));
        return;
      }
      const present = await this.of(ctx, version.id);
      if (present && (!bound || present.signaturesWanted > 0)) return;
      await this.issue(ctx, version, bound, present);
    });
  }

  private async issue(
    ctx: Ctx,
    version: VersionView,
    bound: boolean,
    present: IssuedDocument | null,
  ): Promise<void> {
    const { content } = version;
    const [first, second] = await Promise.all(
      partiesOf(content).countries.map(async (code): Promise<CountryOfText> => ({
        code,
        ministry: await this.places.places.ministry(ctx, code),
        zone: await this.places.places.timeZone(ctx, code),
      })),
    );
    if (!first || !second) throw new Error(`version ${version.id} has one side only`);
    const people = await this.versions.people(ctx, version.agreementId);
    const countries = [first, second] as const;
    const signed = bound ? await this.signed(ctx, version, countries, people) : [];
    const standing = bound
      ? content.paper
        ? 'on_paper'
        : 'signed'
      : content.paper
        ? 'to_confirm'
        : 'to_sign';
    const facts = { version, standing, countries, people, signed, at: ctx.clock.now() } as const;
    await this.documents.issue(ctx, {
      kind: 'agreement',
      subject: subjectOf(version.id),
      holderId: null,
      verification: {
        homeCountry: first.code,
        hostCountry: second.code,
        reference: content.reference,
        version: version.number,
        contentHash: version.contentHash,
        standing,
      },
      ...(bound
        ? {
            signatures: {
              wanted: signed.length,
              given: signed.map(({ country, signerId, name, office, language, actedAt }) => ({
                country,
                signerId,
                name,
                office,
                language,
                actedAt,
              })),
            },
          }
        : {}),
      ...(present ? { supersedes: present.id } : {}),
      compose: (number, checkCode) => Promise.resolve(this.compose({ ...facts, number }, checkCode)),
    });
  }

  /** Signatories of the institutions, then the officers of both ministries, each by their own act. */
  private async signed(
    ctx: Ctx,
    version: VersionView,
    countries: Written['countries'],
    people: readonly AgreementPersonEntity[],
  ): Promise<readonly Signed[]> {
    const { content } = version;
    const languageOf = (code: CountryCode) =>
      countries.find((country) => country.code === code)?.ministry.language ?? countries[0].ministry.language;
    const signatories = content.parties.flatMap(({ institutionId, country, name }): Signed[] => {
      const person = people.find(
        (each) =>
          each.versionId === version.id && each.part === 'signed' && each.institutionId === institutionId,
      );
      if (institutionId === null || !person?.personId) return [];
      return [
        {
          country,
          signerId: person.personId,
          name: person.name,
          office: person.office,
          language: languageOf(country),
          actedAt: person.notedAt,
          body: (language) => this.translator.localized(language, name),
          part: null,
        },
      ];
    });
    const decision = version.ministries
      ? await this.decisions.ofSubject(ctx, { kind: 'agreement', id: version.agreementId })
      : null;
    const sides =
      decision?.subjectHash === version.contentHash
        ? [decision.home, decision.host].filter(({ decidedBy }) => decidedBy !== null)
        : [];
    const names = await this.names.displayNames(
      ctx,
      sides.flatMap(({ decidedBy }) => decidedBy ?? []),
    );
    const officers = sides.flatMap(({ country, decidedBy, since }): Signed[] => {
      const own = countries.find(({ code }) => code === country);
      if (!own || decidedBy === null) return [];
      const { language, name } = own.ministry;
      const body = (read: Language) => this.translator.localized(read, name);
      return [
        {
          country,
          signerId: decidedBy,
          name: names.get(decidedBy)?.name ?? '—',
          office: `${body(language)}, ${this.say(language, 'officer')}`,
          language,
          actedAt: since,
          body,
          part: (read) => this.say(read, 'officer'),
        },
      ];
    });
    return [...signatories, ...officers];
  }

  private compose(written: Written, checkCode: string): OfficialRecordData {
    const { number, countries, version } = written;
    const [first, second] = countries;
    const url = new URL(`${this.settings.publicUrl}/verify/${number}`);
    url.searchParams.set('code', checkCode);
    const letterhead = ({ code, ministry }: CountryOfText) => {
      const { language } = ministry;
      return {
        language,
        country: this.translator.countryName(language, code),
        ministry: this.translator.localized(language, ministry.name),
        institution: version.content.parties
          .filter(({ institutionId, country }) => institutionId !== null && country === code)
          .map(({ name }) => this.translator.localized(language, name))
          .join('\n'),
      };
    };
    return {
      number,
      checkCode: showCheckCode(checkCode),
      verificationUrl: url.href,
      issuedAt: written.at.toISOString(),
      letterhead: [letterhead(first), letterhead(second)],
      versions: [this.half(written, first.ministry.language), this.half(written, second.ministry.language)],
    };
  }

  private half(written: Written, language: Language): OfficialRecordVersion {
    const { translator } = this;
    const { version, standing, countries, number } = written;
    const { content } = version;
    const letter = (key: string) => translator.t(language, `documents.letter.${key}`);
    const zoneOf = (code: CountryCode) =>
      countries.find((country) => country.code === code)?.zone ?? countries[0].zone;
    const notices = [
      ...(standing === 'to_sign' || standing === 'to_confirm'
        ? [this.say(language, `notice_${standing}`)]
        : []),
      ...(this.settings.demonstration ? [translator.t(language, 'documents.demonstration')] : []),
    ];
    return {
      language,
      title: translator.localized(language, content.title),
      number: { label: letter('number'), text: number },
      date: { label: letter('date'), text: translator.date(language, written.at, countries[0].zone) },
      opening: this.say(language, `opening_${standing}`),
      facts: this.facts(version, language),
      sections: [
        this.parties(content, language),
        ...this.exchange(content, language),
        ...this.quotas(content, language),
        ...content.text.articles.map(({ title, body }, place): RecordSection => ({
          heading: translator.t(language, 'agreements.article', {
            number: place + 1,
            title: translator.localized(language, title),
          }),
          entries: [],
          // One passage, so that both languages go on side by side however each is parted.
          paragraphs: [translator.localized(language, body)],
        })),
        ...this.annexes(content, language),
        ...this.contacts(written, language),
      ],
      signaturesHeading: this.say(language, 'signed'),
      signatures: written.signed.map(
        ({ country, name, office, language: spoken, actedAt, body, part }): AgreedAct => ({
          act: translator.countryName(language, country),
          body: body(language),
          person: [name, ...(part ? [part(language)] : spoken === language ? [office] : [])].join(', '),
          at: translator.dateTime(language, actedAt, zoneOf(country)),
        }),
      ),
      closing: [this.say(language, `closing_${standing}`)],
      verification: letter('verification'),
      checkCodeLabel: letter('checkCode'),
      pageOf: translator.t(language, 'documents.pageOf'),
      ...(notices.length > 0 ? { notice: notices.join(' · ') } : {}),
    };
  }

  private facts(
    { content, number, contentHash, ...version }: VersionView,
    language: Language,
  ): LabelledText[] {
    const { translator } = this;
    // What was agreed; where the text says no days, those that were entered when it was signed.
    const from = content.validFrom ?? version.inForceFrom;
    const until = content.validUntil ?? version.inForceUntil;
    const binds = version.inForceFrom === from ? null : version.inForceFrom;
    const row = (key: string, text: string | undefined): LabelledText[] =>
      text ? [{ label: translator.t(language, `agreements.facts.${key}`), text }] : [];
    return [
      ...row('kind', translator.t(language, `agreements.kinds.${content.kind}`)),
      ...row('reference', content.reference),
      ...row('version', translator.number(language, number)),
      ...row('under', content.under),
      ...row('signed_on_paper', content.paper && this.day(language, content.paper.signedOn)),
      ...row('external_reference', content.paper?.externalReference),
      ...row('valid_from', from ? this.day(language, from) : undefined),
      ...row('binds_from', binds === null ? undefined : this.day(language, binds)),
      ...row('valid_until', until ? this.day(language, until) : this.say(language, 'no_end')),
      ...row(
        'notice',
        content.noticeDays === undefined
          ? undefined
          : translator.t(language, 'agreements.quotas.days', { count: content.noticeDays }),
      ),
      ...row(
        'themes',
        content.themes.map((code) => translator.localized(language, themeName(code))).join('; '),
      ),
      ...row('hash', contentHash),
    ];
  }

  private parties({ parties }: AgreementContent, language: Language): RecordSection {
    return {
      heading: this.translator.t(language, 'agreements.facts.parties'),
      entries: parties.map(({ country, name }) => ({
        label: this.translator.countryName(language, country),
        text: this.translator.localized(language, name),
      })),
      paragraphs: [],
    };
  }

  private exchange({ exchange }: AgreementContent, language: Language): RecordSection[] {
    if (!exchange) return [];
    const { translator } = this;
    const names = new Map(
      this.ports.fieldsOfStudy().map(({ code, name }) => [code, translator.localized(language, name)]),
    );
    const entry = (key: string, texts: readonly string[]): LabelledText => ({
      label: translator.t(language, `agreements.facts.${key}`),
      text: texts.length > 0 ? texts.join('; ') : this.say(language, 'all'),
    });
    return [
      {
        heading: translator.t(language, 'agreements.editor.steps.exchange'),
        entries: [
          entry(
            'fields',
            exchange.fields.map((code) => `${code} ${names.get(code) ?? ''}`.trim()),
          ),
          entry(
            'levels',
            exchange.levels.map((level) => translator.t(language, `agreements.levels.${level}`)),
          ),
          entry(
            'languages',
            exchange.languages.map(
              ({ language: taught, level }) =>
                `${translator.languageName(language, taught)}, ${translator.t(language, `agreements.cefr.${level}`)}`,
            ),
          ),
          entry('blended', [
            exchange.blended
              ? translator.t(language, 'agreements.facts.blended_yes')
              : translator.t(language, 'agreements.compare.no'),
          ]),
        ],
        paragraphs: [],
      },
    ];
  }

  private quotas({ quotas }: AgreementContent, language: Language): RecordSection[] {
    const { translator } = this;
    if (quotas.length === 0) return [];
    const stay = ({ months, days = 0 }: QuotaDraft) =>
      [
        ...(months > 0 ? [translator.t(language, 'agreements.quotas.months', { count: months })] : []),
        ...(days > 0 ? [translator.t(language, 'agreements.quotas.days', { count: days })] : []),
      ].join(' + ');
    return [
      {
        heading: translator.t(language, 'agreements.quotas.title'),
        entries: quotas.map((quota) => ({
          label: [
            translator.t(language, 'agreements.quotas.row', {
              category: translator.t(language, `agreements.categories.${quota.category}`),
              year: quota.academicYear,
            }),
            translator.t(language, 'agreements.quotas.from', {
              home: translator.countryName(language, quota.homeCountry),
              host: translator.countryName(language, quota.hostCountry),
            }),
          ].join(' · '),
          text: [
            translator.t(language, 'agreements.quotas.persons', { count: quota.persons }),
            ...(stay(quota) ? [stay(quota)] : []),
          ].join(' · '),
        })),
        paragraphs: [],
      },
    ];
  }

  private annexes({ annexes = [] }: AgreementContent, language: Language): RecordSection[] {
    const { translator } = this;
    if (annexes.length === 0) return [];
    return [
      {
        heading: translator.t(language, 'agreements.annexes.title'),
        entries: annexes.map(({ title, pages, sizeBytes, sha256 }, place) => ({
          label: translator.t(language, 'agreements.annexes.numbered', {
            number: place + 1,
            title: translator.localized(language, title),
          }),
          text: [
            ...(pages === null ? [] : [translator.t(language, 'agreements.annexes.pages', { count: pages })]),
            translator.t(language, 'agreements.annexes.size', {
              kilobytes: translator.number(language, Math.ceil(sizeBytes / 1024)),
            }),
            `SHA-256 ${sha256}`,
          ].join(' · '),
        })),
        paragraphs: [],
      },
    ];
  }

  /** Whom to write to and who signs, of that day: nobody approves them, and they change without a new version. */
  private contacts({ version, people }: Written, language: Language): RecordSection[] {
    const found = people.filter(({ part }) => part !== 'signed');
    if (found.length === 0) return [];
    const partyOf = (person: AgreementPersonEntity): AgreementParty | undefined =>
      version.content.parties.find(
        ({ institutionId, country }) => institutionId === person.institutionId && country === person.country,
      );
    return [
      {
        heading: this.translator.t(language, 'agreements.people.title'),
        entries: found.map((person) => {
          const party = partyOf(person);
          return {
            label: [
              this.translator.t(language, `agreements.people.parts.${person.part}`),
              ...(party ? [this.translator.localized(language, party.name)] : []),
            ].join(' · '),
            text: [person.name, person.office, ...(person.email ? [person.email] : [])].join(', '),
          };
        }),
        paragraphs: [this.say(language, 'people_bind_nobody')],
      },
    ];
  }

  /** A calendar day has no zone. */
  private day(language: Language, day: string): string {
    return this.translator.date(language, new Date(`${day}T00:00:00Z`), 'UTC');
  }

  private say(language: Language, key: string): string {
    return this.translator.t(language, `agreements.document.${key}`);
  }
}

function subjectOf(versionId: Id) {
  return { kind: 'agreement_version', id: versionId };
}
