import type { Message } from '../../../platform/http/page.js';

export type Words = string | Message;

export interface FigureCell {
  readonly text: Words;
  readonly lang?: string;
  /** Where what is counted can be looked at one by one. */
  readonly href?: string;
}

export interface FiguresRow {
  /** The first one names the row. */
  readonly cells: readonly FigureCell[];
  /** Length of its bar, 0 to 100, and how much of that is what went wrong; the cells say both in numbers. */
  readonly bar?: { readonly length: number; readonly bad: number };
}

/** A table of numbers: on the page, with bars where they help, and as a file. */
export interface FiguresTable {
  readonly key: string;
  readonly title: Message;
  readonly lead?: Message;
  readonly columns: readonly { readonly label: Message; readonly numeric?: boolean }[];
  readonly rows: readonly FiguresRow[];
  readonly empty: Message;
  readonly exportHref: string;
  /** The page on which all of it is read. */
  readonly more?: { readonly href: string; readonly text: Message };
}

/** Input of `reporting/overview.njk`. */
export interface OverviewView {
  readonly lead: Message;
  readonly tables: readonly FiguresTable[];
  readonly links: readonly { readonly href: string; readonly text: Message }[];
  /** Whether the reader may look for sessions of the commission, by their day. */
  readonly asksCommission: boolean;
}

/** Input of `reporting/promises.njk`. */
export interface PromisesView {
  readonly tables: readonly FiguresTable[];
  readonly years: readonly { readonly href: string; readonly text: Words; readonly current: boolean }[];
  /** Why some offices are not told by themselves; null where the reader is told all. */
  readonly left: Message | null;
}
