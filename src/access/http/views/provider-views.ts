import type { Message } from '../../../platform/http/page.js';
import type { Words } from './rights-views.js';

export interface StateTag {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'sky' | 'grey';
  readonly text: Message;
}

export interface ProblemLink {
  /** With the name of its field where there are many. */
  readonly message: Message | string;
  readonly href: string | null;
}

/** What `templates/access/providers.njk` shows. */
export interface ProvidersView {
  readonly mayPropose: boolean;
  readonly rows: readonly {
    readonly href: string;
    readonly name: string;
    readonly key: string;
    readonly country: string;
    readonly issuer: string;
    readonly source: Message;
    readonly states: readonly StateTag[];
    readonly health: StateTag & { readonly at: string | null };
  }[];
}

/** A word of a fact; with its language where that is another one than the reader's. */
export type FactValue = Words | { readonly text: string; readonly lang: string };

export interface FactRow {
  readonly label: Message;
  readonly values: readonly FactValue[];
}

export interface ComparedRow {
  readonly label: Message;
  readonly before: readonly FactValue[] | null;
  readonly after: readonly FactValue[];
  readonly changed: boolean;
}

export interface EndingView {
  readonly action: string;
  readonly version: string;
  readonly title: Message;
  readonly does: readonly Message[];
  readonly button: Message;
  /** Of the field, which stands twice on a page that has both a version in force and one that waits. */
  readonly name: string;
  readonly typed: string;
  readonly error: Message | null;
}

/** What `templates/access/provider.njk` shows. */
export interface ProviderView {
  readonly name: string;
  readonly key: string;
  readonly states: readonly StateTag[];
  readonly source: Message;
  readonly unusable: Message | null;
  readonly problems: readonly ProblemLink[];
  readonly waiting: {
    readonly act: Message;
    readonly reason: string;
    readonly compared: boolean;
    readonly rows: readonly ComparedRow[];
    readonly confirm: { readonly action: string; readonly version: string } | null;
    readonly whyNot: Message | null;
    readonly ending: EndingView | null;
  } | null;
  readonly inForce: {
    readonly rows: readonly FactRow[];
    readonly changeHref: string | null;
    readonly ending: EndingView | null;
  } | null;
  readonly redirectUri: string;
  readonly health: StateTag & { readonly at: string | null };
  readonly tryAction: string | null;
  readonly report:
    | { readonly failure: Message; readonly rows: null }
    | { readonly failure: null; readonly rows: readonly (FactRow & { readonly warning: Message | null })[] }
    | null;
  readonly history: readonly {
    readonly state: StateTag;
    readonly acts: readonly { readonly what: Message; readonly reason: string | null }[];
  }[];
}

/** A question of the form, as `components/field.njk` draws it. */
export interface ProviderField {
  readonly kind: 'text' | 'textarea' | 'select' | 'radios' | 'checkboxes' | 'password';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Message;
  readonly value?: string;
  readonly values?: readonly string[];
  readonly error?: Message;
  readonly optional?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: Words }[];
  readonly rows?: number;
  readonly lang?: string;
  readonly autocomplete?: string;
}

/** What `templates/access/provider-form.njk` shows. */
export interface ProviderFormView {
  readonly action: string;
  readonly back: string;
  readonly title: Message;
  readonly problems: readonly ProblemLink[];
  readonly groups: readonly {
    readonly title: Message;
    readonly lead: Message | null;
    /** Drawn folded: what most providers never need. */
    readonly folded: boolean;
    readonly fields: readonly ProviderField[];
  }[];
  readonly reason: ProviderField;
}
