import type { Message } from '../../../platform/http/page.js';
import type { Field, Problem } from './review-views.js';

/** Input of `reviews/invite.njk`. */
export interface InviteView {
  readonly back: string;
  readonly panel: string;
  readonly action: string;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly fields: readonly Field[];
  /** What is known to stand between them and the applications; they are invited all the same with this before one's eyes. */
  readonly known: {
    readonly counts: readonly { readonly why: Message; readonly number: string }[];
    readonly shut: Message;
    readonly field: Field;
  } | null;
}
