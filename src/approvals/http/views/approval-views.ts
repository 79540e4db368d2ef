import type { Message } from '../../../platform/http/page.js';

export type Words = string | Message;
export type TagKind = 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';

export interface Tag {
  readonly kind: TagKind;
  readonly text: Message;
}

/** Input of `components/deadline.njk`. */
export interface DeadlineView {
  readonly iso: string;
  readonly left: string | null;
  readonly text: Words;
  readonly urgency: 'far' | 'near' | 'passed';
}

export interface Part {
  readonly text: string;
  readonly lang?: string;
}

/** A cell of `components/worklist.njk`. */
export type Cell =
  | { readonly text: Words; readonly lang?: string; readonly code?: boolean }
  | { readonly parts: readonly Part[]; readonly arrow?: boolean }
  | { readonly tag: Tag }
  | { readonly deadline: DeadlineView };

/** Input of `approvals/list.njk`. */
export interface ApprovalsView {
  /** Verdicts that can be given on several at once; none for whoever only reads. */
  readonly bulk: readonly { readonly value: string; readonly label: Message }[];
  readonly tabs: readonly { readonly href: string; readonly text: Message; readonly current: boolean }[];
  readonly list: {
    readonly caption: Message;
    readonly density: 'comfortable' | 'compact';
    readonly densityHrefs: { readonly comfortable: string; readonly compact: string };
    readonly columns: readonly { readonly label: Message }[];
    readonly select: string | null;
    readonly rows: readonly {
      readonly href: string;
      readonly select: string;
      readonly title: string;
      readonly cells: readonly Cell[];
    }[];
    readonly empty: { readonly title: Message; readonly why: Message };
    readonly pagination: { readonly previous: string | null; readonly next: string | null };
  };
}

/** One side in `components/two-sides.njk`. */
export interface SideColumn {
  readonly name: string;
  readonly lang?: string;
  readonly kind: TagKind;
  readonly state: Message;
  readonly rows: readonly { readonly label: Message; readonly value: Words; readonly lang?: string }[];
  readonly reason?: string;
}

/** Input of `components/two-sides.njk`. */
export interface PairView {
  readonly home: SideColumn;
  readonly host: SideColumn;
  readonly outcome: Tag & { readonly explanation: Message };
}

/** What of the panel was typed. */
export interface TypedVerdict {
  readonly reasonCode: string;
  readonly reasonText: string;
  readonly conditions: readonly TypedCondition[];
}

export interface TypedCondition {
  readonly text: string;
  readonly dueOn: string;
}

/** A condition as a row of the panel. */
export interface ConditionEntry extends TypedCondition {
  readonly index: number;
  readonly number: string;
  readonly errors: { readonly text: Message | null; readonly dueOn: Message | null };
}

/** A condition that a side set, with what was given for it, and the form of whoever settles it. */
export interface ConditionCard {
  readonly id: string;
  readonly title: Message;
  readonly country: string;
  readonly text: string;
  readonly state: Tag;
  readonly deadline: DeadlineView | null;
  readonly rows: readonly { readonly label: Message; readonly value: Words; readonly lang?: string }[];
  readonly file: string | null;
  readonly settle: {
    readonly action: string;
    readonly acts: readonly { readonly value: string; readonly label: Message; readonly hint: Message }[];
    readonly act: string;
    readonly note: string;
    readonly errors: { readonly act: Message | null; readonly note: Message | null };
  } | null;
}

/** The panel of the side that the reader speaks for. */
export interface VerdictPanel {
  readonly action: string;
  readonly country: string;
  readonly verdict: string;
  readonly title: Message;
  readonly tabs: readonly { readonly href: string; readonly text: Message; readonly current: boolean }[];
  readonly does: readonly Message[];
  readonly tells: readonly Message[];
  readonly needsReason: boolean;
  readonly needsConditions: boolean;
  /** Why this word is not said on what is decided, and which one is in its place; null where it is. */
  readonly refused: Message | null;
  readonly reasons: readonly { readonly value: string; readonly label: Message }[];
  readonly typed: TypedVerdict;
  readonly entries: readonly ConditionEntry[];
  readonly errors: Readonly<Record<string, Message>>;
  readonly button: Message;
}

export interface BulkLine {
  readonly href: string;
  readonly reference: string;
  readonly title: Part;
  /** What would happen or did, or why nothing. */
  readonly what: Message;
}

/** Input of `approvals/bulk.njk`. */
export interface BulkDecisionsView {
  readonly verdict: string;
  readonly name: Message;
  readonly done: boolean;
  readonly possible: readonly BulkLine[];
  readonly impossible: readonly BulkLine[];
  /** Null where nothing could be done, or all is. */
  readonly form: {
    readonly seen: readonly string[];
    readonly needsReason: boolean;
    readonly reasons: readonly { readonly value: string; readonly label: Message }[];
    readonly typed: { readonly reasonCode: string; readonly reasonText: string };
    readonly errors: { readonly reasonCode: Message | null; readonly reasonText: Message | null };
  } | null;
  readonly problems: readonly { readonly message: Words; readonly href: string }[];
}

/** Who of the reader's side has it, who is bound, who decides; and the forms of what the reader may do about it. */
export interface HandsView {
  readonly country: string;
  readonly blocked: boolean;
  readonly recused: readonly { readonly who: Part; readonly reason: Message | null }[];
  readonly review: { readonly action: string; readonly text: Message } | null;
  readonly recuse: {
    readonly action: string;
    readonly reasons: readonly { readonly value: string; readonly label: Message }[];
    readonly error: Message | null;
  } | null;
  readonly delegate: {
    readonly action: string;
    readonly officers: readonly { readonly value: string; readonly label: string; readonly lang?: string }[];
    readonly error: Message | null;
  } | null;
}

/** Input of `approvals/decision.njk`. */
export interface ApprovalView {
  readonly reference: string;
  readonly kind: Message;
  readonly title: Part;
  readonly outcome: Tag;
  readonly deadline: DeadlineView | null;
  readonly facts: readonly { readonly label: Words; readonly value: Words; readonly lang?: string }[];
  readonly fileHref: string;
  readonly pair: PairView;
  /** Its signed record, once there is one; without an address while it is prepared, or where it counts no more. */
  readonly record: {
    readonly number: string;
    readonly href: string | null;
    readonly verifyHref: string;
    readonly state: Message;
    readonly signatures: readonly (Part & { readonly at: string })[];
  } | null;
  readonly conditions: readonly ConditionCard[];
  /** Null for whoever only reads, and once the side has spoken. */
  readonly hands: HandsView | null;
  readonly panel: VerdictPanel | null;
  /** Why there is no panel, where that is worth saying. */
  readonly whyNot: Message | null;
  readonly problems: readonly { readonly message: Words; readonly href: string }[];
  /** Somebody was first: what they decided, and what the reader had written. */
  readonly tooLate: {
    readonly who: Part | null;
    readonly text: Message;
    readonly at: string;
    readonly typed: readonly string[];
  } | null;
}
