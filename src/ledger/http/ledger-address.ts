import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { parseDate } from '../../shared/parse-entry.js';
import type { AsOf, BalanceFilter } from '../domain/balance.js';

export const GROUPINGS = ['year', 'agreement', 'category'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A day as it was typed, in its three fields. */
export interface TypedDay {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

/** What the address of a page of the ledger asks for; what cannot be read is said at its field and left out. */
export interface LedgerAddress {
  readonly asOf: AsOf;
  readonly by: Grouping;
  readonly filter: BalanceFilter;
  readonly typed: { readonly on: TypedDay; readonly known: TypedDay };
  readonly problems: readonly FieldProblem[];
  /** The same filters as a query, without the days. */
  readonly query: URLSearchParams;
  /** The same with both days, as YYYY-MM-DD. */
  readonly dated: URLSearchParams;
}

type Query = Readonly<Record<string, string>>;

export function readLedgerAddress(query: Query, today: string): LedgerAddress {
  const problems: FieldProblem[] = [];
  const dayOf = (name: string): { typed: TypedDay; day: string | null } => {
    const [year = '', month = '', date = ''] = (query[name] ?? '').split('-');
    const typed = {
      day: query[`${name}-day`] ?? date,
      month: query[`${name}-month`] ?? month,
      year: query[`${name}-year`] ?? year,
    };
    const written = [typed.day, typed.month, typed.year].map((part) => part.trim());
    if (written.every((part) => part === '')) return { typed, day: null };
    const entry = parseDate(written.join(' '));
    if (!entry.ok) problems.push({ field: name, problem: entry.problem });
    return { typed, day: entry.ok ? entry.value : null };
  };
  const on = dayOf('on');
  const known = dayOf('known');
  const kept = new URLSearchParams();
  const take = (name: string, pattern: RegExp): string | undefined => {
    const value = query[name];
    if (!value) return undefined;
    if (!pattern.test(value)) return undefined;
    kept.set(name, value);
    return value;
  };
  const agreement = isId(query.agreement) ? query.agreement : undefined;
  if (agreement) kept.set('agreement', agreement);
  const year = take('year', /^\d{4}\/\d{2}$/);
  const category = take('category', /^[a-z_]{1,40}$/);
  const by = GROUPINGS.find((each) => each === query.by) ?? 'year';
  if (by !== 'year') kept.set('by', by);
  const asOf: AsOf = { on: on.day ?? today, ...(known.day ? { knownOn: known.day } : {}) };
  const dated = new URLSearchParams(kept);
  dated.set('on', asOf.on);
  if (asOf.knownOn) dated.set('known', asOf.knownOn);
  return {
    asOf,
    by,
    filter: {
      ...(agreement ? { agreementId: agreement } : {}),
      ...(year ? { academicYear: year } : {}),
      ...(category ? { category } : {}),
    },
    typed: { on: on.day ? on.typed : partsOf(on.typed, today), known: known.typed },
    problems,
    query: kept,
    dated,
  };
}

function partsOf(typed: TypedDay, today: string): TypedDay {
  if (typed.day || typed.month || typed.year) return typed;
  const [year = '', month = '', day = ''] = today.split('-');
  return { day: String(Number(day)), month: String(Number(month)), year };
}
