import type { ApplicationHead, DeadlineView, Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';

/** A control as `components/field.njk` draws it. */
export interface Field {
  readonly kind: 'radios' | 'select' | 'textarea' | 'checkboxes' | 'file';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: string;
  readonly values?: readonly string[];
  readonly error?: Words;
  readonly options?: readonly { readonly value: string; readonly label: Words; readonly lang?: string }[];
  readonly optional?: boolean;
  readonly rows?: number;
  readonly maxCharacters?: number;
  readonly accept?: string;
}

export interface Problem {
  readonly message: Words;
  readonly href?: string;
}

export interface Row {
  readonly label: Words;
  readonly value: Words;
  readonly lang?: string;
}

/** What somebody wrote, paragraph by paragraph, in the language in which they did. */
export interface Written {
  readonly lang: string;
  readonly paragraphs: readonly string[];
}

export interface AttachedFile {
  readonly href: string;
  readonly name: string;
  /** What the button that takes it away sends; null where it stays. */
  readonly remove: string | null;
}

/** "Who has it, since when, until when." */
export interface HolderView {
  readonly who: Message;
  readonly since: string;
  readonly until: DeadlineView | null;
  readonly overdue: boolean;
}

/** Input of `appeals/own.njk`. */
export interface OwnAppealView {
  readonly head: ApplicationHead;
  readonly problems: readonly Problem[];
  /** Why nothing can be lodged, where nothing is there either. */
  readonly closed: Message | null;
  readonly about: readonly Message[];
  readonly form: {
    readonly action: string;
    readonly revision: number;
    readonly deadline: DeadlineView;
    readonly stale: boolean;
    readonly savedAt: string | null;
    readonly fields: readonly Field[];
    readonly file: Field;
    readonly files: readonly AttachedFile[];
  } | null;
  readonly lodged: LodgedView | null;
}

export interface LodgedView {
  readonly state: Tag;
  readonly holder: HolderView | null;
  readonly rows: readonly Row[];
  readonly statement: Written | null;
  readonly files: readonly AttachedFile[];
  /** What was answered: why it is not heard, or how it was decided. */
  readonly answer: { readonly title: Message; readonly text: Message; readonly words: Written } | null;
  readonly withdraw: string | null;
}

/** Input of `appeals/check.njk`. */
export interface CheckAppealView {
  readonly head: ApplicationHead;
  readonly problems: readonly Problem[];
  readonly back: string;
  readonly revision: number;
  readonly action: string | null;
  readonly deadline: DeadlineView;
  readonly rows: readonly Row[];
  readonly statement: Written | null;
  readonly files: readonly AttachedFile[];
  readonly clocks: readonly Message[];
}

/** Input of `appeals/list.njk`. */
export interface AppealsView {
  readonly open: readonly AppealLine[];
  readonly ended: readonly AppealLine[];
}

export interface AppealLine {
  readonly href: string;
  readonly name: Words;
  readonly call: string;
  readonly subject: Message;
  readonly state: Tag;
  readonly holder: HolderView | null;
}

/** Input of `appeals/appeal.njk`. */
export interface AppealView {
  readonly href: string;
  readonly name: Words;
  readonly call: { readonly title: string; readonly href: string };
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly state: Tag;
  readonly holder: HolderView | null;
  readonly rows: readonly Row[];
  readonly statement: Written | null;
  readonly files: readonly AttachedFile[];
  readonly withheld: Message | null;
  readonly admissibility: Written | null;
  readonly reasoning: Written | null;
  readonly admit: readonly Field[] | null;
  readonly panel: {
    readonly faults: readonly Message[];
    readonly members: readonly MemberView[];
    readonly seat: readonly Field[] | null;
    /** Who cannot sit, and why not. */
    readonly apart: readonly { readonly name: string; readonly lang: string; readonly why: Message }[];
  } | null;
  readonly declare: boolean;
  readonly recuse: boolean;
  readonly fileHref: string | null;
  readonly vote: readonly Field[] | null;
  readonly votes: readonly VoteView[];
  readonly decide: { readonly comesTo: Message; readonly fields: readonly Field[] } | null;
}

export interface MemberView {
  readonly name: string;
  readonly lang: string;
  readonly country: string;
  readonly head: boolean;
  readonly state: Message;
  readonly unseat: string | null;
}

export interface VoteView {
  readonly by: { readonly text: Words; readonly lang?: string };
  readonly vote: Message;
  readonly reasons: Written;
}

/** Input of `appeals/file.njk`. */
export interface AppealFileView {
  readonly back: string;
  readonly name: Words;
  readonly call: string;
  readonly lang: string;
  readonly sections: readonly {
    readonly title: string;
    readonly rows: readonly {
      readonly label: string;
      readonly value: string;
      readonly table?: {
        readonly columns: readonly string[];
        readonly rows: readonly (readonly string[])[];
      };
    }[];
  }[];
  readonly choices: readonly string[];
  readonly documents: readonly { readonly href: string; readonly label: string; readonly name: string }[];
  readonly reviews: readonly {
    readonly title: Message;
    readonly points: Message;
    readonly recommendation: Message;
    readonly lang: string;
    readonly rows: readonly { readonly label: string; readonly score: string; readonly comment: string }[];
    readonly overall: string;
  }[];
}
