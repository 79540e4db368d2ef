import type { Message } from '../../../platform/http/page.js';
import type { ProblemLink, TagModel } from './editor-views.js';

/** Input of `agreements/import.njk`. */
export interface ImportPageView {
  readonly problems: readonly ProblemLink[];
  readonly fileError: Message | null;
  readonly drafts: boolean;
  readonly columns: readonly {
    readonly column: string;
    readonly about: Message;
    readonly required: boolean;
  }[];
  readonly most: number;
  /** Names of what a list in JSON says beside a version. */
  readonly fields: string;
  /** What was found in the file; null before one was given, or where it cannot be read. */
  readonly result: {
    readonly counts: readonly { readonly text: Message }[];
    readonly rows: readonly {
      readonly line: number;
      readonly externalReference: string;
      readonly reference: string;
      readonly tag: TagModel;
      readonly problems: readonly Message[];
    }[];
    /** The file itself, to be taken as it was looked at; null where something is wrong with it, or nothing is new. */
    readonly content: string | null;
    /** Whether it has to be chosen again, because it is too long to go with the page. */
    readonly again: boolean;
  } | null;
}
