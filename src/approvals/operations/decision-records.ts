import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessPorts, People } from '../../access/public.js';
import type { DisplayName, Ministry } from '../../access/public.js';
import { IssuedDocuments, showCheckCode } from '../../documents/public.js';
import type {
  IssuedDocument,
  LabelledText,
  OfficialRecordData,
  OfficialRecordVersion,
  RecordSection,
} from '../../documents/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { Worker } from '../../platform/outbox/worker.js';
import { systemClock } from '../../shared/clock.js';
import type { Clock } from '../../shared/clock.js';
import type { Side } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { DecisionsRepository } from '../data/decisions.repository.js';
import { DECISION_CONCLUDED, DECISION_SETTLED } from '../domain/decisions.events.js';
import { OUTCOMES } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import type { SubjectRef, SubjectSummary } from '../domain/subject.js';
import { DecisionSubjects } from './decision-subjects.js';
import { decisionView } from './decisions.js';
import type { DecisionView } from './decisions.js';

const SIDES = ['home', 'host'] as const;

/** All that both versions of a record are written from. */
interface Recorded {
  readonly decision: DecisionView;
  /** What it came to: what both said, or what the commission settled. */
  readonly outcome: Outcome;
  readonly settled: boolean;
  readonly number: string;
  readonly at: Date;
  readonly ministries: Readonly<Record<Side, Ministry>>;
  readonly zones: Readonly<Record<Side, string>>;
  readonly names: ReadonlyMap<Id, DisplayName>;
  /** By language, because each version describes the subject in its own. */
  readonly summaries: ReadonlyMap<Language, SubjectSummary>;
}

/**
 * The record of a decision on paper: what both countries said, by whom, with which reasons and conditions, in the language of
 * each, signed by both officers. The worker makes it once a decision has come to its end. It is read by those who read the
 * decision; whom it is about gets a letter of their own, without reasons that are between the offices.
 */
