import type { Message } from '../../../platform/http/page.js';

type Words = string | Message;

export interface TagView {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';
  readonly text: Message;
}

export interface PlaceName {
  /** Of the host institution. */
  readonly host: { readonly text: string; readonly lang: string };
  readonly what: string;
}

/** One line of the list of a place. */
export interface RankLine {
  readonly rank: number;
  readonly number: string;
  /** To those who make the list; to nobody else. */
  readonly points: string | null;
  readonly state: TagView;
  readonly selected: boolean;
}

export interface PlaceListView {
  readonly id: string;
  readonly name: PlaceName;
  readonly seats: Message;
  readonly reserves: readonly string[];
  readonly lines: readonly RankLine[];
  /** How many more there are than are shown. */
  readonly more: Message | null;
}

export interface DifferenceLine {
  readonly number: string;
  readonly before: Words;
  readonly after: Words;
}

export interface RunLine {
  readonly href: string;
  readonly number: number;
  readonly purpose: TagView;
  readonly at: string;
  readonly by: string | null;
  readonly outputHash: string;
}

export interface RunView {
  readonly call: { readonly title: string; readonly href: string };
  readonly back: string;
  readonly run: RunLine;
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly trial: boolean;
  readonly inputHref: string;
  readonly outputHref: string;
  readonly comparedWith: Message | null;
  readonly differences: readonly DifferenceLine[];
  readonly places: readonly PlaceListView[];
}

export interface SelectionAct {
  readonly act: string;
  readonly action: string;
  readonly title: Message;
  readonly does: Message;
  /** Of an act that needs words: what was typed, and what is wrong with it. */
  readonly reason: { readonly typed: string; readonly error: Words | null } | null;
  readonly whyNot: readonly Words[];
}

/** A dry run that the worker reckons. */
export interface JobView {
  readonly state: TagView;
  readonly sentence: Message;
  readonly percent: number;
  /** Null: it has ended. */
  readonly cancel: string | null;
  readonly events: string | null;
}

export interface SelectionView {
  /** The newest dry run that was left to the worker, while it goes on or where nothing came of it. */
  readonly job: JobView | null;
  readonly call: { readonly title: string; readonly href: string | null; readonly slug: string };
  readonly state: TagView;
  readonly problems: readonly { readonly message: Words; readonly href: string | null }[];
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly counts: readonly { readonly label: Message; readonly count: number }[];
  readonly acts: readonly SelectionAct[];
  readonly runs: readonly RunLine[];
  readonly last: RunView | null;
  readonly links: readonly { readonly href: string; readonly text: Message }[];
}

/** Of a second round: the call whose places it gives. */
export type RoundOf = { readonly text: Message; readonly href: string } | null;

export interface PublicListView {
  readonly call: { readonly title: string; readonly href: string };
  readonly roundOf: RoundOf;
  readonly kind: TagView;
  readonly lead: Message;
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly places: readonly PlaceListView[];
}

export interface FairnessTable {
  readonly title: Message;
  readonly columns: readonly Message[];
  /** `length`: of the bar, in per cent; null: none is drawn. */
  readonly rows: readonly {
    readonly label: Words;
    readonly cells: readonly string[];
    readonly length: number | null;
  }[];
  /** What is to be known of its numbers. */
  readonly notes?: readonly Message[];
}

export interface FairnessView {
  readonly call: { readonly title: string; readonly back: string };
  readonly roundOf: RoundOf;
  readonly kind: TagView;
  readonly csvHref: string;
  readonly fewest: Message;
  readonly tables: readonly FairnessTable[];
}

/** A control of `components/field.njk`. */
export interface RoundField {
  readonly kind: 'number' | 'date' | 'text' | 'checkboxes';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: string | { readonly day: string; readonly month: string; readonly year: string };
  readonly values?: readonly string[];
  readonly options?: readonly { readonly value: string; readonly label: Message }[];
  readonly width?: number;
  readonly error?: Words;
}

/** Places that a final list left unfilled, and the second round that gives them. */
export interface RoundsView {
  readonly call: { readonly title: string; readonly back: string };
  readonly action: string;
  readonly problems: readonly { readonly message: Words; readonly href: string | null }[];
  /** Rounds that were opened for this call; null: none yet. */
  readonly known: { readonly sentence: Message; readonly title: string; readonly href: string } | null;
  readonly places: readonly {
    readonly name: PlaceName;
    readonly free: number;
    readonly waiting: number;
    readonly given: Message | null;
    readonly fields: readonly RoundField[];
  }[];
  /** Why no round can be opened now; null: one can. */
  readonly whyNot: Message | null;
  readonly zone: Message;
  readonly fields: readonly RoundField[];
}

/** Before a list is out: what binds its lot already. */
export interface AwaitedListView {
  readonly call: { readonly title: string; readonly href: string };
  readonly seedHash: string;
}

export interface OwnChoiceView {
  readonly ordinal: number;
  readonly name: PlaceName | null;
  readonly state: TagView;
  readonly sentences: readonly Message[];
}

export interface OwnRankingView {
  readonly head: { readonly href: string; readonly number: string | null };
  readonly call: { readonly title: string; readonly listHref: string };
  readonly kind: TagView;
  readonly state: TagView;
  readonly sentence: Message;
  /** Why it counts no more; null where it counts. */
  readonly setAside: { readonly quoted: string | null; readonly message: Message | null } | null;
  readonly points: string | null;
  readonly choices: readonly OwnChoiceView[];
  /** What the reviewers wrote to the applicant, where the call lets them read it. */
  readonly feedback: readonly { readonly text: string; readonly lang: string }[];
  readonly objection: { readonly text: Message; readonly href: string | null } | null;
  /** The second round for the places that were left unfilled; null: there is none, or it is nothing to the reader. */
  readonly round: { readonly text: Message; readonly href: string } | null;
  /** Its points are those of the round before. */
  readonly carried: boolean;
}
