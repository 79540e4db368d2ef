/** Facts about agreements. The subject is the agreement; `version` is the number that they are about. */
export const AGREEMENT_PROPOSED = 'agreement.proposed';
export const AGREEMENT_IN_FORCE = 'agreement.in_force';
/** An institution said its word: payload `institution`, `verdict`. */
export const AGREEMENT_ANSWERED = 'agreement.answered';
/** A version was returned, declined or withdrawn: payload `state`. */
export const AGREEMENT_CLOSED = 'agreement.closed';
/** All said yes, but the quotas of the version are less than what is promised. */
export const AGREEMENT_HELD_UP = 'agreement.held_up';
/** Payload `days`: so many are left, and `lastDay`. */
export const AGREEMENT_EXPIRING = 'agreement.expiring';
export const AGREEMENT_EXPIRED = 'agreement.expired';
/** A side gave notice: payload `lastDay`. */
export const AGREEMENT_NOTICE_GIVEN = 'agreement.notice_given';
export const AGREEMENT_TERMINATED = 'agreement.terminated';
