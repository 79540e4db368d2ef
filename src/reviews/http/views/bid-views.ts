import type { Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Field, Problem } from './review-views.js';

/** Input of `reviews/bids.njk`. */
export interface BidsView {
  readonly back: string;
  readonly panel: string;
  readonly action: string;
  readonly left: Message;
  readonly applications: readonly {
    readonly facts: readonly Words[];
    readonly said: Tag | null;
    readonly field: Field;
    readonly declareHref: string;
    readonly name: Words;
  }[];
  readonly pages: {
    readonly previous: string | null;
    readonly next: string | null;
    readonly page: number;
  };
}

/** Input of `reviews/declare.njk`. */
export interface DeclareView {
  readonly back: string;
  readonly panel: string;
  readonly action: string;
  readonly name: Words;
  readonly problems: readonly Problem[];
  readonly field: Field;
}
