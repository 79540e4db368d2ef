import type { ApplicationHead, SummaryRow, Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';

/** A control as `components/field.njk` draws it. */
export interface Field {
  readonly kind: 'text' | 'email' | 'radios' | 'textarea';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Words;
  readonly value?: string;
  readonly error?: Words;
  readonly options?: readonly { readonly value: string; readonly label: Words; readonly lang?: string }[];
  readonly optional?: boolean;
  readonly autocomplete?: string;
  readonly rows?: number;
  readonly maxCharacters?: number;
  readonly lang?: string;
}

export interface Problem {
  readonly message: Words;
  readonly href?: string;
}

/** A name, or words, in the language or at least the script in which they are written. */
export interface Named {
  readonly text: string;
  readonly lang: string;
}

/** One of those who are invited, as the applicant sees them. */
export interface InvitedView {
  readonly id: string;
  readonly name: Named;
  readonly state: Tag;
  readonly rows: readonly SummaryRow[];
  /** That the text is another one than they confirmed, or that their link has run out. */
  readonly note: Message | null;
  readonly remind: string | null;
  readonly remindNote: Message | null;
  readonly withdraw: string | null;
  readonly removeHref: string | null;
}

/** Input of `coapplicants/co-applicants.njk`. */
export interface CoApplicantsView {
  readonly head: ApplicationHead;
  readonly title: string;
  readonly intro: string | null;
  /** Where the page stands in the form; null where the form is closed. */
  readonly page: { readonly number: number; readonly total: number } | null;
  readonly rules: readonly Message[];
  readonly roles: string | null;
  readonly problems: readonly Problem[];
  /** Why nothing happened, where no field is to blame; or why nobody can be invited now. */
  readonly closed: Message | null;
  readonly people: readonly InvitedView[];
  readonly form: { readonly action: string; readonly fields: readonly Field[] } | null;
  readonly nextHref: string | null;
}

/** Input of `coapplicants/reason.njk`: an act that cannot be undone, with room for a reason. */
export interface ReasonView {
  readonly title: Message;
  readonly text: Message;
  readonly caption: string;
  readonly name: Named | null;
  readonly action: string;
  readonly back: string;
  readonly backText: Message;
  readonly button: Message;
  readonly problems: readonly Problem[];
  readonly field: Field;
  /** Behind a link there is no session whose token a form could carry. */
  readonly byLink: boolean;
}

export interface ConsentView {
  readonly purpose: string;
  readonly text: string;
  readonly version: string;
  readonly required: boolean;
  readonly ticked: boolean;
  readonly error: Words | null;
}

/** Input of `coapplicants/invitation.njk`. */
export interface InvitationView {
  readonly href: string;
  readonly applicant: Named;
  readonly invited: Named;
  readonly call: { readonly title: string; readonly href: string };
  readonly rows: readonly SummaryRow[];
  readonly roles: string | null;
  readonly problems: readonly Problem[];
  readonly closed: Message | null;
  /** Where nobody is signed in. */
  readonly signInHref: string | null;
  readonly signedInAs: string | null;
  readonly names: readonly Field[];
  readonly consents: readonly ConsentView[];
}

/** Input of `coapplicants/standing.njk`: what became of it. */
export interface StandingView {
  readonly state: Tag | null;
  readonly title: Message;
  readonly text: Message;
  readonly rows: readonly SummaryRow[];
  readonly sharedHref: string | null;
}

/** Input of `coapplicants/list.njk`. */
export interface SharedListView {
  readonly entries: readonly {
    readonly href: string;
    readonly title: string;
    readonly applicant: Named;
    readonly part: string;
    readonly state: Tag;
  }[];
}

/** Input of `coapplicants/shared.njk`: the application to whoever applies together with its applicant. */
export interface SharedView {
  readonly id: string;
  readonly number: string | null;
  readonly call: { readonly title: string; readonly href: string };
  readonly applicant: Named;
  readonly state: Tag;
  readonly note: Message | null;
  readonly problem: Message | null;
  readonly facts: readonly SummaryRow[];
  readonly groups: readonly {
    readonly id: string;
    readonly title: string;
    readonly rows: readonly SummaryRow[];
  }[];
  readonly others: readonly SummaryRow[];
  readonly hash: string;
  /** Where they can confirm it now. */
  readonly confirmAction: string | null;
  readonly leaveHref: string;
}
