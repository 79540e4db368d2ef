import { Inject, Injectable } from '@nestjs/common';
import { AccessPorts, CorrectName, People, ownAccount } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CORRECTION_FIELDS, WORDS_LENGTH, isName, valueProblem } from '../domain/correction.js';
import type { CorrectionField, CorrectionState } from '../domain/correction.js';
import { correctionsPolicy } from '../domain/corrections.policy.js';
import { CORRECTION_ANSWERED, CORRECTION_ASKED, CORRECTION_TOLD } from '../domain/privacy.events.js';
import { PrivacyPorts } from '../privacy-ports.js';
import { AnswerTerms } from './answer-terms.js';
import type { Authority } from './answer-terms.js';
import { Transfers } from './transfers.js';

export interface Correction {
  readonly id: Id;
  readonly personId: Id;
  readonly ownerCountry: CountryCode;
  /** The institution that keeps what is wrong and answers; null: the ministry does. */
  readonly ownerInstitutionId: Id | null;
  /** Null in those from before there was a time. */
  readonly dueAt: Date | null;
  readonly overdueAt: Date | null;
  readonly toldInstitutions: readonly Id[];
  readonly applicationId: Id | null;
  readonly field: CorrectionField;
  readonly wanted: string;
  readonly because: string | null;
  readonly state: CorrectionState;
  readonly told: readonly CountryCode[];
  readonly answer: string | null;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

/** A request as an office reads it: of whom, and what stands there now. */
export interface CorrectionFile extends Correction {
  readonly person: string;
  readonly record: { readonly name: string; readonly href: string | null } | null;
  /** Of a name, what the account holds; null where it is something else, or nothing stands there. */
  readonly current: string | null;
  readonly mayAnswer: boolean;
  /** To whom whoever asked can complain of the answer. */
  readonly authority: Authority | null;
}

interface Holder {
  readonly from: CountryCode;
  readonly country: CountryCode;
  readonly institution: Id | null;
}

export interface AskedCorrection {
  readonly field: string;
  readonly applicationId: string;
  readonly wanted: string;
  readonly because: string;
}

const COLUMNS = `c.id, c.person_id as "personId", c.owner_country as "ownerCountry", c.application_id as "applicationId",
  c.field, c.wanted, c.because, c.state, c.told, c.answer, c.asked_at as "askedAt", c.ended_at as "endedAt",
  c.owner_institution_id as "ownerInstitutionId", c.due_at as "dueAt", c.overdue_at as "overdueAt",
  c.told_institutions as "toldInstitutions"`;
/** More than that nobody waits for at once; each answer makes room. */
const MOST_OPEN = 20;
const LISTED = 200;
const DAY_MS = 86_400_000;

/**
 * Corrections that a person asks for where they cannot write themselves (GDPR art. 16; ZZPL art. 29; 152-FZ art. 14): the side
 * that owns the record answers, and whoever abroad holds what was corrected is told.
 */
@Injectable()
export class Corrections {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(People) private readonly people: People,
    @Inject(CorrectName) private readonly names: CorrectName,
    @Inject(AccessPorts) private readonly places: AccessPorts,
    @Inject(AnswerTerms) private readonly terms: AnswerTerms,
    @Inject(Transfers) private readonly transfers: Transfers,
  ) {}

  /** Of whoever acts, the youngest first. */
  own(ctx: Ctx): Promise<Correction[]> {
    return ctx.tx.query<Correction[]>(
      `select ${COLUMNS} from corrections c where c.person_id = $1 order by c.asked_at desc, c.id desc limit ${LISTED}`,
      [ownAccount(ctx, 'account.read')],
    );
  }

