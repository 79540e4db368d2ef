import type { Message } from '../../../platform/http/page.js';

export interface Tag {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';
  readonly text: Message;
}

export interface DeadlineView {
  readonly iso: string;
  readonly left: string;
  readonly text: Message;
  readonly urgency: 'far' | 'near' | 'passed';
}

export interface Option {
  readonly value: string;
  readonly label: Message | string;
}

export interface Row {
  readonly label: Message | string;
  readonly value: Message | string;
  readonly lang?: string;
}

export interface ProblemLine {
  readonly message: string;
  readonly href: string;
}

interface Cell {
  readonly text?: string | Message;
  readonly lang?: string;
  readonly tag?: Tag;
  readonly deadline?: DeadlineView;
  readonly parts?: readonly { readonly text: string }[];
  readonly arrow?: boolean;
}

export interface GatesView {
  readonly tabs: readonly { readonly href: string; readonly text: Message; readonly current: boolean }[];
  readonly list: {
    readonly caption: Message;
    readonly columns: readonly { readonly label: Message }[];
    readonly rows: readonly {
      readonly href: string;
      readonly title: string;
      readonly cells: readonly Cell[];
    }[];
    readonly empty: { readonly title: Message; readonly why: Message };
    readonly pagination: { readonly previous: string | null; readonly next: string | null };
  };
}

export interface SettlementPanel {
  readonly action: string;
  readonly verdict: string;
  readonly tabs: readonly { readonly href: string; readonly text: Message; readonly current: boolean }[];
  readonly does: readonly Message[];
  readonly tells: readonly Message[];
  readonly button: Message;
  readonly refuses: boolean;
  readonly needsConditions: boolean;
  readonly lasts: boolean;
  readonly reasons: readonly Option[];
  readonly typed: Readonly<Record<string, string>>;
  readonly expires: { readonly day: string; readonly month: string; readonly year: string };
  readonly errors: Readonly<Record<string, Message>>;
}

/** What was found on a list: what is alike, the entry, and the word of an officer. */
export interface HitView {
  readonly state: Tag;
  readonly list: string;
  readonly rows: readonly Row[];
  readonly form: {
    readonly action: string;
    readonly verdicts: readonly Option[];
    readonly typed: Readonly<Record<string, string>>;
    readonly error: Message | null;
  } | null;
}

export interface RestrictedListsView {
  readonly columns: string;
  readonly form: {
    readonly countries: readonly Option[];
    readonly typed: Readonly<Record<string, string>>;
    readonly dated: { readonly day: string; readonly month: string; readonly year: string };
    readonly errors: Readonly<Record<string, Message>>;
  };
  readonly faults: readonly string[];
  readonly problems: readonly ProblemLine[];
  readonly lists: readonly {
    readonly name: string;
    readonly versions: readonly {
      readonly title: string;
      readonly state: Tag;
      readonly rows: readonly Row[];
    }[];
  }[];
}

export interface GatePageView {
  readonly reference: string;
  readonly kind: Message;
  readonly title: { readonly text: string; readonly lang: string };
  readonly state: Tag;
  readonly deadline: DeadlineView | null;
  readonly facts: readonly Row[];
  readonly fileHref: string;
  readonly asked: readonly { readonly name: string; readonly given: boolean }[];
  readonly evidence: readonly {
    readonly item: string | null;
    readonly words: string;
    readonly file: { readonly href: string; readonly name: string; readonly about: Message } | null;
    readonly until: { readonly text: Message; readonly over: boolean } | null;
    readonly by: { readonly text: string; readonly lang: string } | null;
    readonly at: string;
  }[];
  readonly hits: readonly HitView[];
  readonly screened: boolean;
  readonly word: readonly Row[];
  readonly panel: SettlementPanel | null;
  readonly evidencePanel: {
    readonly action: string;
    readonly items: readonly Option[];
    readonly typed: Readonly<Record<string, string>>;
    readonly validUntil: { readonly day: string; readonly month: string; readonly year: string };
    readonly errors: Readonly<Record<string, Message>>;
  } | null;
  readonly reopening: {
    readonly action: string;
    readonly typed: string;
    readonly error: Message | null;
  } | null;
  readonly whyNot: Message | null;
  readonly problems: readonly ProblemLine[];
}

export interface GateRulesView {
  readonly mayAdd: boolean;
  readonly countries: readonly {
    readonly name: string;
    readonly rules: readonly {
      readonly kind: Message;
      readonly state: Tag;
      readonly rows: readonly Row[];
      readonly edit: string | null;
      readonly end: string | null;
    }[];
  }[];
}

export interface GateRuleFormView {
  readonly title: Message;
  readonly action: string;
  readonly countries: readonly Option[];
  readonly kinds: readonly Option[];
  readonly sides: readonly Option[];
  readonly calls: readonly Option[];
  readonly categories: readonly Option[];
  readonly chosenCategories: readonly string[];
  readonly fixed: boolean;
  readonly typed: Readonly<Record<string, string>>;
  readonly chosenSides: readonly string[];
  readonly from: { readonly day: string; readonly month: string; readonly year: string };
  readonly errors: Readonly<Record<string, Message>>;
  readonly problems: readonly ProblemLine[];
}
