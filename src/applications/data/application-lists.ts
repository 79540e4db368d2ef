import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { findPrepared, readPrepared } from '../../platform/database/prepared.js';
import type { Actor, ExchangeSide } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { hasRole } from '../../shared/policy.js';
import type { Action } from '../../shared/policy.js';
import type { ApplicationState } from '../domain/application.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationRow } from './application.entity.js';
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
/** Of those that a search found, first a page and some are asked for, as nearly all are in sight; then so many times as many. */
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

/** Where a list goes on. */
interface Place {
  readonly stateSince: Date | string;
  readonly id: Id;
}
/** What a search found, with its place in the list, as the database writes it: to the microsecond. */
interface Candidate {
  readonly id: Id;
  readonly stateSince: string;
}

/** Matches a key anywhere. */
function patternOf(searchKey: string): string {
  return `%${searchKey.replace(/[%_\\]/g, '\\$&')}%`;
}

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

/** The worklist: applications in the order in which they wait, narrowed and searched, within what the policy lets the actor do. */
@Injectable()
export class ApplicationLists {
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
    const ordered = (candidates: readonly Candidate[] | null) =>
      this.narrowed(ctx, filter, action, candidates)
        .orderBy('a.state_since', 'ASC')
        .addOrderBy('a.id', 'ASC');
    const rows: Row[] = [];
    const asked = new Set<Id>();
    let size = Math.ceil(PAGE_AND_SOME * filter.limit);
    let after: Place | undefined = filter.after;
    for (let goesOn = true; goesOn && rows.length < filter.limit; size *= GROWTH) {
      const found = await this.matching(ctx, filter.searchKey, after, size);
      if (!found) return read(ordered(null), !filter.searchKey);
      after = found.candidates.at(-1);
      if (!after) break;
      // What moves on between two questions is found once more, and stands on the page once.
      const query = ordered(found.candidates.filter(({ id }) => !asked.has(id)));
      for (const { id } of found.candidates) asked.add(id);
      goesOn = found.ofAll > found.candidates.length;
      // What has moved since it was found is further on, where this page does not reach.
      if (goesOn) {
        query.andWhere('(a.state_since, a.id) <= (cast(:foundUntil as timestamptz), :foundUntilId)', {
          foundUntil: after.stateSince,
          foundUntilId: after.id,
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
    const found = await this.matching(ctx, filter.searchKey);
    const query = this.narrowed(ctx, filter, 'application.list', found?.candidates ?? null);
    yield* walkRows(ctx, query, wanted, batch);
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
    const found = await this.matching(ctx, filter.searchKey, filter.after);
    const query = this.narrowed(ctx, filter, 'application.list', found?.candidates ?? null);
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
   * Applications whose key matches, near what the actor may see, in the order of the list, and how many they are: what the
   * list then asks of them is asked of few. Null where nothing is searched for, and where they are too many, or the key too
   * short, for that to be a help: then the list meets them soon in its own order.
   */
  private async matching(
    ctx: Ctx,
    searchKey: string | undefined,
    after?: Place,
    most = MOST_CANDIDATES,
  ): Promise<{ readonly candidates: readonly Candidate[]; readonly ofAll: number } | null> {
    if (!searchKey || searchKey.length < SHORTEST_TRIGRAM) return null;
    const { institutions, countries } = sightOf(ctx.actor);
    const candidates = await readPrepared<Candidate & { readonly ofAll: number }>(
      ctx,
      `select id, state_since::text as "stateSince", of_all as "ofAll"
       from applications_matching($1, $2, $3, $4, $5, $6)`,
      [patternOf(searchKey), institutions, countries, after?.stateSince ?? null, after?.id ?? null, most],
    );
    const ofAll = candidates[0]?.ofAll ?? 0;
    return ofAll > MOST_CANDIDATES ? null : { candidates, ofAll };
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
}
