import type { Message } from '../../../platform/http/page.js';

/** Input of `calls/watch.njk`. */
export interface WatchFormView {
  readonly title: string;
  readonly href: string;
  readonly action: string;
  readonly signInHref: string;
  readonly problems: readonly { readonly message: Message; readonly href: string }[];
  readonly fields: readonly {
    readonly kind: 'email' | 'radios';
    readonly name: string;
    readonly label: Message;
    readonly hint?: Message;
    readonly value: string;
    readonly autocomplete?: string;
    readonly options?: readonly { readonly value: string; readonly label: string; readonly lang: string }[];
    readonly error?: Message;
  }[];
}

/** Input of `calls/watched.njk`. */
export interface WatchedView {
  readonly heading: Message;
  readonly text: Message;
  readonly call: { readonly title: string; readonly href: string } | null;
  /** Where each button leads; null where there is nothing to press. */
  readonly confirm: string | null;
  readonly stop: string | null;
}
