import type { Message } from '../../../platform/http/page.js';
import type { Named, Tag, Words } from './applicant-views.js';
import type { PanelField, Part } from './office-views.js';

/** One candidate in the order of an institution. */
export interface CandidateLine {
  readonly id: string;
  /** Where the forms about them go. */
  readonly action: string;
  readonly href: string;
  readonly number: string;
  readonly name: Part | null;
  /** Place on its list; null for whoever is on none. */
  readonly rank: number | null;
  readonly state: Tag;
  readonly place: Named | null;
  /** What will be said of them; null where that is no longer written here. */
  readonly endorsement: {
    readonly value: string;
    readonly error: Words | null;
    readonly open: boolean;
  } | null;
  readonly moves: readonly { readonly move: string; readonly text: Message }[];
  /** Where they are nominated; null where they cannot be, or are. */
  readonly sendHref: string | null;
  /** Where somebody else is sent in their place; null where nobody can be. */
  readonly substituteHref: string | null;
}

/** The order of one institution. */
export interface OrderView {
  readonly institution: Named | null;
  readonly version: number;
  /** Who changed it last, and when. */
  readonly changed: Message | null;
  /** Candidates on its lists who are not for the reader's eyes. */
  readonly hidden: number;
  readonly nominees: readonly CandidateLine[];
  readonly reserve: readonly CandidateLine[];
  readonly others: readonly CandidateLine[];
  /** How many nominees can be sent at once. */
  readonly toSend: number;
}

/** Input of `applications/office/nominations.njk`. */
export interface NominationsView {
  readonly call: { readonly title: string; readonly href: string };
  readonly action: string;
  readonly problems: readonly { readonly message: Words; readonly href?: string }[];
  /** Somebody changed the order while the reader looked at it. */
  readonly stale: boolean;
  readonly most: number;
  readonly more: boolean;
  readonly orders: readonly OrderView[];
}

/** Input of `applications/office/nominations-calls.njk`. */
export interface NominationCallsView {
  readonly calls: readonly { readonly href: string; readonly title: string; readonly count: Message }[];
}

/** Input of `applications/office/substitute.njk`. */
export interface SubstituteView {
  readonly back: string;
  readonly action: string;
  readonly problems: readonly { readonly message: Words; readonly href?: string }[];
  readonly former: { readonly number: string; readonly name: Part | null; readonly state: Tag };
  readonly place: Named | null;
  /** Null where nobody of the reserve can take the place. */
  readonly successor: {
    readonly id: string;
    readonly number: string;
    readonly name: Part | null;
    readonly endorsement: string;
  } | null;
  readonly passedOver: readonly {
    readonly number: string;
    readonly name: Part | null;
    readonly reason: Message;
  }[];
  /** Whether the former nomination ends by it, and with it what the host sees. */
  readonly ends: boolean;
  readonly field: PanelField;
}
