import type { PairView } from '../../../approvals/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Begun } from '../../call-ports.js';
import type { Editor } from '../editor/editor-shell.js';
import type { ProblemLink } from '../editor/editor-words.js';
import type { MovedView, TagModel } from './call-views.js';

type Words = string | Message;

/** One control as `components/field.njk` draws it. */
export interface EditorField {
  readonly kind: 'text' | 'number' | 'textarea' | 'select' | 'radios' | 'checkboxes' | 'date';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: string | Readonly<Record<'day' | 'month' | 'year', string>>;
  readonly values?: readonly string[];
  readonly error?: Message;
  readonly optional?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: Words; readonly hint?: Words }[];
  readonly lang?: string;
  readonly width?: number;
  readonly rows?: number;
}

export interface FieldGroup {
  readonly title: Message | null;
  readonly lead: Words | null;
  /** Side by side where there is room: one text in its languages, a day and its time. */
  readonly beside: boolean;
  readonly fields: readonly EditorField[];
}

/** Both versions where somebody else was first. */
export interface StaleView {
  readonly rows: readonly { readonly label: string; readonly mine: string; readonly saved: string }[];
  readonly href: string;
}

/** Input of `calls/editor/fields.njk`. */
export interface EditorFieldsView {
  readonly editor: Editor;
  readonly heading: Message;
  readonly lead: Message;
  readonly action: string;
  readonly problems: readonly ProblemLink[];
  readonly stale: StaleView | null;
  /** What the form says it was opened with. */
  readonly version: number;
  /** Of what this page said then: another page's change does not stand in its way. */
  readonly base: string;
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly languages: readonly LanguageRow[];
  readonly groups: readonly FieldGroup[];
  /** On the page of the dates alone. */
  readonly plan: PlanView | null;
}

/** Planning backwards from the first day of the stay. */
export interface PlanView {
  readonly holds: boolean;
  readonly verdict: Message;
  readonly latest: Message;
  readonly tight: Message;
  /** For each direction and field the gate that takes longest. */
  readonly gates: readonly {
    readonly direction: string;
    readonly field: string;
    readonly gate: Message;
    readonly country: string;
    readonly days: number;
  }[];
  readonly hosts: readonly {
    readonly country: string;
    readonly slack: number;
    readonly days: number;
    readonly latest: string;
    readonly steps: readonly {
      readonly name: Message;
      readonly days: number;
      readonly from: string;
      readonly until: string;
      readonly tight: boolean;
    }[];
  }[];
}

/** Input of `calls/editor/deadline.njk`. */
export interface DeadlineMoveView {
  readonly editor: Editor;
  readonly problems: readonly ProblemLink[];
  readonly stale: boolean;
  readonly version: number;
  readonly now: string;
  readonly zone: Message;
  readonly begun: Begun;
  readonly possible: boolean;
  readonly when: readonly EditorField[];
  readonly reasons: readonly EditorField[];
  readonly moves: readonly MovedView[];
}

export interface LanguageRow {
  readonly label: Message;
  readonly tag: TagModel;
}

/** One thing that can be done with the call, or why not now. */
export interface CallActView {
  readonly act: string;
  readonly action: string;
  readonly title: Message;
  readonly does: Message;
  readonly whyNot: readonly Words[];
  readonly reason: { readonly typed: string; readonly error: Message | null } | null;
  /** A page of its own in place of a button. */
  readonly href: string | null;
}

/** Input of `calls/editor/overview.njk`. */
export interface CallOverviewView {
  /** Whether the dates can hold, before it is put before both countries. */
  readonly plan: PlanView | null;
  readonly editor: Editor;
  readonly problems: readonly ProblemLink[];
  readonly phase: TagModel;
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly steps: readonly {
    readonly title: Message;
    readonly href: string;
    readonly hint: Message;
    readonly state: 'done' | 'todo';
  }[];
  readonly missing: readonly ProblemLink[];
  readonly languages: readonly LanguageRow[];
  readonly moves: readonly MovedView[];
  readonly approval: PairView | null;
  readonly approvalText: Message;
  readonly acts: readonly CallActView[];
  readonly publicHref: string;
}

/** Input of `calls/editor/new.njk`. */
export interface NewCallView {
  readonly problems: readonly ProblemLink[];
  readonly fields: readonly EditorField[];
  readonly titles: readonly EditorField[];
}

/** Input of `calls/editor/list.njk`. */
export interface EditorListView {
  readonly tabs: readonly {
    readonly href: string;
    readonly text: Message;
    readonly current: boolean;
  }[];
  readonly tab: string;
  readonly query: string;
  readonly rows: readonly {
    readonly href: string;
    readonly title: string;
    readonly lang: string;
    readonly category: Message;
    readonly year: string;
    readonly state: TagModel;
    readonly closes: string;
    readonly places: number;
  }[];
  readonly empty: { readonly title: Message; readonly why: Message };
  readonly nextHref: string | null;
}
