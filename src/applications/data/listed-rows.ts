import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { rowsByCursor } from '../../platform/database/cursor.js';
import type { Id } from '../../shared/ids.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import type { ApplicationRow } from './application.entity.js';
import type { NominationRow } from './nomination.entity.js';

const LISTED_COLUMNS = [
  'id',
  'number',
  'callId',
  'state',
  'result',
  'stateSince',
  'submittedAt',
  'dueAt',
  'freemover',
  'homeCountry',
  'homeInstitutionId',
  'hostInstitutionId',
  'placeId',
] as const;

/** An application as a line of a list tells of it. */
export interface ListedRow extends Pick<ApplicationRow, (typeof LISTED_COLUMNS)[number]> {
  /** Whether the actor may know who it is; false too where nobody asked. */
  readonly knows: boolean;
  /** Absent or null where it is not known. */
  name?: string | null;
  /** BCP 47 tag of the name. */
  language?: string | null;
  /** Of the newest nomination; null where there is none, or where the state of the application asks for none. */
  readonly nominationState: NominationRow['state'] | null;
  readonly nominationSince: Date | null;
  readonly nominationDue: Date | null;
}

/** What of the rows is looked up at all. */
export interface WantedRows {
  readonly names: boolean;
  readonly places: boolean;
  /** What says who has them. */
  readonly custody: boolean;
}

/** The columns of a list `a` that was narrowed before, in the order of the worklist. */
function narrowed(ctx: Ctx, query: SelectQueryBuilder<ApplicationRow>, wanted: WantedRows) {
  query.select(LISTED_COLUMNS.map((column) => `a.${column}`));
  const knows = applicationsPolicy.filter(ctx.actor, 'application.read_identity', 'a');
  query.addSelect(wanted.names ? `(${knows})` : 'false', 'knows');
  query.orderBy('a.state_since', 'ASC').addOrderBy('a.id', 'ASC');
  return query.getQueryAndParameters();
}

/**
 * Of a row `a` of that list what is told, with its newest nomination `n`. That is looked up where the application does not
 * say itself where it goes, or where it says who has it.
 */
const told = ({ places }: WantedRows) => `a.a_id as id, a.a_number as number, a.a_call_id as "callId", a.a_state as state,
  a.a_result as result, a.a_state_since as "stateSince", a.a_submitted_at as "submittedAt", a.a_due_at as "dueAt",
  a.a_freemover as freemover, a.a_home_country as "homeCountry", a.a_home_institution_id as "homeInstitutionId",
  coalesce(a.a_host_institution_id, n.host_institution_id) as "hostInstitutionId",
  ${
    places
      ? `coalesce(a.a_place_id, n.place_id,
    (select k.place_id from application_choices k where k.application_id = a.a_id and k.rank = 1))`
      : 'null::uuid'
  } as "placeId",
  a.knows, n.state as "nominationState", n.state_since as "nominationSince", n.due_at as "nominationDue"`;
const nominated = ({ places, custody }: WantedRows) => `left join lateral (
  select n.host_institution_id, n.place_id, n.state, n.state_since, n.due_at from nominations n
  where n.application_id = a.a_id and (a.a_host_institution_id is null
    ${custody ? "or a.a_state = 'eligible'" : ''} ${places ? 'or a.a_place_id is null' : ''})
  order by n.created_at desc, n.id desc limit 1) n on true`;

/** A statement that reads a part of a list at once: a page of it. Who somebody is stands there where the actor may know it. */
export function rowsStatement(
  ctx: Ctx,
  query: SelectQueryBuilder<ApplicationRow>,
  wanted: WantedRows,
): readonly [text: string, values: readonly unknown[]] {
  const [listed, values] = narrowed(ctx, query, wanted);
  const text = `with a as materialized (${listed})
    select ${told(wanted)}${wanted.names ? ', p.name, p.language' : ''}
    from a ${nominated(wanted)}
    ${
      wanted.names
        ? 'left join applicants_of_files((select array_agg(a.a_id) from a where a.knows)) p on p.id = a.a_id'
        : ''
    }
    order by a.a_state_since, a.a_id`;
  return [text, values];
}

/**
 * All rows of a query of applications `a`, in the order of the worklist, by a cursor: so many rows of it are in the memory as
 * are worked on, and while they are, the next are read. `batch` is how many are read at once.
 */
export async function* walkRows(
  ctx: Ctx,
  query: SelectQueryBuilder<ApplicationRow>,
  wanted: WantedRows,
  batch?: number,
): AsyncGenerator<readonly ListedRow[]> {
  const [listed, values] = narrowed(ctx, query, wanted);
  const batches = rowsByCursor<ListedRow>(
    ctx,
    `select ${told(wanted)} from (${listed}) a ${nominated(wanted)} order by a.a_state_since, a.a_id`,
    values,
    batch,
  );
  // One batch ahead: their names are read while whoever asked works on the rows before.
  let ready: Promise<readonly ListedRow[]> | null = null;
  for await (const rows of batches) {
    const next = wanted.names ? named(ctx, rows) : Promise.resolve(rows);
    next.catch(() => undefined);
    if (ready) yield await ready;
    ready = next;
  }
  if (ready) yield await ready;
}

/** With the names of those whom the actor may know. */
async function named(ctx: Ctx, rows: readonly ListedRow[]): Promise<readonly ListedRow[]> {
  const ids = rows.flatMap(({ id, knows }) => (knows ? [id] : []));
  if (ids.length === 0) return rows;
  const found = await ctx.tx.query<{ id: Id; name: string }[]>(
    'select id, name from applicants_of_files($1::uuid[])',
    [ids],
  );
  const names = new Map(found.map(({ id, name }) => [id, name]));
  for (const row of rows) row.name = names.get(row.id) ?? null;
  return rows;
}
