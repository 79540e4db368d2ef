import type { Tag, Words } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Field, Option, Problem } from './review-views.js';

/** A time as its readers see it: by the clocks of the call, and by their own where they differ. */
export interface TimeView {
  readonly at: string;
  readonly own: string | null;
  readonly minutes: Message;
  readonly place: string | null;
  readonly link: string | null;
}

export interface NoteView {
  readonly by: { readonly text: Words; readonly lang?: string };
  readonly at: string;
  readonly lang: string;
  readonly text: string;
}

/** Input of `reviews/interviews.njk`. */
export interface InterviewsView {
  readonly href: string;
  readonly back: string;
  readonly panel: string;
  readonly call: { readonly title: string; readonly href: string };
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly slots: readonly {
    readonly id: string;
    readonly time: TimeView;
    readonly members: readonly { readonly name: string; readonly lang: string }[];
    readonly state: Tag;
    readonly withdraws: boolean;
    readonly changeHref: string | null;
  }[];
  readonly interviews: readonly {
    readonly id: string;
    readonly name: Words;
    readonly state: Tag;
    readonly time: TimeView | null;
    readonly reason: string | null;
    readonly notes: readonly NoteView[];
    readonly move: readonly Option[] | null;
    readonly cancels: boolean;
    readonly attends: boolean;
    readonly noteFields: readonly Field[] | null;
  }[];
  readonly invite: readonly Field[] | null;
  readonly offer: readonly Field[] | null;
}

/** Input of `reviews/interview-time.njk`. */
export interface ChangeTimeView {
  readonly back: string;
  readonly action: string;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly fields: readonly Field[];
}

/** Input of `reviews/own-interview.njk`. */
export interface OwnInterviewView {
  readonly href: string;
  readonly back: { readonly href: string; readonly number: string };
  readonly call: string;
  readonly problems: readonly Problem[];
  readonly note: Message | null;
  readonly interviews: readonly {
    readonly id: string;
    readonly state: Tag;
    readonly sentence: Message;
    readonly time: TimeView | null;
    readonly reason: string | null;
    readonly choice: Field | null;
    readonly nothingFree: boolean;
    readonly confirms: boolean;
    readonly other: Field | null;
  }[];
}
