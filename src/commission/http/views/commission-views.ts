import type { Message } from '../../../platform/http/page.js';

export type Words = string | Message;

export interface Tag {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';
  readonly text: Message;
}

export interface Row {
  readonly label: Words;
  readonly value?: Words;
  readonly values?: readonly Words[];
  readonly lang?: string;
}

/** A question of a form, for `components/field.njk`. */
export interface Field {
  readonly kind: 'text' | 'textarea' | 'select' | 'radios' | 'checkboxes' | 'number' | 'date' | 'file';
  readonly accept?: string;
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: string | { readonly day: string; readonly month: string; readonly year: string };
  readonly values?: readonly string[];
  readonly error?: Message;
  readonly optional?: boolean;
  readonly rows?: number;
  readonly width?: number;
  readonly lang?: string;
  readonly maxCharacters?: number;
  readonly options?: readonly { readonly value: string; readonly label: Words; readonly lang?: string }[];
}

export interface Problem {
  readonly message: Message;
  readonly href: string;
}

/** A form that is one act; it sends a file where a field of it is one. */
export interface ActForm {
  /** Of its heading and of the problems in it. */
  readonly id: string;
  readonly action: string;
  readonly title: Words | null;
  readonly text: Message | null;
  readonly fields: readonly Field[];
  readonly button: Message;
  readonly warning: boolean;
}

/** Text in one language. */
export interface Written {
  readonly lang: string;
  readonly paragraphs: readonly string[];
}

export interface Person {
  readonly name: string;
  readonly lang: string;
  readonly country: string;
  readonly detail: Words | null;
}

export interface ItemLine {
  /** Null: it is not for the reader. */
  readonly href: string | null;
  readonly reference: string;
  readonly title: { readonly text: Words; readonly lang: string | null };
  readonly kind: Message;
  readonly state: Tag;
  readonly detail: Message | null;
  readonly recused: readonly Person[];
}

export interface SessionLine {
  readonly href: string;
  readonly number: string;
  readonly when: string;
  readonly where: string;
  readonly state: Tag;
  readonly items: readonly ItemLine[];
  readonly protocol: { readonly href: string; readonly number: string; readonly state: Tag } | null;
}

export interface CommissionView {
  /** What was typed as a day and is none: then no session is looked for. */
  readonly problems: readonly { readonly message: Message; readonly href: string }[];
  readonly search: readonly Field[];
  readonly searched: boolean;
  readonly waiting: readonly ItemLine[];
  readonly sessions: readonly SessionLine[];
  readonly plans: boolean;
  /** Decisions that a secretary can table because a side is late. */
  readonly late: readonly {
    readonly decisionId: string;
    readonly href: string;
    readonly reference: string;
    readonly title: string;
    readonly lang: string;
  }[];
}

export interface FormView {
  readonly title: Message;
  readonly intro: Message;
  readonly back: string;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly form: ActForm;
}

/** A document on a matter. */
export interface FileView {
  readonly href: string;
  readonly name: string;
  readonly detail: string;
  /** Where it is taken away, for whoever may. */
  readonly remove: string | null;
}

export interface ItemView {
  readonly reference: string;
  readonly title: { readonly text: Words; readonly lang: string | null };
  readonly kind: Message;
  readonly state: Tag;
  readonly rows: readonly Row[];
  readonly texts: readonly Written[];
  readonly file: { readonly href: string } | null;
  readonly decision: { readonly href: string } | null;
  readonly files: readonly FileView[];
  /** For a secretary, where files can be attached. */
  readonly attach: ActForm | null;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly sessions: readonly { readonly href: string; readonly number: string; readonly when: string }[];
}

export interface VoteView {
  readonly title: Message;
  readonly state: Tag;
  readonly rows: readonly Row[];
  readonly voters: readonly Person[];
}

export interface RoomItem extends ItemLine {
  readonly id: string;
  readonly current: boolean;
  readonly file: string | null;
  readonly files: readonly FileView[];
  /** Why the reader leads it, who is no secretary. */
  readonly leads: Message | null;
  readonly texts: readonly Written[];
  readonly notes: readonly {
    readonly by: Person;
    readonly words: readonly Written[];
    readonly official: boolean;
  }[];
  readonly votes: readonly VoteView[];
  readonly decision: { readonly outcome: Tag; readonly words: readonly Written[] } | null;
  readonly acts: readonly ActForm[];
}

export interface SessionView {
  readonly id: string;
  readonly href: string;
  readonly number: string;
  readonly version: number;
  readonly state: Tag;
  readonly live: boolean;
  readonly rows: readonly Row[];
  readonly rules: readonly Row[];
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly people: readonly Person[];
  readonly quorum: Message;
  readonly items: readonly RoomItem[];
  readonly acts: readonly ActForm[];
  /** To a secretary: why it cannot be opened yet. */
  readonly early: Message | null;
  readonly plans: readonly ActForm[];
  readonly protocols: readonly { readonly href: string; readonly number: string; readonly state: Tag }[];
}

export interface SectionView {
  readonly position: number;
  readonly title: { readonly text: Words; readonly lang: string | null };
  readonly rows: readonly Row[];
  readonly people: readonly Person[];
  readonly words: readonly Written[];
  readonly reason: readonly Written[];
  readonly amendedBy: readonly { readonly number: string; readonly href: string }[];
  readonly revise: ActForm | null;
}

export interface ProtocolView {
  readonly href: string;
  readonly number: string;
  readonly hash: string;
  readonly state: Tag;
  readonly session: { readonly href: string; readonly number: string };
  readonly amends: { readonly href: string; readonly number: string } | null;
  readonly amendments: readonly { readonly href: string; readonly number: string; readonly state: Tag }[];
  readonly published: string | null;
  /** The signed file; `href` is null while it is being prepared. */
  readonly document: { readonly number: string; readonly href: string | null } | null;
  readonly withheld: boolean;
  /** Of each side that has not agreed or signed, who may; nobody where all of it are bound. */
  readonly awaited: readonly { readonly text: Message; readonly people: readonly Person[] }[];
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly acts: readonly { readonly text: Message; readonly by: Person; readonly at: string }[];
  readonly sections: readonly SectionView[];
  readonly forms: readonly ActForm[];
}

export interface PublicProtocolView {
  readonly number: string;
  readonly rows: readonly Row[];
  readonly items: readonly { readonly title: Message; readonly rows: readonly Row[] }[];
  readonly amends: { readonly href: string; readonly number: string } | null;
  readonly amendments: readonly {
    readonly href: string;
    readonly number: string;
    readonly day: string;
    readonly changes: string;
  }[];
}

export interface PublicProtocolsView {
  readonly protocols: readonly {
    readonly href: string;
    readonly number: string;
    readonly day: string;
    readonly countries: string;
    readonly amends: string | null;
  }[];
}

export interface RulesView {
  readonly versions: readonly { readonly title: Message; readonly rows: readonly Row[] }[];
}
