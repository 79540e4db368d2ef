import type { ApplicationHead, DeadlineView, Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';

export interface Option {
  readonly value: string;
  readonly label: Words;
  readonly lang?: string;
}

/** A control as `components/field.njk` draws it. */
export interface Field {
  readonly kind: 'text' | 'email' | 'radios' | 'select' | 'textarea' | 'file';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Words;
  readonly value?: string;
  readonly error?: Words;
  readonly options?: readonly Option[];
  readonly optional?: boolean;
  readonly autocomplete?: string;
  readonly rows?: number;
  readonly maxCharacters?: number;
  readonly accept?: string;
}

export interface Problem {
  readonly message: Words;
  readonly href?: string;
}

export interface Row {
  readonly label: Message;
  readonly value: Words;
  readonly lang?: string;
}

/** A name, or words, in the language or at least the script in which they are written. */
export interface Named {
  readonly text: string;
  readonly lang: string;
}

/** One letter as the applicant sees it. */
export interface AskedLetter {
  readonly id: string;
  readonly name: Named;
  readonly state: Tag;
  readonly rows: readonly Row[];
  readonly remind: string | null;
  /** Why not yet, where the applicant could at another time. */
  readonly remindNote: Message | null;
  readonly withdraw: string | null;
  readonly replaceHref: string | null;
  readonly readHref: string | null;
  readonly withheld: Message | null;
}

/** Input of `referees/references.njk`. */
export interface ReferencesView {
  readonly head: ApplicationHead;
  readonly title: string;
  readonly intro: string | null;
  /** Where the page stands in the form; null where the form is closed. */
  readonly page: { readonly number: number; readonly total: number } | null;
  readonly rules: readonly Message[];
  readonly deadline: DeadlineView;
  readonly problems: readonly Problem[];
  /** Why nothing happened, where no field is to blame; or why nobody can be asked now. */
  readonly closed: Message | null;
  readonly letters: readonly AskedLetter[];
  readonly form: { readonly action: string; readonly fields: readonly Field[] } | null;
  readonly nextHref: string | null;
}

/** Input of `referees/replace.njk`. */
export interface ReplaceView {
  readonly head: ApplicationHead;
  readonly name: Named;
  readonly back: string;
  readonly awaited: boolean;
  readonly problems: readonly Problem[];
  readonly closed: Message | null;
  readonly form: { readonly action: string; readonly fields: readonly Field[] };
}

/** Input of `referees/read.njk`: a letter for somebody who may read it. */
export interface ReadView {
  readonly back: string;
  readonly number: string;
  readonly name: Named;
  readonly confidential: Message;
  readonly rows: readonly Row[];
  readonly paragraphs: readonly string[];
  readonly lang: string;
  readonly file: { readonly href: string; readonly name: string; readonly facts: readonly Words[] } | null;
}

/** What every page of a referee says first. */
export interface DeskHead {
  readonly href: string;
  readonly applicant: { readonly text: string; readonly lang: string };
  readonly call: string;
  readonly rows: readonly Row[];
  readonly deadline: DeadlineView;
  readonly confidential: Message;
}

/** Input of `referees/desk.njk`. */
export interface DeskView {
  readonly desk: DeskHead;
  readonly referee: Named;
  readonly begun: boolean;
}

/** Input of `referees/write.njk`. */
export interface WriteView {
  readonly desk: DeskHead;
  readonly revision: number;
  readonly savedAt: string | null;
  readonly saved: boolean;
  readonly problems: readonly Problem[];
  /** What another tab has saved since, where that was newer. */
  readonly stale: { readonly body: string; readonly lang: string } | null;
  /** Nothing can be saved any more; what was typed is shown to be copied. */
  readonly closed: Message | null;
  readonly fields: readonly Field[];
  readonly file: { readonly href: string; readonly name: string; readonly facts: readonly Words[] } | null;
  readonly fileField: Field;
}

/** Input of `referees/check.njk`. */
export interface CheckLetterView {
  readonly desk: DeskHead;
  readonly rows: readonly Row[];
  readonly paragraphs: readonly string[];
  readonly lang: string;
  readonly file: { readonly href: string; readonly name: string; readonly facts: readonly Words[] } | null;
  readonly missing: readonly Problem[];
  readonly problems: readonly Problem[];
  readonly confirmError: Message | null;
}

/** Input of `referees/decline.njk`. */
export interface DeclineView {
  readonly desk: DeskHead;
  readonly problems: readonly Problem[];
  readonly field: Field;
}

/** Input of `referees/standing.njk`: what became of it. */
export interface StandingView {
  readonly state: Tag | null;
  readonly title: Message;
  readonly text: Message;
  readonly rows: readonly Row[];
}
