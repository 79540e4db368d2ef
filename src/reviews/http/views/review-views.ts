import type { DeadlineView, Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';

export interface Option {
  readonly value: string;
  readonly label: Words;
  readonly lang?: string;
}

/** A control as `components/field.njk` draws it. */
export interface Field {
  readonly kind: 'text' | 'number' | 'radios' | 'select' | 'textarea' | 'checkboxes' | 'date';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: string | { readonly day: string; readonly month: string; readonly year: string };
  readonly values?: readonly string[];
  readonly error?: Words;
  readonly options?: readonly Option[];
  readonly optional?: boolean;
  readonly rows?: number;
  readonly maxCharacters?: number;
  readonly width?: number;
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

/** What every page of one review stands under. */
export interface ReviewHead {
  readonly href: string;
  readonly name: Words;
  readonly call: { readonly title: string; readonly href: string };
  readonly panel: string;
  readonly state: Tag;
  readonly deadline: DeadlineView | null;
}

/** One line of `/reviews`. */
export interface ReviewLine {
  readonly href: string;
  readonly name: Words;
  readonly call: string;
  readonly state: Tag;
  readonly deadline: DeadlineView | null;
  readonly next: Message | null;
}

/** One line of what is new, on the page of a reviewer. */
export interface NewsLine {
  readonly href: string;
  readonly name: Words;
  readonly call: string;
  readonly unread: Message;
}

/** Input of `reviews/mine.njk`. */
export interface MyReviewsView {
  readonly waiting: readonly ReviewLine[];
  readonly done: readonly ReviewLine[];
  readonly panelsHref: string | null;
  /** What others said in discussions and the reader has not read. */
  readonly news: readonly NewsLine[];
}

/** One criterion with what is said of it. */
export interface CriterionView {
  readonly label: string;
  readonly guidance: string | null;
  /** Of how much weight, and on which scale. */
  readonly weight: Message;
  readonly anchors: readonly { readonly value: string; readonly words: string }[];
  readonly fields: readonly Field[];
}

/** A review as it was handed in, version by version. */
export interface GivenView {
  readonly id: string;
  readonly by: { readonly text: Words; readonly lang?: string };
  readonly at: string;
  readonly points: string;
  readonly standsOut: boolean;
  readonly recommendation: Message;
  readonly rows: readonly {
    readonly label: string;
    readonly score: string;
    readonly comment: string;
  }[];
  readonly overall: string;
  readonly lang: string;
  readonly reason: string | null;
  readonly earlier: readonly {
    readonly version: number;
    readonly at: string;
    readonly points: string;
  }[];
}

/** Input of `reviews/review.njk`. */
export interface ReviewView {
  readonly head: ReviewHead;
  /** Where the file is read; null before it is open. */
  readonly fileHref: string | null;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly answer: { readonly accept: string | null; readonly decline: string } | null;
  readonly form: {
    readonly action: string;
    readonly revision: number;
    readonly stale: boolean;
    readonly savedAt: string | null;
    readonly criteria: readonly CriterionView[];
    readonly fields: readonly Field[];
  } | null;
  readonly own: GivenView | null;
  readonly amendHref: string | null;
  readonly others: {
    readonly withheld: Message | null;
    readonly reviews: readonly GivenView[];
    readonly combined: Message | null;
  };
  /** What members say of it to one another, once it is open to the reader. */
  readonly discussionHref: string | null;
}

/** Input of `reviews/readable.njk`. */
export interface ReadableView {
  readonly back: string;
  readonly panel: string;
  readonly call: string;
  readonly name: Words;
  readonly combined: Message | null;
  readonly reviews: readonly GivenView[];
  /** What members say of it to one another, where the reader is one. */
  readonly discussionHref: string | null;
}

/** Input of `reviews/check.njk`. */
export interface CheckReviewView {
  readonly head: ReviewHead;
  readonly missing: readonly Problem[];
  readonly review: GivenView | null;
  readonly revision: number;
  readonly problems: readonly Problem[];
}

/** Input of `reviews/decline.njk` and `reviews/amend.njk`. */
export interface AskView {
  readonly head: ReviewHead;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly action: string;
  readonly version: number;
  readonly criteria: readonly CriterionView[];
  readonly fields: readonly Field[];
}

/** Input of `reviews/file.njk`. */
export interface AnonymousFileView {
  readonly head: ReviewHead;
  readonly sections: readonly { readonly title: string; readonly rows: readonly object[] }[];
  readonly choices: readonly string[];
  readonly documents: readonly { readonly href: string; readonly label: string; readonly name: string }[];
  readonly lang: string;
  readonly withheld: readonly Message[];
}

/** One line of `/reviews/panels`. */
export interface PanelLine {
  readonly href: string;
  readonly name: string;
  readonly call: string;
  readonly side: string | null;
  readonly phase: Tag;
}

/** Input of `reviews/panels.njk`. */
export interface PanelsView {
  readonly panels: readonly PanelLine[];
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly form: { readonly action: string; readonly fields: readonly Field[] } | null;
}

/** Input of `reviews/panel.njk`. */
export interface PanelView {
  readonly href: string;
  readonly name: string;
  readonly call: { readonly title: string; readonly href: string };
  readonly phase: Tag;
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly moves: readonly { readonly act: string; readonly text: Message; readonly does: Message }[];
  readonly takeIn: Message | null;
  readonly proposalHref: string | null;
  /** Where the call has interviews. */
  readonly interviewsHref: string | null;
  readonly conflictsHref: string | null;
  readonly bidsHref: string | null;
  readonly inviteHref: string | null;
  readonly members: readonly {
    readonly name: string;
    readonly lang: string;
    readonly lead: boolean;
    readonly load: Message | null;
    readonly missing: Message | null;
    readonly unseat: string | null;
  }[];
  /** What was said, in figures, for whoever may read it. */
  readonly readable: readonly {
    readonly href: string;
    readonly name: Words;
    readonly points: string;
    readonly reviews: number;
    readonly spread: string;
    readonly standsOut: boolean;
  }[];
  readonly seat: readonly Field[] | null;
  readonly due: readonly Field[] | null;
  readonly applications: readonly {
    readonly id: string;
    readonly name: Words;
    readonly route: string;
    readonly needs: Message | null;
    readonly assignHref: string | null;
    readonly reviews: readonly {
      readonly by: string;
      readonly lang: string;
      readonly state: Tag;
      readonly reason: string | null;
      readonly href: string | null;
    }[];
  }[];
}

/** Input of `reviews/proposal.njk`. */
export interface ProposalView {
  readonly back: string;
  readonly panel: string;
  readonly action: string;
  readonly fingerprint: string;
  readonly note: Message | null;
  readonly count: Message;
  /** Whether there is anything to give out. */
  readonly proposes: boolean;
  readonly unmet: Message | null;
  readonly applications: readonly {
    readonly id: string;
    readonly name: Words;
    readonly route: string;
    readonly assignHref: string;
    readonly reviewers: readonly {
      readonly name: string;
      readonly lang: string;
      readonly why: readonly Message[];
    }[];
    readonly unmet: readonly Message[];
    readonly apart: readonly { readonly name: string; readonly lang: string; readonly why: Message }[];
  }[];
}

/** Input of `reviews/assign.njk`. */
export interface AssignView {
  /** Who sums it up; null before there is anything to sum up. */
  readonly lead: Field | null;
  readonly applicationId: string;
  readonly back: string;
  readonly panel: string;
  readonly name: Words;
  readonly route: string;
  readonly note: Message | null;
  readonly problems: readonly Problem[];
  readonly candidates: readonly {
    readonly id: string;
    readonly name: string;
    readonly lang: string;
    readonly load: Message;
    readonly unfit: Message | null;
  }[];
  readonly standing: readonly {
    readonly id: string;
    readonly name: string;
    readonly lang: string;
    readonly state: Tag;
    readonly withdraw: Field | null;
    readonly replace: readonly Option[];
  }[];
}
