import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import {
  changesOf,
  findPrepared,
  readPrepared,
  rowsOf,
  updateLater,
  writeLater,
} from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { OFFICIAL_ROLES } from '../../shared/actor.js';
import type { Actor, ExchangeSide } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { hasRole } from '../../shared/policy.js';
import type { Action } from '../../shared/policy.js';
import type { LocalizedText } from '../../shared/language.js';
import type { CallView } from '../../calls/public.js';
import type { Answers } from '../domain/answers.js';
import { HOLDS_PLACE } from '../domain/application.states.js';
import type { ApplicationState } from '../domain/application.states.js';
import { ENDED_NOMINATIONS } from '../domain/nomination.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationChoiceRow } from './application-choice.entity.js';
import { ApplicationSectionRow } from './application-section.entity.js';
import { ApplicationSubmissionRow } from './application-submission.entity.js';
import { ApplicationRow } from './application.entity.js';
import { NominationRow } from './nomination.entity.js';
import { pageStatement, walkRows } from './listed-rows.js';
import type { ListedRow, WantedRows } from './listed-rows.js';
import { narrow } from './worklist-conditions.js';
import type { Narrowing } from './worklist-conditions.js';

/**
 * Whose desk it lies on at either institution: the whole institution's coordinators and those of the unit it was given to.
 * What the actor has no role for is not asked: of one index more, PostgreSQL would rather look through all that waits.
 */
const deskAt =
  (side: ExchangeSide) =>
  ({ grants }: Actor): string => {
    const parts = [
      ...(grants.some(({ institutionId, unitId }) => institutionId !== null && !unitId)
        ? [`a.${side}_institution_id = any ((select actor_${side}_institutions())::uuid[])`]
        : []),
      ...(grants.some(({ unitId }) => unitId)
        ? [`a.${side}_unit_id = any ((select actor_${side}_units())::uuid[])`]
        : []),
    ];
    return `(${parts.join(' or ') || 'false'})`;
  };
const homeDesk = deskAt('home');
const hostDesk = deskAt('host');
/** The ministry in the part of the home institution that a freemover has not. */
const homeOffice = (actor: Actor) =>
  hasRole(actor, 'ministry_officer')
    ? `(${homeDesk(actor)} or (a.freemover and a.home_country = any ((select actor_officer_of())::text[])))`
    : homeDesk(actor);

/**
 * What waits for whom, as a condition on an application `a`: to be checked and to be nominated at home, to be answered at
 * the host, to be answered to a ministry, to be confirmed by the home ministry.
 */
const WAITS = {
  home: (actor: Actor) => `${homeOffice(actor)} and a.state in ('submitted', 'screening')`,
  nominate: (actor: Actor) => `${homeOffice(actor)} and a.state = 'eligible'
    and not exists (select from nominations n where n.application_id = a.id
      and n.state not in ('rejected', 'returned', 'cancelled'))`,
  host: (actor: Actor) => `exists (select from nominations n where n.application_id = a.id
    and n.host_institution_id = a.host_institution_id and ${hostDesk(actor)}
    and n.state in ('sent', 'waitlisted', 'no_answer'))`,
  ministry: (actor: Actor) => `${homeOffice(actor)} and a.state = 'eligible'
    and exists (select from decisions d join decision_sides s on s.decision_id = d.id
      where d.subject_kind = 'application' and d.subject_id = a.id and s.state = 'returned')`,
  confirm: () => `a.home_country = any ((select actor_officer_of())::text[]) and a.state = 'eligible'
    and exists (select from nominations n where n.application_id = a.id and n.state = 'home_endorsed')`,
} as const;
/** What each of them asks of whoever does it: what somebody may not do does not wait for them. */
const WORK_ACTIONS: Readonly<Record<keyof typeof WAITS, Action>> = {
  home: 'application.screen',
  nominate: 'application.nominate',
  host: 'application.answer_nomination',
  ministry: 'application.answer_ministry',
  confirm: 'application.confirm_nomination',
};
/** A token that only reads still tells what waits for its bearer. */
const waitsFor = (actor: Actor, work: OfficeWork) =>
  `(${WAITS[work](actor)} and ${applicationsPolicy.filter({ ...actor, scopes: null }, WORK_ACTIONS[work], 'a')})`;

