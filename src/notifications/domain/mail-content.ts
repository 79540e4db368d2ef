import type { Audience } from './recipients.js';

/** A name or value beside what it is called, both as they are read. */
export interface MailFact {
  readonly label: string;
  readonly value: string;
  /** BCP 47 of the value, where it is not the mail's own language. */
  readonly lang?: string;
}

/** One station of the bridge, as a line of a list. */
export interface MailStation {
  readonly label: string;
  readonly state: string;
  readonly detail?: string;
  readonly current?: boolean;
}

/** An entry for the addressee's calendar, or its end. */
export interface MailCalendar {
  readonly method: 'REQUEST' | 'CANCEL';
  /** The same for everything that is ever said of one talk. */
  readonly uid: string;
  readonly sequence: number;
  /** ISO 8601, of the fact and of its beginning. */
  readonly stamp: string;
  readonly start: string;
  readonly minutes: number;
  readonly summary: string;
  readonly location?: string;
  readonly url?: string;
}

/**
 * What a mail says, fixed when it is queued and in the addressee's language: what happened later does not change what a
 * mail that was delayed reports. The words around it come from the translations when it is sent.
 */
export interface MailContent {
  /** Words of its own, where a template has some for it: `<part>_<variant>`. */
  readonly variant?: 'freemover';
  readonly values: Readonly<Record<string, string | number>>;
  /** As whom the addressee gets it. */
  readonly audience: Audience;
  /** Of the page that the button opens, from the root: `/applications/…`. */
  readonly path: string;
  /** A signed link whose token ends the path. It is put there when the mail is sent, so that no table ever holds it. */
  readonly link?: string;
  /** What follows the token: in which language the page begins. */
  readonly query?: string;
  /** A signed link by which the addressee takes themselves off: it is put below the mail when that is sent. */
  readonly stop?: string;
  readonly facts: readonly MailFact[];
  /** What somebody wrote to the addressee, in whatever language they wrote. */
  readonly quote?: string;
  readonly route?: readonly MailStation[];
  readonly calendar?: MailCalendar;
}
