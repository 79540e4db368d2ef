/** Facts about calls. The subject is the call. */
export const CALL_PREPARED = 'call.prepared';
/** With payload `version`. */
export const CALL_EDITED = 'call.edited';
export const CALL_PROPOSED = 'call.proposed';
export const CALL_PUBLISHED = 'call.published';
/** With payload `act` and `state`. */
export const CALL_MOVED = 'call.moved';
/** With payload `amendment` (its id), `from` and `to` (ISO 8601): everyone who began is told. */
export const CALL_DEADLINE_MOVED = 'call.deadline_moved';
export const CALL_ACCESS_GIVEN = 'call.access_given';
/** With payload `code`: whoever began by it and has not submitted is let in no longer. */
export const CALL_ACCESS_REVOKED = 'call.access_revoked';
export const CALL_AMENDMENT_BEGUN = 'call.amendment_begun';
/** With payload `decisionId`. */
export const CALL_AMENDMENT_PROPOSED = 'call.amendment_proposed';
export const CALL_AMENDMENT_DISCARDED = 'call.amendment_discarded';
/** With payload `amendment` (its id) and `formChanged`: everyone who began is told. */
export const CALL_AMENDED = 'call.amended';
/** With payload `state` that it had: everyone who began is told. */
export const CALL_CANCELLED = 'call.cancelled';
/** A host puts an offer of places before the programme. With payload `offer`. */
export const OFFER_SUBMITTED = 'offer.submitted';
/** The programme accepts, returns or declines it. With payload `offer` and `state`. */
export const OFFER_ANSWERED = 'offer.answered';
/** The seats that a call left unfilled went to its next round, and came back from one that was cancelled: on record only. */
export const SEATS_HANDED_OVER = 'call.seats_handed_over';
export const SEATS_GIVEN_BACK = 'call.seats_given_back';
/** By the clock, once: whoever follows it is told. */
export const CALL_OPENED = 'call.opened';
/** An address wants to hear of the call and is asked to confirm it. With payload `watch`. */
export const WATCH_ASKED = 'watch.asked';