  /** Applications of whoever acts that went to an office, of which something may be wrong. */
  async records(ctx: Ctx): Promise<readonly { readonly id: Id; readonly name: string }[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select distinct subject_id as id from consents where person_id = $1 and subject_kind = 'application' order by 1`,
      [ownAccount(ctx, 'account.read')],
    );
    const named: { id: Id; name: string }[] = [];
    for (const { id } of rows) {
      const record = await this.ports.consents.get('application')?.named(ctx, id);
      if (record) named.push({ id, name: record.name });
    }
    return named;
  }

  /** Those that the offices of whoever acts answer, and those that they were told of: what waits first, the oldest on top. */
  list(ctx: Ctx): Promise<Correction[]> {
    return ctx.tx.query<Correction[]>(
      `select ${COLUMNS} from corrections c where ${correctionsPolicy.filter(ctx.actor, 'correction.list', 'c')}
       order by (c.state = 'asked') desc, case when c.state = 'asked' then coalesce(c.due_at, c.asked_at) end, c.ended_at desc, c.id
       limit ${LISTED}`,
    );
  }

  async countWaiting(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::int as count from (select from corrections c
         where ${correctionsPolicy.filter(ctx.actor, 'correction.answer', 'c')} limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }

  /** Names of those whom the list is about, for whoever may read it. */
  async namesOf(ctx: Ctx, corrections: readonly Correction[]): Promise<ReadonlyMap<Id, string>> {
    return withSystemRights(ctx, async () => {
      const names = new Map<Id, string>();
      for (const personId of new Set(corrections.map((each) => each.personId))) {
        const person = await this.people.personById(ctx, personId);
        if (person) names.set(personId, `${person.nativeGiven} ${person.nativeFamily}`);
      }
      return names;
    });
  }

  /** Names of the institutions that answer or are told, in the reader's language. */
  institutionNames(ctx: Ctx, corrections: readonly Correction[]): Promise<ReadonlyMap<Id, string>> {
    const ids = corrections.flatMap(({ ownerInstitutionId, toldInstitutions }) => [
      ...(ownerInstitutionId ? [ownerInstitutionId] : []),
      ...toldInstitutions,
    ]);
    return this.places.places.institutionNames(ctx, [...new Set(ids)]);
  }

  async file(ctx: Ctx, id: string): Promise<CorrectionFile> {
    const correction = await this.find(ctx, id);
    authorise(ctx, correctionsPolicy, 'correction.read', correction, 'correction.read');
    const { applicationId, personId, field } = correction;
    const record = applicationId
      ? await this.ports.consents.get('application')?.named(ctx, applicationId)
      : null;
    const names = await this.namesOf(ctx, [correction]);
    return {
      ...correction,
      person: names.get(personId) ?? '',
      record: record ?? null,
      current: isName(field)
        ? await withSystemRights(ctx, () => this.names.current(ctx, personId, field))
        : null,
      mayAnswer: correctionsPolicy.decide(ctx.actor, 'correction.answer', correction).allowed,
      authority: await this.terms.authority(ctx, correction.ownerCountry),
    };
  }

  ask(request: RequestContext, asked: AskedCorrection): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const wanted = asked.wanted.normalize('NFC').trim();
      const because = asked.because.normalize('NFC').trim();
      const field = CORRECTION_FIELDS.find((each) => each === asked.field);
      const fields: FieldProblem[] = [];
      if (!field) fields.push({ field: 'field', problem: 'required_choice' });
      const records = await this.records(ctx);
      const record = records.find(({ id }) => id === asked.applicationId) ?? null;
      // What was submitted is in one application; a name is in none.
      if (record === null && (field === 'submission' || asked.applicationId !== '')) {
        fields.push({ field: 'application', problem: 'required_choice' });
      }
      const wrong = valueProblem(field ?? 'record', wanted);
      if (wrong) fields.push({ field: 'wanted', ...wrong });
      if (because === '') fields.push({ field: 'because', problem: 'required' });
      if (because.length > WORDS_LENGTH) {
        fields.push({ field: 'because', problem: 'too_long', values: { max: WORDS_LENGTH } });
      }
      if (!field || fields.length > 0) throw new DomainError('invalid', { fields });
      // Two windows of one person do not open more than may be open.
      await ctx.tx.query("select pg_advisory_xact_lock(hashtextextended('corrections ' || $1, 0))", [
        personId,
      ]);
      const open = (await this.own(ctx)).filter(({ state }) => state === 'asked');
      if (open.length >= MOST_OPEN) throw new DomainError('conflict', { reason: 'corrections_many' });
      const applicationId = isName(field) ? null : (record?.id ?? null);
      const twin = open.find(
        (each) => each.field === field && each.applicationId === applicationId && each.wanted === wanted,
      );
      // The same once more, by a second click, is the one that waits.
      if (twin) return twin.id;
      const now = ctx.clock.now();
      const id = newId(now);
      const [{ owner } = { owner: '' }] = await ctx.tx.query<{ owner: CountryCode }[]>(
        'select owner_of_record($1) as owner',
        [personId],
      );
      const institution = field === 'submission' ? await this.keeper(ctx, applicationId, owner) : null;
      const { answerDays } = await this.terms.of(ctx, 'correction', owner);
      const dueAt = new Date(now.getTime() + answerDays * DAY_MS);
      await ctx.tx.query(
        `insert into corrections (id, person_id, owner_country, owner_institution_id, application_id, field, wanted, because,
           state, asked_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 'asked', $9, $10)`,
        [id, personId, owner, institution, applicationId, field, wanted, because, now, dueAt],
      );
      await this.record(ctx, 'asked', personId, { correction: id, field, owner });
      await this.outbox.emit(ctx, {
        type: CORRECTION_ASKED,
        subject: { kind: 'person', id: personId },
        payload: {
          correction: id,
          side: owner,
          until: dueAt.toISOString(),
          ...(institution ? { by: 'institution', institution } : { by: 'ministry' }),
        },
      });
      return id;
    });
  }

  withdraw(request: RequestContext, id: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const correction = await this.find(ctx, id);
      if (correction.personId !== personId) throw new DomainError('not_found');
      await this.end(ctx, id, { state: 'withdrawn', by: null, answer: null, holders: [] });
      await this.record(ctx, 'withdrawn', personId, { correction: id, field: correction.field });
    });
  }

  /** The word of the owner side. What was granted of a name stands in the account from this act on. */
  answer(
    request: RequestContext,
    id: string,
    said: { readonly verdict: string; readonly answer: string },
  ): Promise<CorrectionState> {
    return this.database.transaction(request, async (ctx) => {
      const correction = await this.find(ctx, id);
      authorise(ctx, correctionsPolicy, 'correction.answer', correction, 'correction.read');
      const answer = said.answer.normalize('NFC').trim();
      const state = (['done', 'refused'] as const).find((each) => each === said.verdict);
      const fields: FieldProblem[] = [];
      if (!state) fields.push({ field: 'verdict', problem: 'required_choice' });
      if (answer === '') fields.push({ field: 'answer', problem: 'required' });
      if (answer.length > WORDS_LENGTH) {
        fields.push({ field: 'answer', problem: 'too_long', values: { max: WORDS_LENGTH } });
      }
      if (!state || fields.length > 0) throw new DomainError('invalid', { fields });
      const { personId, field, wanted, ownerCountry } = correction;
      const holders = state === 'done' ? await this.holders(ctx, correction) : [];
      const told = countriesOf(holders);
      await this.end(ctx, id, { state, by: ctx.actor.personId, answer, holders });
      if (state === 'done' && isName(field)) {
        await withSystemRights(ctx, () => this.names.run(ctx, personId, field, wanted));
      }
      await this.record(ctx, state, personId, { correction: id, field, owner: ownerCountry, told });
      const subject = { kind: 'person', id: personId };
      await this.outbox.emit(ctx, {
        type: CORRECTION_ANSWERED,
        subject,
        payload: { correction: id, side: ownerCountry, answer: state },
      });
      // What is told to whoever holds a copy crosses the border too.
      for (const { from, country, institution } of holders) {
        await withSystemRights(ctx, () =>
          this.transfers.register(ctx, {
            personId,
            subject: { kind: 'correction', id },
            fromCountry: from,
            toCountry: country,
            recipientInstitutionId: institution,
            purpose: 'correction',
            legalBasis: 'duty_to_tell',
            fields: [field],
            act: 'correction.done',
          }),
        );
      }
      for (const side of told) {
        await this.outbox.emit(ctx, {
          type: CORRECTION_TOLD,
          subject,
          payload: { correction: id, side, to: 'ministry' },
        });
      }
      for (const institution of institutionsOf(holders)) {
        const side = holders.find((each) => each.institution === institution)?.country ?? '';
        await this.outbox.emit(ctx, {
          type: CORRECTION_TOLD,
          subject,
          payload: { correction: id, side, to: 'institution', institution },
        });
      }
      return state;
    });
  }

  /** The institution that keeps what was submitted, where it is one of the side that owns the record. */
  private async keeper(ctx: Ctx, applicationId: Id | null, owner: CountryCode): Promise<Id | null> {
    if (applicationId === null) return null;
    const keeper = await withSystemRights(
      ctx,
      async () => (await this.ports.consents.get('application')?.keptBy(ctx, applicationId)) ?? null,
    );
    return keeper?.country === owner ? keeper.institutionId : null;
  }

  /** To whom in other countries the corrected data went, and who still sees them. */
  private async holders(
    ctx: Ctx,
    { personId, applicationId, ownerCountry }: Correction,
  ): Promise<readonly Holder[]> {
    return withSystemRights(ctx, () =>
      ctx.tx.query<Holder[]>(
        `select distinct t.from_country as "from", t.to_country as country, t.recipient_institution_id as institution
         from transfers t
         where t.person_id = $1 and ($2::uuid is null or t.subject_id = $2) and t.to_country <> $3
           and t.subject_kind <> 'correction'
           and not exists (select from transfer_ends e where e.subject_kind = t.subject_kind and e.subject_id = t.subject_id
             and e.to_country = t.to_country and e.at >= t.at
             and e.recipient_institution_id is not distinct from t.recipient_institution_id)
         order by 2, 3`,
        [personId, applicationId, ownerCountry],
      ),
    );
  }

  private async find(ctx: Ctx, id: string): Promise<Correction> {
    const [row] = isId(id)
      ? await ctx.tx.query<Correction[]>(`select ${COLUMNS} from corrections c where c.id = $1`, [id])
      : [];
    if (!row) throw new DomainError('not_found');
    return row;
  }

  /** Of two who end it at once, the second is told that it has ended. */
  private async end(
    ctx: Ctx,
    id: string,
    by: {
      readonly state: CorrectionState;
      readonly by: Id | null;
      readonly answer: string | null;
      readonly holders: readonly Holder[];
    },
  ): Promise<void> {
    const [, ended] = await ctx.tx.query<[unknown[], number]>(
      `update corrections set state = $2, answered_by = $3, answer = $4, told = $5, ended_at = $6,
         told_institutions = $7 where id = $1 and state = 'asked'`,
      [id, by.state, by.by, by.answer, countriesOf(by.holders), ctx.clock.now(), institutionsOf(by.holders)],
    );
    if (ended === 0) throw new DomainError('wrong_state', { reason: 'correction_answered_already' });
  }

  private record(
    ctx: Ctx,
    act: CorrectionState,
    personId: Id,
    data: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `correction.${act}`,
      subject: { kind: 'person', id: personId },
      data,
    });
  }
}

function countriesOf(holders: readonly Holder[]): CountryCode[] {
  return [...new Set(holders.map(({ country }) => country))];
}

function institutionsOf(holders: readonly Holder[]): Id[] {
  return [...new Set(holders.flatMap(({ institution }) => institution ?? []))];
}
