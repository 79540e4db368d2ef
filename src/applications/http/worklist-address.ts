import { CALL_CATEGORIES, fieldOfStudy } from '../../calls/public.js';
import type { CallCategory } from '../../calls/public.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { parseDate } from '../../shared/parse-entry.js';
import { MEETS } from '../data/eligibility-sql.js';
import type { Meets } from '../data/eligibility-sql.js';
import { OFFICE_WORK } from '../data/application-lists.js';
import type { OfficeWork } from '../data/application-lists.js';
import { APPLICATION_STATES } from '../domain/application.states.js';
import type { ApplicationState } from '../domain/application.states.js';
import type { WorklistWish } from '../operations/worklist-filter.js';

/** States that an office can meet; a draft is nobody's business but its applicant's. */
export const LISTED_STATES: readonly ApplicationState[] = APPLICATION_STATES.filter(
  (state) => state !== 'draft' && state !== 'never_submitted',
);

/** Columns of the list besides the number, in their order. */
export const COLUMNS = [
  'name',
  'call',
  'category',
  'route',
  'field',
  'level',
  'state',
  'since',
  'submitted',
  'holder',
] as const;
export type Column = (typeof COLUMNS)[number];
const USUAL_COLUMNS: readonly Column[] = ['name', 'call', 'route', 'state', 'holder'];

/** Levels of a place that a filter offers: bachelor, master, doctorate. */
export const LEVELS: readonly number[] = [6, 7, 8];

const TEXT_MAX = 200;

/** What of the worklist is shown, as the address says it: a page can be kept and sent to a colleague. */
export interface WorklistAddress {
  /** One kind of work, all that waits for one's offices (`me`), or everything. */
  readonly waits: OfficeWork | 'me' | 'all';
  /** What `waits` is where the address does not say it. */
  readonly usual: 'me' | 'all';
  readonly state: ApplicationState | null;
  readonly call: string | null;
  readonly q: string;
  readonly home: string;
  readonly host: string;
  readonly category: CallCategory | null;
  readonly field: string | null;
  readonly level: number | null;
  readonly overdue: boolean;
  readonly duplicates: boolean;
  /** Whether the conditions of the call are met; asked together with one call. */
  readonly meets: Meets | null;
  /** As it was typed; `problems` says where it is no day. */
  readonly from: string;
  readonly until: string;
  readonly columns: readonly Column[];
  readonly density: 'comfortable' | 'compact';
  readonly after: string | null;
}

/** Everything by which a list is narrowed, besides what waits. */
const NARROWING = [
  'state',
  'call',
  'q',
  'home',
  'host',
  'category',
  'field',
  'level',
  'overdue',
  'duplicates',
  'meets',
  'from',
  'until',
] as const;

export type Changes = Partial<
  Record<(typeof NARROWING)[number] | 'waits' | 'density' | 'after', string | null>
>;

/** The parameters of an address, a repeated one (checkboxes) with all its values. */
export function paramsOf(url: string): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

/** Reads the address; what it does not understand is as if it were not there. */
export function readAddress(params: URLSearchParams, usual: 'me' | 'all'): WorklistAddress {
  const text = (name: string) =>
    (params.get(name) ?? '')
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, TEXT_MAX);
  const call = text('call');
  const field = text('field');
  const columns = params.getAll('columns').flatMap((list) => list.split(','));
  const chosen = COLUMNS.filter((column) => columns.includes(column));
  const address = {
    usual,
    state: LISTED_STATES.find((each) => each === text('state')) ?? null,
    call: isId(call) ? call : null,
    q: text('q'),
    home: text('home'),
    host: text('host'),
    category: CALL_CATEGORIES.find((each) => each === text('category')) ?? null,
    field: fieldOfStudy(field) ? field : null,
    level: /^[1-8]$/.test(text('level')) ? Number(text('level')) : null,
    overdue: text('overdue') === 'yes',
    duplicates: text('duplicates') === 'yes',
    meets: MEETS.find((each) => each === text('meets')) ?? null,
    from: text('from'),
    until: text('until'),
    columns: chosen.length > 0 ? chosen : USUAL_COLUMNS,
    density: params.get('density') === 'compact' ? ('compact' as const) : ('comfortable' as const),
    after: params.get('after'),
  };
  const wish = [...OFFICE_WORK, 'me' as const, 'all' as const].find((each) => each === params.get('waits'));
  return { ...address, waits: wish ?? (narrowedBy(address) > 0 ? 'all' : usual) };
}

/** How many filters are set. */
export function narrowedBy(address: Pick<WorklistAddress, (typeof NARROWING)[number]>): number {
  return NARROWING.filter((name) => Boolean(address[name])).length;
}

/** What the address asks for, and which of its days are none. `own`: the kinds of work that the reader's offices have. */
export function wishOf(
  address: WorklistAddress,
  own: readonly OfficeWork[],
): { readonly wish: WorklistWish; readonly problems: readonly FieldProblem[] } {
  const from = dayIn(address.from);
  const until = dayIn(address.until);
  const { waits, state, call, q, home, host, category, field, level, overdue, duplicates, meets } = address;
  return {
    wish: {
      waits: waits === 'all' ? null : waits === 'me' ? own : [waits],
      state,
      callId: call,
      text: q,
      home,
      host,
      category,
      field,
      level,
      overdue,
      duplicates,
      meets: call ? meets : null,
      from: from || null,
      until: until || null,
    },
    problems: [
      ...(meets && !call ? [{ field: 'meets', problem: 'needs_call' }] : []),
      ...(from === null ? [{ field: 'from', problem: 'not_date' }] : []),
      ...(until === null ? [{ field: 'until', problem: 'not_date' }] : []),
    ],
  };
}

/** YYYY-MM-DD, empty where nothing was typed, null where it is no day. */
function dayIn(typed: string): string | null {
  if (typed === '') return '';
  const entry = parseDate(typed);
  return entry.ok ? entry.value : null;
}

/** The address with changes, under `path`. Never a bare one: that is where the reader's default filter is shown. */
export function hrefOf(address: WorklistAddress, changes: Changes = {}, path = '/applications'): string {
  const params = addressParams(address, changes);
  if (params.size === 0) params.set('waits', changes.waits ?? address.waits);
  return `${path}?${params.toString()}`;
}

/** An address to be kept: it says all by itself, and begins at the first page. */
export function keptParams(address: WorklistAddress): URLSearchParams {
  const params = addressParams(address, { after: null });
  const kept = new URLSearchParams({ waits: address.waits });
  for (const [name, value] of params) kept.set(name, value);
  return kept;
}

/** What an address says, in one order; what is as usual is left out. */
function addressParams(address: WorklistAddress, changes: Changes = {}): URLSearchParams {
  const waits = changes.waits ?? address.waits;
  const values = NARROWING.map((name) => {
    const value = name in changes ? changes[name] : address[name];
    return [name, value === true ? 'yes' : value ? String(value) : ''] as const;
  });
  const params = new URLSearchParams();
  // Filters without a word on what waits search everything, so what waits has to be said beside them.
  const narrowed = values.some(([, value]) => value !== '');
  if (waits !== address.usual || (waits === 'me' && narrowed)) params.set('waits', waits);
  for (const [name, value] of values) if (value) params.set(name, value);
  const columns = address.columns.join(',');
  if (columns !== USUAL_COLUMNS.join(',')) params.set('columns', columns);
  const density = 'density' in changes ? changes.density : address.density;
  if (density === 'compact') params.set('density', 'compact');
  const after = 'after' in changes ? changes.after : address.after;
  if (after) params.set('after', after);
  return params;
}
