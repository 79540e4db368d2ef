import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { rowsByCursor } from '../../platform/database/cursor.js';
import type { Id } from '../../shared/ids.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import type { ApplicationRow } from './application.entity.js';

const WALKED_COLUMNS = [
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

/** An application as a list that is taken out as a whole tells of it. */
export interface ExportedRow extends Pick<ApplicationRow, (typeof WALKED_COLUMNS)[number]> {
  /** Whether the actor may know who it is; false too where nobody asked. */
  readonly knows: boolean;
  /** Absent where it is not known. */
  name?: string | null;
}

/** Of a walked row `a`, as `latestNominations` says of one. */
const latestNominated = (column: string) => `(select n.${column} from nominations n
  where n.application_id = a.a_id order by n.created_at desc, n.id desc limit 1)`;
/** Where they go, are nominated for, or else want to go first. */
const PLACE_MEANT = `coalesce(a.a_place_id, ${latestNominated('place_id')},
  (select k.place_id from application_choices k where k.application_id = a.a_id and k.rank = 1))`;

/** What of the rows is looked up at all; `batch` is how many are read at once. */
export interface WantedRows {
  readonly names: boolean;
  readonly places: boolean;
  readonly batch?: number;
}

/**
 * All rows of a query of applications `a`, in the order of the worklist, by a cursor: so many rows of it are in the memory as
 * are worked on, and while they are, the next are read. Who somebody is stands there where the actor may know it.
 */
export async function* walkRows(
  ctx: Ctx,
  query: SelectQueryBuilder<ApplicationRow>,
  wanted: WantedRows,
): AsyncGenerator<readonly ExportedRow[]> {
  query.select(WALKED_COLUMNS.map((column) => `a.${column}`));
  const knows = applicationsPolicy.filter(ctx.actor, 'application.read_identity', 'a');
  query.addSelect(wanted.names ? `(${knows})` : 'false', 'knows');
  query.orderBy('a.state_since', 'ASC').addOrderBy('a.id', 'ASC');
  const [listed, values] = query.getQueryAndParameters();
  const batches = rowsByCursor<ExportedRow>(
    ctx,
    `select a.a_id as id, a.a_number as number, a.a_call_id as "callId", a.a_state as state, a.a_result as result,
       a.a_state_since as "stateSince", a.a_submitted_at as "submittedAt", a.a_due_at as "dueAt",
       a.a_freemover as freemover, a.a_home_country as "homeCountry", a.a_home_institution_id as "homeInstitutionId",
       case when a.a_host_institution_id is not null then a.a_host_institution_id
         else ${latestNominated('host_institution_id')} end as "hostInstitutionId",
       ${wanted.places ? PLACE_MEANT : 'null::uuid'} as "placeId", a.knows
     from (${listed}) a order by a.a_state_since, a.a_id`,
    values,
    wanted.batch,
  );
  // One batch ahead: their names are read while whoever asked works on the rows before.
  let ready: Promise<readonly ExportedRow[]> | null = null;
  for await (const rows of batches) {
    const next = wanted.names ? named(ctx, rows) : Promise.resolve(rows);
    next.catch(() => undefined);
    if (ready) yield await ready;
    ready = next;
  }
  if (ready) yield await ready;
}

/** With the names of those whom the actor may know. */
async function named(ctx: Ctx, rows: readonly ExportedRow[]): Promise<readonly ExportedRow[]> {
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
