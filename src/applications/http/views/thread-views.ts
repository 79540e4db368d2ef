import type { Message } from '../../../platform/http/page.js';
import type { Named } from './applicant-views.js';
import type { PanelField, Part } from './office-views.js';

/** What an applicant and one office write to one another. */
export interface ThreadView {
  readonly office: string;
  readonly title: Message;
  /** Who reads it, and who does not. */
  readonly readers: readonly Message[];
  readonly items: readonly {
    readonly id: string;
    readonly own: boolean;
    readonly fresh: boolean;
    readonly by: Part | null;
    readonly for: Part | null;
    /** The institution for which an office wrote. */
    readonly of: Named | null;
    readonly iso: string;
    readonly at: string;
    readonly lines: readonly string[];
  }[];
  /** Null for whoever only reads. */
  readonly field: PanelField | null;
}

/** Input of `applications/messages.njk`. */
export interface MessagesView {
  readonly caption: { readonly title: string; readonly href: string; readonly number: string };
  readonly back: string;
  readonly action: string;
  readonly problems: readonly { readonly message: Message; readonly href?: string }[];
  readonly threads: readonly ThreadView[];
}