/** Shorter keys have no trigram that an index could look for. */
const SHORTEST_TRIGRAM = 3;
/** So many applications are looked at one by one sooner than the list is read in its order. */
const MOST_CANDIDATES = 2000;
/** Of those that a search found, first a page and some are looked at, as nearly all are in sight; then so many times as many. */
const PAGE_AND_SOME = 1.25;
const GROWTH = 4;

/**
 * Institutions and countries outside of which the actor lists nothing, by the scopes of their roles; null and null where a
 * role reaches further. Never narrower than the policy, which is asked of each application after.
 */
function sightOf({ grants }: Actor): {
  readonly institutions: readonly Id[] | null;
  readonly countries: readonly CountryCode[] | null;
} {
  const bounded = grants.every(({ institutionId, country }) => institutionId !== null || country !== null);
  if (!bounded || grants.length === 0) return { institutions: null, countries: null };
  return {
    institutions: grants.flatMap(({ institutionId }) => institutionId ?? []),
    countries: grants.flatMap(({ country }) => country ?? []),
  };
}

/** What a search found, with its place in the list, as the database writes it: to the microsecond. */
interface Candidate {
  readonly id: Id;
  readonly since: string;
}

/** Matches a key anywhere. */
function patternOf(searchKey: string): string {
  return `%${searchKey.replace(/[%_\\]/g, '\\$&')}%`;
}

/** What a locked application was when it was read: only what was changed since is written. */
const loaded = new WeakMap<ApplicationRow, Readonly<ApplicationRow>>();

/** States are of our own making: in the statement itself they need no plan for each. */
function literal(state: string): string {
  if (!/^[a-z_]+$/.test(state)) throw new RangeError('a state that is none');
  return `'${state}'`;
}

const LINE_COLUMNS = [
  'id',
  'number',
  'callId',
  'state',
  'result',
  'stateSince',
  'dueAt',
  'homeCountry',
  'homeInstitutionId',
  'freemover',
  'hostCountry',
  'hostInstitutionId',
  'version',
] as const;

/** What a list for programs tells of an application. */
export type ApplicationLine = Pick<ApplicationRow, (typeof LINE_COLUMNS)[number]>;

/** As the driver reads the columns, so the entity has them: none of these is changed by the mapper. */
function lineOf(row: Record<string, unknown>): ApplicationLine {
  return {
    id: row.a_id,
    number: row.a_number,
    callId: row.a_call_id,
    state: row.a_state,
    result: row.a_result,
    stateSince: row.a_state_since,
    dueAt: row.a_due_at,
    homeCountry: row.a_home_country,
    homeInstitutionId: row.a_home_institution_id,
    freemover: row.a_freemover,
    hostCountry: row.a_host_country,
    hostInstitutionId: row.a_host_institution_id,
    version: row.a_version,
  } as ApplicationLine;
}

/** Lists as the mapper writes them, by their conditions. */
const writtenLists = new Map<string, string>();
const MOST_WRITTEN = 500;

/**
 * The statement of a list and its values. To write it takes the mapper longer than PostgreSQL takes to find a page: what it
 * wrote for the same conditions is taken again, and only the values are set into it anew.
 */
function linesOf(query: SelectQueryBuilder<ApplicationRow>): [string, unknown[]] {
  const { wheres, limit } = query.expressionMap;
  const key = JSON.stringify([limit, wheres.map(({ type, condition }) => [type, condition])]);
  let written = writtenLists.get(key);
  if (written === undefined) {
    query.select(LINE_COLUMNS.map((column) => `a.${column}`));
    query.orderBy('a.state_since', 'ASC').addOrderBy('a.id', 'ASC');
    written = query.getQuery();
    if (writtenLists.size >= MOST_WRITTEN) writtenLists.clear();
    writtenLists.set(key, written);
  }
  return query.connection.driver.escapeQueryWithParameters(written, query.getParameters());
}

