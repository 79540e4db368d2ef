import type { ConditionLine } from '../presenters/present-conditions.js';
import type { SelectionView } from '../presenters/present-selection.js';
import type { PlaceTermsView } from '../presenters/present-place-terms.js';
import type { Message } from '../../../platform/http/page.js';

/** A deadline as `components/deadline.njk` draws it. */
export interface DeadlineModel {
  readonly iso: string;
  readonly left: string | Message | null;
  readonly text: string | Message;
  readonly urgency: 'far' | 'near' | 'passed';
}

export interface TagModel {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';
  readonly text: Message;
}

/** One call as `components/call-card.njk` draws it. */
export interface CallCard {
  readonly href: string;
  readonly title: string;
  readonly category: Message;
  readonly state: TagModel;
  readonly deadline: DeadlineModel;
  /** Of the free ones, how many are kept for those who meet a condition. */
  readonly places: { readonly free: number; readonly total: number; readonly reserved: number } | null;
  readonly funding: string;
  readonly level: number;
}

/** Input of `calls/_open-calls.njk`. */
export interface OpenCallsModel {
  readonly calls: readonly CallCard[];
  readonly allHref: string;
  readonly empty: EmptyModel;
}

export interface EmptyModel {
  readonly title: Message;
  readonly why: Message;
  readonly action?: { readonly href: string; readonly text: Message };
  readonly level?: number;
}

export interface Choice {
  readonly value: string;
  readonly text: string | Message;
  readonly chosen: boolean;
}

/** Input of `calls/list.njk`. */
export interface CallListView {
  readonly heading: Message;
  readonly query: string;
  readonly categories: readonly Choice[];
  readonly countries: readonly Choice[];
  /** Field, level, language, what is paid: the filters that not everybody needs. */
  readonly more: readonly {
    readonly name: string;
    readonly label: Message;
    readonly options: readonly Choice[];
  }[];
  readonly moreOpen: boolean;
  /** Whether only calls with a free place are shown. */
  readonly free: boolean;
  readonly freemovers: boolean;
  readonly when: readonly Choice[];
  readonly filtered: boolean;
  readonly found: Message;
  /** The feeds under the same filters. */
  readonly icsHref: string;
  readonly jsonHref: string;
  readonly calls: readonly CallCard[];
  readonly empty: EmptyModel;
  readonly nextHref: string | null;
}

export interface FactRow {
  readonly label: Message;
  readonly value?: string | Message;
  readonly values?: readonly (string | Message)[];
}

export interface StepRow {
  readonly who: Message;
  readonly what: Message;
  readonly when: string | Message;
}

export interface PlaceRow extends PlaceTermsView {
  readonly host: { readonly text: string; readonly lang: string; readonly href: string };
  readonly unit: string | null;
  readonly city: { readonly text: string; readonly lang: string } | null;
  readonly country: string;
  readonly field: string;
  readonly level: Message;
  readonly language: Message;
  readonly months: string;
  readonly services: Message | null;
  readonly free: Message;
  readonly full: boolean;
}

/** How a deadline was moved, and why. */
export interface MovedView {
  readonly sentence: Message;
  readonly reason: string;
}

/** What an amendment changes, as it is read. Drawn by `calls/_amendment.njk`. */
export interface ChangesView {
  readonly words: readonly {
    readonly field: Message;
    readonly from: WrittenText;
    readonly to: WrittenText;
  }[];
  readonly form: readonly { readonly what: Message; readonly things: readonly WrittenText[] }[];
  /** That what is left of the form stands in another order. */
  readonly moved: boolean;
}

export interface WrittenText {
  readonly text: string;
  readonly lang: string;
}

/** One that took effect. */
export interface AmendmentView {
  readonly sentence: Message;
  readonly reason: string;
  readonly changes: ChangesView;
  readonly approved: Message;
}

/** Input of `calls/call.njk`. */
export interface CallPageView {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly category: Message;
  readonly direction: string;
  readonly state: TagModel;
  readonly deadline: DeadlineModel;
  readonly places: { readonly free: number; readonly total: number; readonly reserved: number };
  /** Of a second round: whose places it gives, and who takes part. */
  readonly round: { readonly title: string; readonly href: string; readonly who: Message } | null;
  /** Where the places that it left unfilled are given; null: nowhere. */
  readonly nextRound: { readonly title: string; readonly href: string } | null;
  readonly whoMayApply: string;
  /** What is checked of everybody who applies. */
  readonly conditions: readonly ConditionLine[];
  readonly facts: readonly FactRow[];
  readonly steps: readonly StepRow[];
  /** Nobody of the two institutions assesses or decides. */
  readonly independent: boolean;
  /** Null where nobody applies whom no institution nominates. */
  readonly freemovers: Message | null;
  /** How a ranked call selects; null: it does not rank, or is from before such rules were written. */
  readonly selection: SelectionView | null;
  readonly silence: readonly Message[];
  readonly stepsTotal: Message;
  readonly asked: readonly string[];
  readonly documents: readonly {
    readonly label: string;
    readonly hint: string | null;
    readonly required: boolean;
  }[];
  readonly consents: Message;
  /** Letters of reference; null where none is asked for. */
  readonly coApplicants: { readonly rules: readonly Message[]; readonly roles: string | null } | null;
  readonly references: { readonly rules: readonly Message[]; readonly due: string } | null;
  readonly placeRows: readonly PlaceRow[];
  readonly agreement: { readonly title: string; readonly href: string } | null;
  /** What one can do now: begin, sign in first, or why neither. */
  readonly apply: 'form' | 'sign_in' | 'upcoming' | 'grace' | 'closed' | 'draft' | 'former_only';
  readonly signInHref: string;
  /** To be told when it opens: by an address, by one press, or that the reader is told; null where nothing is to be told. */
  readonly watch: 'link' | 'follow' | 'following' | null;
  readonly moves: readonly MovedView[];
  /** Of the published list of a ranked call. */
  readonly listHref: string | null;
  /** How words and form were amended, the latest first. */
  readonly amendments: readonly AmendmentView[];
  readonly cancelled: Message | null;
  readonly approved: Message | null;
}
