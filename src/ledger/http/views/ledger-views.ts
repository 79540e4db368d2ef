import type { Message } from '../../../platform/http/page.js';

export type Words = string | Message;

/** One side of a pair of opposed bars, as `agreements/_quota-chart.njk` draws it: what was planned, and in it what happened. */
export interface Bar {
  readonly label: Words;
  readonly personsLength: number;
  readonly committedLength: number;
}

export interface Chart {
  readonly title: Words;
  readonly leftTitle: Words;
  readonly rightTitle: Words;
  readonly pairs: readonly { readonly title: Words; readonly left: Bar; readonly right: Bar }[];
}

export interface Table {
  readonly title: Words;
  readonly columns: readonly { readonly label: Words; readonly numeric: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

export interface Field {
  readonly kind: 'date' | 'select' | 'radios';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly optional?: boolean;
  readonly value?: unknown;
  readonly error?: Words;
  readonly options?: readonly { readonly value: string; readonly label: Words }[];
}

/** Input of `ledger/years.njk`. */
export interface YearsView {
  readonly asOf: Words;
  readonly table: Table;
}

/** Input of `ledger/balance.njk`. */
export interface LedgerView {
  readonly problems: readonly { readonly message: Words; readonly href: string }[];
  readonly fields: readonly Field[];
  readonly asOf: Words;
  readonly charts: readonly Chart[];
  readonly tables: readonly Table[];
  readonly entriesHref: string;
  readonly query: string;
  /** The same with both days: what the balance as a file is about. */
  readonly dated: string;
  readonly empty: boolean;
}

export interface EntryLine {
  readonly id: string;
  readonly act: Words;
  readonly basis: Words;
  readonly occurredOn: string;
  readonly recordedAt: string;
  readonly where: string;
  readonly lines: readonly string[];
  readonly correction: Words | null;
  readonly stayHref: string | null;
}

/** Input of `ledger/entries.njk`. */
export interface EntriesView {
  readonly entries: readonly EntryLine[];
  readonly next: string | null;
  readonly back: string;
}
