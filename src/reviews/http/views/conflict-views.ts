import type { Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Field, Problem } from './review-views.js';

/** One reason between two, with what it rests on. */
export interface ConflictLine {
  readonly why: Message;
  readonly strength: Tag;
  readonly evidence: readonly { readonly text: Message; readonly since: string | null }[];
  readonly found: string | null;
}

/** Input of `reviews/conflicts.njk`. */
export interface ConflictsView {
  readonly back: string;
  readonly panel: string;
  readonly anonymous: boolean;
  readonly reviewers: readonly {
    readonly name: string;
    readonly lang: string;
    readonly seated: boolean;
    /** Of what is not dismissed, how many of which kind. */
    readonly counts: readonly { readonly kind: Message; readonly number: string }[];
    readonly lines: readonly (ConflictLine & {
      readonly application: Words;
      readonly dismissed: {
        readonly by: string;
        readonly lang: string;
        readonly at: string;
        readonly reason: string;
      } | null;
      readonly dismissHref: string | null;
    })[];
  }[];
}

/** Input of `reviews/dismiss.njk`. */
export interface DismissView {
  readonly back: string;
  readonly action: string;
  readonly name: string;
  readonly lang: string;
  readonly application: Words;
  readonly line: ConflictLine;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly field: Field;
}
