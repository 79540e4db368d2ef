import type { Message } from '../../../platform/http/page.js';
import type { Tag } from './applicant-views.js';
import type { PanelField, Part } from './office-views.js';

/** An application beside another one. */
export interface ComparedView {
  readonly href: string;
  readonly number: string;
  readonly name: Part;
  readonly call: string;
  readonly home: Part;
  readonly submitted: string;
  readonly state: Tag;
  /** What makes it like the other one. */
  readonly kinds: readonly Message[];
}

/** What an officer found of two accounts. */
export interface VerdictView {
  readonly tag: Tag;
  readonly by: Part | null;
  readonly for: Part | null;
  readonly iso: string;
  readonly at: string;
  readonly reason: string;
}

/** Input of `applications/office/duplicates.njk`. */
export interface DuplicatesView {
  readonly number: string;
  readonly backHref: string;
  readonly others: readonly {
    readonly name: Part;
    readonly applications: readonly ComparedView[];
    readonly verdict: VerdictView | null;
    readonly tag: Tag | null;
    /** Where it is settled; null for whoever may not. */
    readonly settle: { readonly href: string; readonly text: Message } | null;
    /** What became of the question whether the person joins the accounts. */
    readonly join: Message | null;
    /** Where the person is asked to; null where it is not to be asked. */
    readonly ask: string | null;
  }[];
  /** Accounts that were joined to this one. */
  readonly joined: readonly Message[];
  readonly atTheSameTime: readonly ComparedView[];
}

/** Input of `applications/office/duplicate.njk`. */
export interface SettleDuplicateView {
  readonly number: string;
  readonly backHref: string;
  readonly action: string;
  readonly problems: readonly { readonly message: Message | string; readonly href?: string }[];
  /** Somebody settled it while the reader was writing. */
  readonly stale: boolean;
  readonly sides: readonly [ComparedView, ComparedView];
  readonly kinds: readonly Message[];
  readonly verdict: VerdictView | null;
  /** Something makes them alike that was not known when it was settled. */
  readonly reopened: boolean;
  readonly known: string;
  readonly fields: readonly PanelField[];
}
