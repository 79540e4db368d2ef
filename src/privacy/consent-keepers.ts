import type { Ctx } from '../platform/database/context.js';
import type { CountryCode } from '../shared/country.js';
import type { Id } from '../shared/ids.js';

/** A receipt with all that it says. */
export interface ConsentReceipt {
  readonly id: Id;
  readonly personId: Id;
  readonly purpose: string;
  readonly subjectKind: string;
  readonly subjectId: Id;
  readonly textVersion: string;
  readonly textHash: string;
  readonly language: string;
  readonly givenAt: Date;
  readonly withdrawnAt: Date | null;
}

/** What would follow if a consent were taken back now. */
export interface ConsentOutlook {
  /** Words `privacy.consequences.<code>`; what the person confirms is this very code. */
  readonly code: string;
  /** Whether an act on the record follows, which cannot be undone. */
  readonly grave: boolean;
}

/** A consent that a record asks for and that is not in force, in the words of today and the language of the reader. */
export interface ConsentAsked {
  readonly subjectKind: string;
  readonly subjectId: Id;
  readonly purpose: string;
  readonly textVersion: string;
  readonly text: string;
  /** What the record is called. */
  readonly name: string;
  /** Whether the person had agreed before, to other words or to these. */
  readonly again: boolean;
}

/** A room whose records consents are given for: what the receipt says, and what follows when it is taken back. */
export interface ConsentKeeper {
  /** The institution that keeps what was submitted, and its country; null where a ministry does. Asked with the rights of the system. */
  keptBy(
    ctx: Ctx,
    subjectId: Id,
  ): Promise<{ readonly institutionId: Id; readonly country: CountryCode } | null>;
  /** What the record is called, and its page; null where there is none any more. */
  named(ctx: Ctx, subjectId: Id): Promise<{ readonly name: string; readonly href: string } | null>;
  /** The wording that was on the page, by its hash; null where no version of it has that hash. */
  wording(ctx: Ctx, receipt: ConsentReceipt): Promise<string | null>;
  outlook(ctx: Ctx, receipt: ConsentReceipt): Promise<ConsentOutlook>;
  /** What was foretold, in the act that took the consent back. */
  carryOut(ctx: Ctx, receipt: ConsentReceipt, outlook: ConsentOutlook): Promise<void>;
  /** Of the person who acts. */
  asked(ctx: Ctx): Promise<readonly ConsentAsked[]>;
}
