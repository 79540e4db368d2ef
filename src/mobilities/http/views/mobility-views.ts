import type { Message } from '../../../platform/http/page.js';

export type Words = string | Message;

export interface Tag {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'sky' | 'grey';
  readonly text: Words;
}

/** A control as `components/field.njk` draws it. */
export interface Field {
  readonly kind: 'date' | 'text' | 'textarea' | 'select' | 'radios';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: unknown;
  readonly error?: Words;
  readonly optional?: boolean;
  readonly rows?: number;
  readonly width?: number;
  readonly options?: readonly { readonly value: string; readonly label: Words }[];
}

export interface Problem {
  readonly message: Words;
  readonly href: string;
}

/** A form with one button: `/mobilities/:id/<act>`. */
export interface ActForm {
  readonly act: string;
  readonly title: Words;
  readonly text: Words | null;
  readonly fields: readonly Field[];
  readonly button: Words;
  readonly warning: boolean;
  readonly open: boolean;
}

export interface PaymentLine {
  readonly words: Words;
  readonly evidence: string;
  readonly note: Words | null;
  readonly reason: string | null;
  readonly gone: boolean;
  readonly correct: ActForm | null;
}

/** Input of `mobilities/stay.njk`. */
export interface StayView {
  readonly href: string;
  readonly name: { readonly name: string; readonly lang: string; readonly latin: string | null };
  readonly state: Tag;
  readonly note: Words | null;
  readonly problems: readonly Problem[];
  readonly rows: readonly {
    readonly label: Words;
    readonly value?: Words;
    readonly values?: readonly Words[];
  }[];
  readonly history: readonly { readonly words: Words; readonly at: string; readonly reason: string | null }[];
  readonly payments: readonly PaymentLine[];
  readonly forms: readonly ActForm[];
  readonly back: string | null;
}

/** Input of `mobilities/list.njk`. */
export interface StaysView {
  readonly present: readonly Words[];
  readonly whens: readonly { readonly href: string; readonly text: Words; readonly current: boolean }[];
  readonly fields: readonly Field[];
  readonly list: object;
  readonly query: string;
  /** What the list is about, for the file; null where it is empty. */
  readonly out: string | null;
}
