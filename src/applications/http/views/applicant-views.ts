import type { PlaceTermsView } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';

/** Words of a template: a key to translate, or text that is already in the reader's language. */
export type Words = string | Message;

/** A name in the script that it is written in. */
export interface Named {
  readonly text: string;
  readonly lang: string;
}

export interface Tag {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';
  readonly text: Message;
}

/** Input of `components/deadline.njk`. */
export interface DeadlineView {
  readonly iso: string;
  readonly left: string;
  readonly text: Words;
  readonly urgency: 'far' | 'near' | 'passed';
}

/** Input of `components/error-summary.njk`. */
export interface ProblemView {
  readonly message: Words;
  readonly href?: string;
}

/** A row of `components/summary.njk`. */
export interface SummaryRow {
  readonly label: Words;
  /** Languages of label and value where they are not the reader's: what was submitted stays as it was written. */
  readonly labelLang?: string;
  readonly value?: Words;
  readonly lang?: string;
  readonly values?: readonly Words[];
  /** In place of the value. */
  readonly table?: TableOfWords;
  readonly action?: { readonly href: string; readonly text: Message };
  readonly problem?: Words;
}

export interface TableOfWords {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface SummaryGroup {
  readonly id: string;
  readonly title: string;
  readonly changeHref: string | null;
  readonly rows: readonly SummaryRow[];
}

/** What all pages of one application show above their own content. */
export interface ApplicationHead {
  readonly id: string;
  readonly href: string;
  readonly number: string | null;
  readonly call: { readonly title: string; readonly href: string };
}

export interface TaskRow {
  readonly title: Words;
  readonly href?: string;
  readonly hint?: Words;
  readonly state: 'done' | 'started' | 'todo' | 'blocked' | 'problem';
}

/** Input of `applications/task-list.njk`: an application that its applicant can change. */
/** Where the applicant and the offices write to one another. */
export interface MessagesLink {
  readonly href: string;
  readonly text: Message;
  /** How many the reader has not met yet; null where none. */
  readonly fresh: Message | null;
}

export interface TaskListView {
  readonly head: ApplicationHead;
  /** Null before the first submission: no office has it. */
  readonly messages: MessagesLink | null;
  readonly deadline: DeadlineView | null;
  readonly returned: ReturnedView | null;
  readonly next: { readonly text: Words; readonly href: string; readonly button: Message };
  readonly tasks: readonly TaskRow[];
  /** Conditions of the call that the answers so far do not meet. */
  readonly unmet: readonly ProblemView[];
  readonly progress: { readonly done: number; readonly total: number };
  /** Where a draft may go over to the amended form; null where it stands on the newest. */
  readonly newFormHref: string | null;
}

/** Input of `applications/access-code.njk`. */
export interface AccessCodeView {
  readonly problems: readonly { readonly message: Message; readonly href: string }[];
  readonly field: {
    readonly kind: 'text';
    readonly name: string;
    readonly label: Message;
    readonly hint: Message;
    readonly value: string;
    readonly width: number;
    readonly error?: Message;
  };
}

/** Input of `applications/new-form.njk`. */
export interface NewFormView {
  readonly head: ApplicationHead;
  readonly lines: readonly { readonly what: Message; readonly things: readonly string[] }[];
  /** Answers that do not fit any more, by their questions. */
  readonly lost: readonly string[];
}

export interface ReturnedView {
  readonly reason: string;
  readonly by: Named | null;
  readonly until: string | null;
}

/** One control of a questions page: input of `components/field.njk`, or of the picker of institutions. */
export interface FieldView {
  readonly kind:
    | 'text'
    | 'email'
    | 'tel'
    | 'number'
    | 'textarea'
    | 'select'
    | 'radios'
    | 'date'
    | 'institution'
    | 'table'
    | 'person';
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string | DateParts;
  readonly error?: Words;
  readonly optional: boolean;
  readonly options?: readonly { readonly value: string; readonly label: string; readonly lang?: string }[];
  readonly groups?: readonly OptionGroup[];
  readonly country?: string;
  readonly autocomplete?: string;
  readonly maxWords?: number;
  readonly width?: number;
  readonly lang?: string;
  /** How the name is likely to stand in the passport; a proposal that the person takes over or not. Empty: there is none yet. */
  readonly proposal?: string;
  readonly table?: TableFieldView;
  readonly person?: PersonFieldView;
  /** The answers of this page on which the question hangs: without scripts it stands there with a note on them. */
  readonly when?: ApplicableWhen;
  /** Until when it can be changed. */
  readonly note?: Words;
}

export interface ApplicableWhen {
  readonly question: string;
  readonly is: readonly string[];
  readonly words: Words;
}

export interface CellView {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'number' | 'date' | 'choice';
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly error: Words | null;
}

export interface TableFieldView {
  readonly least: number;
  readonly max: number;
  readonly columns: readonly { readonly label: string; readonly optional: boolean }[];
  readonly rows: readonly { readonly number: number; readonly cells: readonly CellView[] }[];
}

export interface PersonFieldView {
  readonly parts: readonly {
    readonly kind: 'text' | 'email';
    readonly name: string;
    readonly label: Words;
    readonly value: string;
    readonly error?: Words;
  }[];
}

/** A date as it was typed, in three controls. */
export interface DateParts {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

export interface OptionGroup {
  readonly label: string;
  readonly lang?: string;
  readonly options: readonly { readonly value: string; readonly label: string; readonly lang: string }[];
}

/** Both versions of a page that was saved elsewhere while it was being filled in. */
export interface StaleView {
  readonly rows: readonly { readonly label: string; readonly mine: string; readonly saved: string }[];
}

/** What every page of the form has. */
export interface SectionPage {
  readonly head: ApplicationHead;
  readonly section: string;
  readonly title: string;
  readonly intro: string | null;
  readonly action: string;
  readonly problems: readonly ProblemView[];
  /** Why nothing can be saved here any more; then what was typed is shown and there is no button. */
  readonly closed: { readonly title: Message; readonly text: Message } | null;
  readonly stale: StaleView | null;
  readonly returned: ReturnedView | null;
  /** Conditions of the call that the answers of this page do not meet. */
  readonly unmet: readonly ProblemView[];
  readonly revision: number;
  /** Whether the person came from the list of all answers and goes back to it. */
  readonly fromCheck: boolean;
  readonly number: number;
  readonly total: number;
}

/** Input of `applications/questions.njk`. */
export interface QuestionsView extends SectionPage {
  readonly fields: readonly FieldView[];
  /** Answers that cannot be changed now, as text. */
  readonly fixed: readonly SummaryRow[];
}

export interface PlaceRow {
  readonly host: Named & { readonly href: string };
  readonly city: Named | null;
  readonly field: string;
  readonly language: Message;
  readonly months: Message;
  readonly services: string | null;
  readonly free: Message;
  /** What the host gives, who pays for what, and which of them are kept for whom. */
  readonly terms: PlaceTermsView;
}

/** Input of `applications/choices.njk`. */
export interface ChoicesView extends SectionPage {
  readonly fields: readonly FieldView[];
  readonly fixed: readonly SummaryRow[];
  readonly places: readonly PlaceRow[];
}

/** A second round to somebody who took part in the first. */
export interface RoundView {
  readonly head: ApplicationHead;
  readonly round: { readonly title: string; readonly href: string };
  readonly deadline: DeadlineView;
  readonly canTakePart: boolean;
  /** From when one can take part; null: it has opened. */
  readonly upcoming: Message | null;
  readonly problems: readonly ProblemView[];
  readonly fields: readonly FieldView[];
  /** Input of `components/field.njk`. */
  readonly agreed: {
    readonly kind: 'checkboxes';
    readonly name: string;
    readonly label: Message;
    readonly values: readonly string[];
    readonly options: readonly { readonly value: string; readonly label: Message }[];
    readonly error?: Words;
  };
}

export interface DocumentView {
  readonly id: string;
  readonly label: string;
  readonly hint: string | null;
  /** Translation, legalisation. */
  readonly asks: readonly Words[];
  readonly required: boolean;
  readonly open: boolean;
  /** Until when it may come after the submission; null where it may not, or is there. */
  readonly later: string | null;
  /** What was found of it by whoever checks; null where nobody has looked. */
  readonly found: { readonly state: Tag; readonly reason: string | null } | null;
  readonly error: Words | null;
  readonly action: string;
  readonly removeAction: string;
  readonly present: {
    readonly name: string;
    readonly href: string;
    readonly previewHref: string;
    readonly facts: readonly Words[];
  } | null;
}

/** Input of `applications/documents.njk`. */
export interface DocumentsView extends SectionPage {
  readonly documents: readonly DocumentView[];
  readonly nextHref: string;
}

/** One file of a document, with what can be told of it. */
export interface VersionView {
  readonly href: string;
  /** Where it is shown inside a page. */
  readonly previewHref: string;
  readonly name: string;
  /** Whether it was submitted, or came after; and what became of it since. */
  readonly marks: readonly Message[];
  readonly facts: readonly Words[];
  readonly sha256: string;
  /** Why another version was asked for, to which this is the answer. */
  readonly because: string | null;
}

/** One document of a submitted application, as its applicant finds it. */
export interface OwnDocument {
  readonly label: string;
  readonly href: string;
  readonly state: Tag;
  readonly due: DeadlineView | null;
}

/** Input of `applications/document.njk`: one document after the submission. */
export interface DocumentPage {
  readonly head: ApplicationHead;
  readonly problems: readonly ProblemView[];
  readonly id: string;
  readonly label: string;
  readonly hint: string | null;
  readonly state: Tag;
  readonly sentence: Message;
  readonly reason: string | null;
  readonly due: DeadlineView | null;
  /** Where another version is given; null where none can be given now. */
  readonly action: string | null;
  readonly error: Words | null;
  readonly versions: readonly VersionView[];
}

/** Input of `applications/consents.njk`. */
export interface ConsentsView extends SectionPage {
  readonly consents: readonly {
    readonly purpose: string;
    readonly text: string;
    readonly version: string;
    readonly required: boolean;
    readonly given: string | null;
    readonly ticked: boolean;
    readonly locked: boolean;
    readonly error: Words | null;
  }[];
}

/** Input of `applications/check.njk`. */
export interface CheckView {
  readonly head: ApplicationHead;
  readonly deadline: DeadlineView | null;
  readonly groups: readonly SummaryGroup[];
  readonly blockers: readonly ProblemView[];
  /** Whether somebody just tried to submit: then the list is announced. */
  readonly tried: boolean;
  readonly closed: { readonly title: Message; readonly text: Message } | null;
  readonly again: boolean;
  readonly receiver: Named | null;
}

/** A gate of one country as everybody sees it who may read the application. */
export interface GateLine {
  readonly kind: Message;
  readonly country: string;
  readonly state: Tag;
  readonly since: string;
  readonly until: string | null;
  readonly overdue: boolean;
  /** What whoever applies may know of a refusal. */
  readonly told: string | null;
  readonly href: string | null;
}

export interface CustodyRow {
  readonly office: Message;
  readonly name: { readonly text: Words; readonly lang?: string };
  readonly since: string;
  readonly until: string | null;
  readonly overdue: boolean;
  /** What it means that they say nothing. */
  readonly silence: Message | null;
}

export interface TimelineRow {
  readonly iso: string;
  readonly at: string;
  readonly what: Words;
  readonly who: Words | null;
}

/** The route of one exchange; has the shape that `page.bridgePicture` draws. */
export interface RouteView {
  readonly label: string;
  readonly home: string;
  readonly host: string;
  readonly language: string;
  readonly stations: readonly RouteStation[];
}

export interface RouteStation {
  readonly key: string;
  readonly label: string;
  readonly state: 'passed' | 'waiting' | 'ahead' | 'divergent' | 'refused';
  readonly side: 'home' | 'host' | 'both';
  readonly who?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface NextStep {
  readonly calm: boolean;
  readonly text: Words;
  readonly reason: string | null;
  readonly button: { readonly href: string; readonly text: Message };
}

/** Input of `applications/status.njk`: an application that is with somebody else, or at its end. */
export interface StatusView {
  readonly head: ApplicationHead;
  /** Null where it was never submitted. */
  readonly messages: MessagesLink | null;
  readonly state: Tag;
  readonly sentence: Message;
  readonly next: NextStep;
  readonly route: RouteView;
  readonly custody: readonly CustodyRow[];
  readonly gates: readonly GateLine[];
  readonly documents: readonly OwnDocument[];
  readonly timeline: readonly TimelineRow[];
  readonly groups: readonly SummaryGroup[];
  readonly links: readonly { readonly href: string; readonly text: Message }[];
  readonly canWithdraw: boolean;
}

/** Input of `applications/conditions.njk`. */
export interface OwnConditionsView {
  readonly head: ApplicationHead;
  readonly problems: readonly ProblemView[];
  readonly sides: readonly {
    readonly name: string;
    readonly conditions: readonly {
      readonly id: string;
      readonly title: Message;
      readonly text: string;
      readonly state: Tag;
      readonly deadline: DeadlineView | null;
      readonly rows: readonly { readonly label: Message; readonly value: string }[];
      readonly file: string | null;
      /** Null where nothing can be given any more. */
      readonly action: string | null;
      readonly words: string;
      readonly errors: { readonly words: Words | null; readonly file: Words | null };
    }[];
  }[];
}

/** Input of `applications/receipt.njk`. */
export interface ReceiptView {
  readonly head: ApplicationHead;
  readonly number: string;
  readonly submittedAt: string;
  readonly fingerprint: string;
  readonly steps: readonly Words[];
  readonly again: boolean;
}

/** Input of `applications/offer.njk`. */
export interface OfferView {
  readonly head: ApplicationHead;
  readonly rows: readonly SummaryRow[];
  readonly deadline: DeadlineView | null;
  /** Asked once more before it is declined, which cannot be undone. */
  readonly confirmDecline: boolean;
}

/** Input of `applications/revive.njk`. */
export interface ReviveView {
  readonly head: ApplicationHead;
  /** Whether it was never submitted. */
  readonly draft: boolean;
  readonly until: Message;
}

/** Input of `applications/withdraw.njk`. */
export interface WithdrawView {
  readonly head: ApplicationHead;
  readonly draft: boolean;
  readonly holdsPlace: boolean;
}
