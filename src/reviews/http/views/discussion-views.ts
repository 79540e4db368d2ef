import type { Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Field, Problem } from './review-views.js';

/** A name with the language that it is written in. */
export interface Named {
  readonly text: Words;
  readonly lang?: string;
}

/** What every page of one discussion stands under. */
export interface DiscussionHead {
  readonly href: string;
  readonly back: string;
  readonly panel: string;
  readonly call: { readonly title: string; readonly href: string };
  readonly name: Words;
  readonly phase: Tag;
}

export interface EntryView {
  readonly id: string;
  readonly by: Named;
  readonly own: boolean;
  readonly fresh: boolean;
  readonly at: string;
  readonly iso: string;
  readonly lang: string;
  readonly language: string;
  readonly lines: readonly string[];
  /** When it was struck out. */
  readonly struckAt: string | null;
  readonly strikes: boolean;
}

export interface SummaryView {
  readonly version: number;
  readonly by: Named;
  readonly at: string;
  readonly lang: string;
  readonly text: string;
  readonly reason: string | null;
}

/** Input of `reviews/discussion.njk`. */
export interface DiscussionView {
  readonly head: DiscussionHead;
  readonly reviewsHref: string;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  /** The reviews in figures. */
  readonly given: readonly {
    readonly by: Named;
    readonly points: string;
    readonly recommendation: Message;
    readonly standsOut: boolean;
  }[];
  readonly combined: Message | null;
  readonly summary: {
    readonly newest: SummaryView;
    readonly feedback: { readonly text: string; readonly lang: string } | null;
    readonly earlier: readonly SummaryView[];
    readonly answers: readonly {
      readonly by: Named;
      readonly answer: Tag;
      readonly remark: string | null;
      readonly lang: string;
      readonly at: string;
    }[];
  } | null;
  readonly lead: Named | null;
  /** To write it, where it is the reader's to write. */
  readonly sumUp: { readonly href: string; readonly text: Message } | null;
  readonly answerForm: { readonly version: number; readonly fields: readonly Field[] } | null;
  readonly entries: readonly EntryView[];
  readonly form: readonly Field[] | null;
}

/** Input of `reviews/summary.njk`. */
export interface SumUpView {
  readonly head: DiscussionHead;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly combined: Message | null;
  readonly revision: number;
  readonly savedAt: string | null;
  readonly fields: readonly Field[];
  /** What the members said to the version before. */
  readonly asked: readonly { readonly by: Named; readonly remark: string; readonly lang: string }[];
}
