import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import {
  changesOf,
  readPrepared,
  rowsOf,
  updateLater,
  writeLater,
} from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { OFFICIAL_ROLES } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { CallView } from '../../calls/public.js';
import type { Answers } from '../domain/answers.js';
import { HOLDS_PLACE } from '../domain/application.states.js';
import { ENDED_NOMINATIONS } from '../domain/nomination.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationChoiceRow } from './application-choice.entity.js';
import { ApplicationSectionRow } from './application-section.entity.js';
import { ApplicationSubmissionRow } from './application-submission.entity.js';
import { ApplicationRow } from './application.entity.js';
import { NominationRow } from './nomination.entity.js';

/** What a locked application was when it was read: only what was changed since is written. */
const loaded = new WeakMap<ApplicationRow, Readonly<ApplicationRow>>();

/** A faculty, a department or an office that works on the applications that are given to it. */
export interface UnitOfInstitution {
  readonly id: Id;
  readonly name: LocalizedText;
}

/** A file with what it is called. Whose it is stays null for whoever may not know it. */
export interface NamedFile {
  readonly id: Id;
  readonly number: string | null;
  readonly homeCountry: CountryCode;
  readonly name: string | null;
  readonly nameLanguage: string | null;
}

@Injectable()
export class ApplicationsRepository {
  /**
   * The application, locked until the transaction ends. What the actor may not see is not found. Whoever may only look at
   * it cannot lock it: they get it as it stands, for the policy to refuse what they are about to do.
   */
  async lock(ctx: Ctx, id: string): Promise<ApplicationRow> {
    const [row] = isId(id) ? await rowsOf(ctx, ApplicationRow, { id }, { lock: true }) : [];
    if (row) loaded.set(row, { ...row });
    return row ?? this.find(ctx, id);
  }

  async find(ctx: Ctx, id: string): Promise<ApplicationRow> {
    const [row] = isId(id) ? await rowsOf(ctx, ApplicationRow, { id }) : [];
    if (!row) throw unseen(ctx);
    return row;
  }

