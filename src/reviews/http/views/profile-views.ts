import type { Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Field, Problem } from './review-views.js';

/** Input of `reviews/profile.njk`. */
export interface ProfileView {
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly works: readonly Field[];
  readonly readRecord: boolean;
  readonly ties: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly kind: Words;
    readonly since: string;
  }[];
  readonly tie: readonly Field[];
  /** Null for whoever assesses nothing. */
  readonly reviewer: readonly Field[] | null;
}