/** One kind of work that waits for an office. */
export type OfficeWork = keyof typeof WAITS;
export const OFFICE_WORK = Object.keys(WAITS) as readonly OfficeWork[];

/** What a worklist can be narrowed to. */
export interface ApplicationFilter extends Narrowing {
  readonly states?: readonly ApplicationState[];
  readonly callId?: Id;
  /** Only what waits for one of the actor's offices, in any of these ways. */
  readonly waits?: readonly OfficeWork[];
  /** Key of a name or number (see `searchKey`), matched anywhere. */
  readonly searchKey?: string;
  readonly after?: { readonly stateSince: Date; readonly id: Id };
  readonly limit: number;
}

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

  /** A page of the worklist, longest waiting first, within what the policy lets the actor do this to. */
  async list(
    ctx: Ctx,
    filter: ApplicationFilter,
    action: 'application.list' | 'application.read_state' = 'application.list',
  ): Promise<ApplicationRow[]> {
    return this.pageOf(ctx, filter, action, (query, kept) =>
      kept ? findPrepared(ctx, query) : query.getMany(),
    );
  }

  /** The same page as lines for a program, in one statement without the object mapper (a test compares them). */
  async lines(ctx: Ctx, filter: ApplicationFilter): Promise<ApplicationLine[]> {
    const rows = await this.pageOf(ctx, filter, 'application.list', (query, kept) => {
      const [text, values] = linesOf(query);
      return kept
        ? readPrepared<Record<string, unknown>>(ctx, text, values)
        : ctx.tx.query<Record<string, unknown>[]>(text, values);
    });
    return rows.map(lineOf);
  }

  /**
   * A page of the list in its order. Of what a search found no more is looked at than makes the page full.
   * @param read is told whether the plan hangs on no value, so that it can be kept
   */
  private async pageOf<Row>(
    ctx: Ctx,
    filter: ApplicationFilter,
    action: 'application.list' | 'application.read_state',
    read: (query: SelectQueryBuilder<ApplicationRow>, kept: boolean) => Promise<Row[]>,
  ): Promise<Row[]> {
    const found = await this.matching(ctx, filter);
    const ordered = (candidates: readonly Candidate[] | null) =>
      this.narrowed(ctx, filter, action, candidates)
        .orderBy('a.state_since', 'ASC')
        .addOrderBy('a.id', 'ASC');
    if (!found) return read(ordered(null), !filter.searchKey);
    const rows: Row[] = [];
    let size = Math.ceil(PAGE_AND_SOME * filter.limit);
    for (let from = 0; from < found.length && rows.length < filter.limit; from += size, size *= GROWTH) {
      const some = found.slice(from, from + size);
      const last = some.at(-1);
      const query = ordered(some);
      // What has moved since it was found is further on, where this page does not reach.
      if (last && from + size < found.length) {
        query.andWhere('(a.state_since, a.id) <= (cast(:foundUntil as timestamptz), :foundUntilId)', {
          foundUntil: last.since,
          foundUntilId: last.id,
        });
      }
      rows.push(...(await read(query, true)));
    }
    return rows.slice(0, filter.limit);
  }

  /** The whole list from its beginning to its end, in its order (see `walkRows`). */
  async *walk(
    ctx: Ctx,
    filter: Omit<ApplicationFilter, 'after'>,
    wanted: WantedRows,
    batch?: number,
  ): AsyncGenerator<readonly ListedRow[]> {
    const found = await this.matching(ctx, filter);
    yield* walkRows(ctx, this.narrowed(ctx, filter, 'application.list', found), wanted, batch);
  }

  /** A page of the worklist with what its lines tell, in one statement. */
  page(ctx: Ctx, filter: ApplicationFilter, wanted: WantedRows): Promise<ListedRow[]> {
    return this.pageOf(ctx, filter, 'application.list', (query, kept) => {
      const [text, values] = pageStatement(ctx, query, wanted);
      return kept ? readPrepared<ListedRow>(ctx, text, values) : ctx.tx.query<ListedRow[]>(text, [...values]);
    });
  }

  /** How many the list would hold, counted no further than its limit. */
  async count(ctx: Ctx, filter: ApplicationFilter): Promise<number> {
    const query = this.narrowed(ctx, filter, 'application.list', await this.matching(ctx, filter));
    const [sql, parameters] = query.select('a.id').getQueryAndParameters();
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (${sql}) found`,
      parameters,
    );
    return row?.count ?? 0;
  }

  private narrowed(
    ctx: Ctx,
    filter: ApplicationFilter,
    action: 'application.list' | 'application.read_state',
    found: readonly Candidate[] | null,
  ): SelectQueryBuilder<ApplicationRow> {
    const query = ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .where(applicationsPolicy.filter(ctx.actor, action, 'a'))
      .limit(filter.limit);
    if (filter.states) query.andWhere(`a.state in (${filter.states.map(literal).join(', ')})`);
    // Whose offices have no work of this kind, for them nothing waits.
    if (filter.waits) {
      const waits = filter.waits.map((work) => waitsFor(ctx.actor, work)).join(' or ');
      query.andWhere(`(${waits || 'false'})`);
    }
    if (filter.callId) query.andWhere('a.call_id = :callId', { callId: filter.callId });
    narrow(query, filter);
    if (filter.searchKey) {
      if (found) query.andWhere('a.id = any (:found)', { found: found.map(({ id }) => id) });
      // By a name only who may know it; the number is on every list. Its key is its own, with a space for each hyphen.
      query.andWhere(
        `((${applicationsPolicy.filter(ctx.actor, 'application.read_identity', 'a')} and a.search_key like :key)
          or replace(lower(a.number), '-', ' ') like :key)`,
        { key: patternOf(filter.searchKey) },
      );
    }
    if (filter.after) {
      query.andWhere('(a.state_since, a.id) > (:since, :afterId)', {
        since: filter.after.stateSince,
        afterId: filter.after.id,
      });
    }
    return query;
  }

  /**
   * Applications whose key matches, near what the actor may see, in the order of the list: what the list then asks of them
   * is asked of few. Null where nothing is searched for, and where they are too many, or the key too short, for that to be
   * a help: then the list meets them soon in its own order.
   */
  private async matching(
    ctx: Ctx,
    { searchKey, after }: Pick<ApplicationFilter, 'searchKey' | 'after'>,
  ): Promise<Candidate[] | null> {
    if (!searchKey || searchKey.length < SHORTEST_TRIGRAM) return null;
    const { institutions, countries } = sightOf(ctx.actor);
    const rows = await readPrepared<Candidate>(
      ctx,
      'select id, state_since::text as since from applications_matching($1, $2, $3, $4, $5, $6)',
      [
        patternOf(searchKey),
        institutions,
        countries,
        after?.stateSince ?? null,
        after?.id ?? null,
        MOST_CANDIDATES + 1,
      ],
    );
    return rows.length > MOST_CANDIDATES ? null : rows;
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

  /** What waits for the actor's offices, each kind of work counted no further than `limit`. */
  async countWaiting(ctx: Ctx, limit: number): Promise<Readonly<Record<OfficeWork, number>>> {
    const listed = applicationsPolicy.filter(ctx.actor, 'application.list', 'a');
    const counts = OFFICE_WORK.map(
      (work) =>
        `(select count(*)::integer from (select from applications a where ${listed} and ${waitsFor(ctx.actor, work)} limit $1) found) as ${work}`,
    );
    const [row] = await readPrepared<Record<OfficeWork, number>>(ctx, `select ${counts.join(', ')}`, [limit]);
    return row ?? { home: 0, nominate: 0, host: 0, ministry: 0, confirm: 0 };
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