  findMany(ctx: Ctx, ids: readonly Id[]): Promise<ApplicationRow[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'application')
      .where('application.id in (:...ids)', { ids })
      .getMany();
  }

  /** What files are called: their number, and who applies where the actor may know it. */
  names(ctx: Ctx, ids: readonly Id[]): Promise<NamedFile[]> {
    if (ids.length === 0) return Promise.resolve([]);
    const knows = applicationsPolicy.filter(ctx.actor, 'application.read_identity', 'a');
    return readPrepared<NamedFile>(
      ctx,
      `select a.id, a.number, a.home_country as "homeCountry", case when ${knows} then known.name end as name,
         known.language as "nameLanguage"
       from applications a left join applicants_of_files($1::uuid[]) known on known.id = a.id
       where a.id = any ($1::uuid[])`,
      [ids],
    );
  }

  /** The actor's own applications, the youngest first. */
  mine(ctx: Ctx): Promise<ApplicationRow[]> {
    const { personId } = ctx.actor;
    // A machine has none.
    if (personId === null) return Promise.resolve([]);
    return ctx.tx.find(ApplicationRow, {
      where: { applicantId: personId },
      order: { createdAt: 'DESC' },
    });
  }

  /** The actor's application for a call that was not withdrawn. */
  mineFor(ctx: Ctx, callId: Id): Promise<ApplicationRow | null> {
    return (
      ctx.tx
        .createQueryBuilder(ApplicationRow, 'application')
        .where('application.callId = :callId and application.applicantId = :person', {
          callId,
          person: ctx.actor.personId,
        })
        .andWhere("application.state <> 'withdrawn'")
        // One that came with a joined account stands beside it.
        .orderBy('application.movedFrom', 'ASC', 'NULLS FIRST')
        .limit(1)
        .getOne()
    );
  }

  /**
   * The candidates of the actor's institutions for a call: those who can be put in order, and those in whose place somebody
   * else can be sent. The first who submitted first.
   */
  candidates(ctx: Ctx, callId: Id, limit: number): Promise<ApplicationRow[]> {
    const rank = applicationsPolicy.filter(ctx.actor, 'application.rank', 'a');
    const substitute = applicationsPolicy.filter(ctx.actor, 'application.substitute', 'a');
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .where('a.call_id = :callId', { callId })
      .andWhere(
        `(${rank} or (${substitute} and exists (select from nominations n where n.application_id = a.id)))`,
      )
      .orderBy('a.submitted_at', 'ASC')
      .addOrderBy('a.id', 'ASC')
      .limit(limit)
      .getMany();
  }

  /** The calls for which the actor's institutions have candidates, with how many. */
  callsWithCandidates(ctx: Ctx): Promise<readonly { readonly callId: Id; readonly count: number }[]> {
    return ctx.tx.query<{ callId: Id; count: number }[]>(
      `select a.call_id as "callId", count(*)::integer as count from applications a
       where ${applicationsPolicy.filter(ctx.actor, 'application.rank', 'a')}
       group by a.call_id order by max(a.submitted_at) desc, a.call_id`,
    );
  }

  /** Which of these nominations others were sent in place of, whoever may see them. */
  async substituted(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlySet<Id>> {
    if (ids.length === 0) return new Set();
    const rows = await withSystemRights(ctx, () =>
      ctx.tx.query<{ id: Id }[]>(
        'select substitutes_id as id from nominations where substitutes_id = any ($1::uuid[])',
        [ids],
      ),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Whom the actor's nominations were sent in place of, by nomination: the number of the other application. */
  async numbersOfNominations(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>> {
    if (ids.length === 0) return new Map();
    const rows = await ctx.tx.query<{ id: Id; number: string }[]>(
      `select n.id, a.number from nominations n join applications a on a.id = n.application_id
       where n.id = any ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map(({ id, number }) => [id, number]));
  }

  /** Places of other calls that are offered to the applicant, or held by them, in the time of this call's stay. */
  async countOtherAwards(
    ctx: Ctx,
    { id, applicantId }: Pick<ApplicationRow, 'id' | 'applicantId'>,
    { stayFrom, stayUntil }: Pick<CallView, 'stayFrom' | 'stayUntil'>,
  ): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from applications a join calls c on c.id = a.call_id
       where a.applicant_id = $1 and a.id <> $2 and a.state = any ($3)
         and daterange(c.stay_from, c.stay_until, '[]') && daterange($4, $5, '[]')`,
      [applicantId, id, HOLDS_PLACE, stayFrom, stayUntil],
    );
    return row?.count ?? 0;
  }

  /** Units of an institution that still work, in the order of their beginning. */
  units(ctx: Ctx, institutionId: Id): Promise<UnitOfInstitution[]> {
    return ctx.tx.query<UnitOfInstitution[]>(
      `select id, name from institution_units where institution_id = $1 and closed_at is null order by created_at, id`,
      [institutionId],
    );
  }

  /** Saves under the lock that the caller holds, as a new version; what was locked is written with what the act does next. */
  async save(ctx: Ctx, application: ApplicationRow): Promise<void> {
    application.version = (application.version ?? 0) + 1;
    const before = loaded.get(application);
    if (!before) {
      await ctx.tx.save(ApplicationRow, application);
      return;
    }
    updateLater(ctx, ApplicationRow, { id: application.id }, changesOf(before, application));
    loaded.set(application, { ...application });
  }

  async sections(ctx: Ctx, applicationId: Id): Promise<ReadonlyMap<string, ApplicationSectionRow>> {
    const rows = await rowsOf(ctx, ApplicationSectionRow, { applicationId });
    return new Map(rows.map((row) => [row.section, row]));
  }

  async answers(ctx: Ctx, applicationId: Id): Promise<Readonly<Record<string, Answers>>> {
    const sections = await this.sections(ctx, applicationId);
    return Object.fromEntries([...sections].map(([section, row]) => [section, row.answers]));
  }

  /** Place ids in the applicant's order. */
  async choices(ctx: Ctx, applicationId: Id): Promise<Id[]> {
    const rows = await rowsOf(ctx, ApplicationChoiceRow, { applicationId }, { order: { rank: 'asc' } });
    return rows.map((row) => row.placeId);
  }

  /** The first choice of each of many applications. */
  async firstChoices(ctx: Ctx, applicationIds: readonly Id[]): Promise<ReadonlyMap<Id, Id>> {
    if (applicationIds.length === 0) return new Map();
    const rows = await rowsOf(ctx, ApplicationChoiceRow, { applicationId: applicationIds, rank: 1 });
    return new Map(rows.map((row) => [row.applicationId, row.placeId]));
  }

  async replaceChoices(ctx: Ctx, applicationId: Id, places: readonly Id[]): Promise<void> {
    await ctx.tx.delete(ApplicationChoiceRow, { applicationId });
    if (places.length === 0) return;
    await ctx.tx.insert(
      ApplicationChoiceRow,
      places.map((placeId, index) => ({ applicationId, rank: index + 1, placeId })),
    );
  }

  /** Nobody waits for it: it is written with what the act writes next. */
  addSubmission(ctx: Ctx, submission: ApplicationSubmissionRow): void {
    const { id, applicationId, ordinal, at, language, formVersion, content, contentHash } = submission;
    writeLater(
      ctx,
      'application_submissions',
      `insert into application_submissions (id, application_id, ordinal, at, language, form_version, content, content_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, applicationId, ordinal, at, language, formVersion, JSON.stringify(content), contentHash],
    );
  }

  /** One submission by its number, from 1 on. */
  submission(ctx: Ctx, applicationId: Id, ordinal: number): Promise<ApplicationSubmissionRow | null> {
    return ctx.tx.findOne(ApplicationSubmissionRow, { where: { applicationId, ordinal } });
  }

  async latestSubmission(ctx: Ctx, applicationId: Id): Promise<ApplicationSubmissionRow | null> {
    const wanted = { order: { ordinal: 'desc' }, limit: 1 } as const;
    const [row] = await rowsOf(ctx, ApplicationSubmissionRow, { applicationId }, wanted);
    return row ?? null;
  }

  /** The latest submission of each of many applications. */
  async latestSubmissions(
    ctx: Ctx,
    applicationIds: readonly Id[],
  ): Promise<ReadonlyMap<Id, ApplicationSubmissionRow>> {
    if (applicationIds.length === 0) return new Map();
    const rows = await ctx.tx.find(ApplicationSubmissionRow, {
      where: { applicationId: In([...applicationIds]) },
      order: { ordinal: 'ASC' },
    });
    return new Map(rows.map((row) => [row.applicationId, row]));
  }

  /** Nominations of an application, the newest first. */
  nominations(ctx: Ctx, applicationId: Id): Promise<NominationRow[]> {
    return rowsOf(ctx, NominationRow, { applicationId }, { order: { createdAt: 'desc', id: 'desc' } });
  }

  /** The newest nomination of each of many applications. */
  async latestNominations(ctx: Ctx, applicationIds: readonly Id[]): Promise<ReadonlyMap<Id, NominationRow>> {
    if (applicationIds.length === 0) return new Map();
    const order = { createdAt: 'asc', id: 'asc' } as const;
    const rows = await rowsOf(ctx, NominationRow, { applicationId: applicationIds }, { order });
    return new Map(rows.map((row) => [row.applicationId, row]));
  }

  /**
   * A nomination that a host refused or returned, or that was taken back from it, which ended what the host may see of the application. Answers for one of
   * these institutions only, and needs the rights of the system: the host itself no longer sees the row.
   */
  async endedNomination(
    ctx: Ctx,
    applicationId: Id,
    hostInstitutionIds: readonly Id[],
  ): Promise<NominationRow | null> {
    if (hostInstitutionIds.length === 0) return null;
    return ctx.tx.findOne(NominationRow, {
      where: {
        applicationId,
        hostInstitutionId: In([...hostInstitutionIds]),
        state: In(ENDED_NOMINATIONS),
      },
      order: { stateSince: 'DESC' },
    });
  }

  /**
   * The next reserve for a place, locked. Whoever else holds its lock is waited for, or the next in the queue would be
   * passed over; promotions themselves come one after the other (see `Places`), and nobody who waits for a place's turn
   * holds a reserve, so the waiting has an end.
   */
  async nextReserve(ctx: Ctx, placeId: Id, after = 0): Promise<ApplicationRow | null> {
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .setLock('pessimistic_write')
      .where(
        "a.place_id = :placeId and a.state = 'final' and a.result = 'reserve' and a.reserve_number > :after",
        { placeId, after },
      )
      .orderBy('a.reserve_number', 'ASC')
      .limit(1)
      .getOne();
  }

  /** How many places of a call freemovers hold. */
  async countFreemoversWithPlace(ctx: Ctx, callId: Id): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from applications
       where call_id = $1 and freemover and state = any ($2)`,
      [callId, HOLDS_PLACE],
    );
    return row?.count ?? 0;
  }

  /** Places of a call for which freemovers wait, always in the same order. */
  async placesWithFreemoversWaiting(ctx: Ctx, callId: Id): Promise<Id[]> {
    const rows = await ctx.tx.query<{ placeId: Id }[]>(
      `select distinct place_id as "placeId" from applications
       where call_id = $1 and freemover and state = 'final' and result = 'reserve' order by place_id`,
      [callId],
    );
    return rows.map(({ placeId }) => placeId);
  }

  async lastReserveNumber(ctx: Ctx, placeId: Id): Promise<number> {
    const [row] = await ctx.tx.query<{ last: number }[]>(
      'select coalesce(max(reserve_number), 0)::integer as last from applications where place_id = $1',
      [placeId],
    );
    return row?.last ?? 0;
  }
}

/**
 * Why a record is not seen. An office without its second factor sees none at all, and is told so whether there is one or
 * not.
 */
function unseen({ actor }: Ctx): DomainError {
  const halfway = !actor.secondFactor && actor.grants.some(({ role }) => OFFICIAL_ROLES.includes(role));
  return halfway
    ? new DomainError('forbidden', { reason: 'second_factor_needed' })
    : new DomainError('not_found');
}