@Injectable()
export class DecisionRecords implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(DecisionSubjects) private readonly subjects: DecisionSubjects,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
    @Inject(People) private readonly people: People,
    @Inject(AccessPorts) private readonly ports: AccessPorts,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.worker.subscribe((event) => this.hear(event));
  }

  /** The record of a decision, where there is one. */
  of(ctx: Ctx, decisionId: Id): Promise<IssuedDocument | null> {
    return this.documents.of(ctx, 'decision_record', subjectOf(decisionId));
  }

  open(ctx: Ctx, decisionId: Id): ReturnType<IssuedDocuments['open']> {
    return this.documents.open(ctx, 'decision_record', subjectOf(decisionId));
  }

  /** What the sides did not agree on has its record once the commission settled it. */
  async hear(event: DeliveredEvent, clock: Clock = systemClock): Promise<void> {
    const settled = event.type === DECISION_SETTLED;
    if (!settled && event.type !== DECISION_CONCLUDED) return;
    const outcome = OUTCOMES.find((each) => each === event.payload.outcome);
    if (!outcome || outcome === 'open' || (outcome === 'divergent' && !settled)) return;
    await this.database.transaction(systemContext(clock), async (ctx) => {
      // One after the other, where an event is delivered twice at once.
      const found = await this.decisions.lock(ctx, event.subject.id);
      if (found.withdrawnAt || (await this.of(ctx, found.id))) return;
      await this.issue(ctx, decisionView(found), outcome, settled);
    });
  }

  private async issue(ctx: Ctx, decision: DecisionView, outcome: Outcome, settled: boolean): Promise<void> {
    const deciders = SIDES.flatMap((side) => decision[side].decidedBy ?? []);
    const facts = {
      decision,
      outcome,
      settled,
      at: ctx.clock.now(),
      ministries: {
        home: await this.ports.places.ministry(ctx, decision.home.country),
        host: await this.ports.places.ministry(ctx, decision.host.country),
      },
      zones: {
        home: await this.ports.places.timeZone(ctx, decision.home.country),
        host: await this.ports.places.timeZone(ctx, decision.host.country),
      },
      names: await this.people.displayNames(ctx, deciders),
    };
    const summaries = new Map<Language, SubjectSummary>();
    for (const { language } of Object.values(facts.ministries)) {
      const described = await this.subjects
        .of(decision.subject.kind)
        .describe(ctx, language, [decision.subject.id]);
      const summary = described.get(decision.subject.id);
      if (summary) summaries.set(language, summary);
    }
    await this.documents.issue(ctx, {
      kind: 'decision_record',
      subject: subjectOf(decision.id),
      holderId: null,
      verification: { homeCountry: decision.home.country, hostCountry: decision.host.country },
      signatures: {
        wanted: deciders.length,
        given: SIDES.flatMap((side) => {
          const { country, decidedBy, since } = decision[side];
          if (!decidedBy) return [];
          const { language } = facts.ministries[side];
          return [
            {
              country,
              signerId: decidedBy,
              name: this.nameOf(facts.names, decidedBy, language),
              office: `${this.ministry(facts.ministries[side], language)}, ${this.say(language, 'officer')}`,
              language,
              actedAt: since,
            },
          ];
        }),
      },
      compose: (number, checkCode) =>
        Promise.resolve(this.compose({ ...facts, number, summaries }, checkCode)),
    });
  }

  private compose(recorded: Recorded, checkCode: string): OfficialRecordData {
    const { number, ministries, decision } = recorded;
    const url = new URL(`${this.settings.publicUrl}/verify/${number}`);
    url.searchParams.set('code', checkCode);
    const letterhead = (side: Side) => {
      const { language } = ministries[side];
      return {
        language,
        country: this.translator.countryName(language, decision[side].country),
        ministry: this.ministry(ministries[side], language),
        institution: '',
      };
    };
    return {
      number,
      checkCode: showCheckCode(checkCode),
      verificationUrl: url.href,
      issuedAt: recorded.at.toISOString(),
      letterhead: [letterhead('home'), letterhead('host')],
      versions: [
        this.version(recorded, ministries.home.language),
        this.version(recorded, ministries.host.language),
      ],
    };
  }

  private version(recorded: Recorded, language: Language): OfficialRecordVersion {
    const { translator } = this;
    const { decision, outcome, settled, zones } = recorded;
    const summary = recorded.summaries.get(language);
    const letter = (key: string) => translator.t(language, `documents.letter.${key}`);
    const row = (key: string, text: string | undefined): LabelledText[] =>
      text ? [{ label: this.say(language, key), text }] : [];
    return {
      language,
      title: this.say(language, 'title'),
      number: { label: letter('number'), text: recorded.number },
      // One document has one date: the home country's.
      date: { label: letter('date'), text: translator.date(language, recorded.at, zones.home) },
      opening: this.say(language, settled ? 'opening_settled' : 'opening'),
      facts: [
        ...row('matter', translator.t(language, `approvals.kinds.${decision.subject.kind}`)),
        ...row('reference', summary?.reference),
        ...row('home', summary?.homeParty),
        ...row('host', summary?.hostParty),
        ...row('opened', translator.dateTime(language, decision.openedAt, zones.home)),
        ...row('hash', decision.subjectHash),
        ...row('outcome', translator.t(language, `approvals.outcomes.${outcome}.name`)),
      ],
      sections: SIDES.map((side) => this.section(recorded, side, language)),
      signaturesHeading: this.say(language, 'signed'),
      signatures: SIDES.map((side) => ({
        act: translator.countryName(language, decision[side].country),
        body: this.ministry(recorded.ministries[side], language),
        person: `${this.nameOf(recorded.names, decision[side].decidedBy, language)}, ${this.say(language, 'officer')}`,
        at: translator.dateTime(language, decision[side].since, zones[side]),
      })),
      closing: [this.say(language, 'closing')],
      verification: letter('verification'),
      checkCodeLabel: letter('checkCode'),
      pageOf: translator.t(language, 'documents.pageOf'),
      ...(this.settings.demonstration ? { notice: translator.t(language, 'documents.demonstration') } : {}),
    };
  }

  private section({ decision, zones }: Recorded, side: Side, language: Language): RecordSection {
    const { translator } = this;
    const said = decision[side];
    const row = (key: string, text: string | null): LabelledText[] =>
      text ? [{ label: translator.t(language, `approvals.side.${key}`), text }] : [];
    return {
      heading: this.say(language, `side_${side}`, {
        country: translator.countryName(language, said.country),
      }),
      entries: [
        ...row('decided', translator.dateTime(language, said.since, zones[side])),
        {
          label: this.say(language, 'verdict'),
          text: translator.t(language, `approvals.states.${said.state}`),
        },
        ...row(
          'reason',
          said.reasonCode && translator.t(language, `approvals.reason_codes.${said.reasonCode}`),
        ),
        ...said.conditions.map((condition, index) => ({
          label: translator.t(language, 'approvals.side.condition', {
            number: translator.number(language, index + 1),
          }),
          text: condition,
        })),
        ...row('answer', said.answer),
      ],
      // In the words in which it was written: nobody has translated them.
      paragraphs: said.reasonText ? [said.reasonText] : [],
    };
  }

  private say(language: Language, key: string, values?: Record<string, string>): string {
    return this.translator.t(language, `approvals.record.${key}`, values);
  }

  private ministry({ name }: Ministry, language: Language): string {
    return this.translator.localized(language, name);
  }

  /** In a version of another language in Latin letters, where these are known. */
  private nameOf(names: ReadonlyMap<Id, DisplayName>, id: Id | null, language: Language): string {
    const name = id === null ? undefined : names.get(id);
    if (!name) return '—';
    return name.language.slice(0, 2) === language.slice(0, 2) ? name.name : (name.latin ?? name.name);
  }
}

function subjectOf(decisionId: Id): SubjectRef {
  return { kind: 'decision', id: decisionId };
}
