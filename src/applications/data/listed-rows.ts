import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { rowsByCursor } from '../../platform/database/cursor.js';
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
  /** Null where it is not known. */
  name: string | null;
  /** BCP 47 tag of the name, on a page; a file does not tell it. */
  readonly language: string | null;
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

/** Where they go, are nominated for, or else want to go first. */
const PLACE_MEANT = `coalesce(a.a_place_id, n.place_id,
  (select k.place_id from application_choices k where k.application_id = a.a_id and k.rank = 1))`;

/**
 * Of a row `a` of that list its newest nomination `n`. It is looked up where the application does not say itself where it
 * goes, or where it says who has it.
 */
const nominated = ({ places, custody }: WantedRows) => `left join lateral (
  select n.host_institution_id, n.place_id, n.state, n.state_since, n.due_at from nominations n
  where n.application_id = a.a_id and (a.a_host_institution_id is null
    ${custody ? "or a.a_state = 'eligible'" : ''} ${places ? 'or a.a_place_id is null' : ''})
  order by n.created_at desc, n.id desc limit 1) n on true`;
/** Where it tells of a nomination no more than its host: looked up of few rows, and not joined to all. */
const HOST_NOMINATED = `(select n.host_institution_id from nominations n
  where n.application_id = a.a_id order by n.created_at desc, n.id desc limit 1)`;

/** Names of those whom the actor may know, asked of all rows at once. */
const NAMES =
  'left join applicants_of_files((select array_agg(a.a_id) from a where a.knows)) p on p.id = a.a_id';

/** A statement that reads a page of a list, as `ListedRow`. Who somebody is stands there where the actor may know it. */
export function pageStatement(
  ctx: Ctx,
  query: SelectQueryBuilder<ApplicationRow>,
  wanted: WantedRows,
): readonly [text: string, values: readonly unknown[]] {
  const [listed, values] = narrowed(ctx, query, wanted);
  return [rowsOf(listed, wanted, wanted.names), values];
}

/** What is told of the rows of a list. */
function rowsOf(listed: string, wanted: WantedRows, names: boolean): string {
  const { places, custody } = wanted;
  const joined = places || custody;
  return `with a as (${listed})
    select a.a_id as id, a.a_number as number, a.a_call_id as "callId", a.a_state as state, a.a_result as result,
      a.a_state_since as "stateSince", a.a_submitted_at as "submittedAt", ${custody ? 'a.a_due_at' : 'null::timestamptz'} as "dueAt",
      a.a_freemover as freemover, a.a_home_country as "homeCountry", a.a_home_institution_id as "homeInstitutionId",
      coalesce(a.a_host_institution_id, ${joined ? 'n.host_institution_id' : HOST_NOMINATED}) as "hostInstitutionId",
      ${places ? PLACE_MEANT : 'null::uuid'} as "placeId", a.knows,
      ${joined ? 'n.state' : 'null'} as "nominationState", ${joined ? 'n.state_since' : 'null::timestamptz'} as "nominationSince",
      ${joined ? 'n.due_at' : 'null::timestamptz'} as "nominationDue",
      ${names ? 'p.language, p.name' : 'null as language, null as name'}
    from a ${joined ? nominated(wanted) : ''} ${names ? NAMES : ''}
    order by a.a_state_since, a.a_id`;
}

/** So many batches wait for their names while whoever asked works on one. */
const AHEAD = 2;

/** Between the values of a line. */
const BETWEEN = '\u001F';
const VALUES = [
  ...['id', 'number', 'callId', 'state', 'result', 'freemover', 'homeCountry', 'homeInstitutionId'],
  ...['hostInstitutionId', 'placeId', 'knows', 'nominationState'],
];
const INSTANTS = ['stateSince', 'submittedAt', 'dueAt', 'nominationSince', 'nominationDue'];

/**
 * All rows of a query of applications `a`, in the order of the worklist, by a cursor: so many rows of it are in the memory as
 * are worked on, and while they are, the next are read. `batch` is how many are read at once.
 *
 * Each comes as one text, which is quicker to send, to read and to take apart than its columns one by one.
 */
export async function* walkRows(
  ctx: Ctx,
  query: SelectQueryBuilder<ApplicationRow>,
  wanted: WantedRows,
  batch?: number,
): AsyncGenerator<readonly ListedRow[]> {
  const [listed, values] = narrowed(ctx, query, wanted);
  const texts = [
    ...VALUES.map((name) => `r."${name}"`),
    // Milliseconds, and what is less of one cut off, as the driver reads them. What is added is less than a millionth of a
    // second, the least that is kept, and more than a floating point number is wrong by.
    ...INSTANTS.map((name) => `floor(date_part('epoch', r."${name}") * 1000 + 0.0005)::bigint`),
  ];
  const lines = rowsByCursor<{ readonly line: string }>(
    ctx,
    `select concat(${texts.join(`, E'\\x1f', `)}) as line from (${rowsOf(listed, wanted, false)}) r`,
    values,
    batch,
  );
  // Their names are read while whoever asked works on the rows before.
  const ready: Promise<readonly ListedRow[]>[] = [];
  for await (const each of lines) {
    const rows = each.map(({ line }) => rowOf(line));
    const next = wanted.names ? named(ctx, rows) : Promise.resolve(rows);
    next.catch(() => undefined);
    ready.push(next);
    const first = ready.length > AHEAD ? ready.shift() : undefined;
    if (first) yield await first;
  }
  for (const each of ready) yield await each;
}

/** With the names of those whom the actor may know. All that is asked at once comes back as one value, in its order. */
async function named(ctx: Ctx, rows: readonly ListedRow[]): Promise<readonly ListedRow[]> {
  const known = rows.filter(({ knows }) => knows);
  if (known.length === 0) return rows;
  const [found] = await ctx.tx.query<{ names: readonly (string | null)[] }[]>(
    `select json_agg(p.name order by f.place) as names
     from unnest($1::uuid[]) with ordinality f (id, place) left join applicants_of_files($1::uuid[]) p on p.id = f.id`,
    [known.map(({ id }) => id)],
  );
  for (const [place, row] of known.entries()) row.name = found?.names[place] ?? null;
  return rows;
}

function rowOf(line: string): ListedRow {
  const values = line.split(BETWEEN);
  const text = (place: number) => values[place] || null;
  const instant = (place: number) => {
    const value = values[place];
    return value ? new Date(Number(value)) : null;
  };
  return {
    id: values[0] as string,
    number: text(1),
    callId: values[2] as string,
    state: values[3] as ListedRow['state'],
    result: text(4) as ListedRow['result'],
    freemover: values[5] === 't',
    homeCountry: values[6] as string,
    homeInstitutionId: text(7),
    hostInstitutionId: text(8),
    placeId: text(9),
    knows: values[10] === 't',
    nominationState: text(11) as ListedRow['nominationState'],
    stateSince: instant(12) as Date,
    submittedAt: instant(13),
    dueAt: instant(14),
    nominationSince: instant(15),
    nominationDue: instant(16),
    name: null,
    language: null,
  };
}
