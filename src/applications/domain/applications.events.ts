/** Facts about applications; `payload` holds ids and codes only. Mails and other rooms follow from them. */
export const APPLICATION_SUBMITTED = 'application.submitted';
export const APPLICATION_RESUBMITTED = 'application.resubmitted';
export const APPLICATION_RETURNED = 'application.returned';
export const APPLICATION_INELIGIBLE = 'application.ineligible';
export const APPLICATION_WITHDRAWN = 'application.withdrawn';
/** Taken up again by its applicant; payload `state` is draft or submitted. */
export const APPLICATION_REVIVED = 'application.revived';
/** The applicant or an office wrote to the other; payload `office` with which, `by` who. What was written is not in it. */
export const APPLICATION_MESSAGE_WRITTEN = 'application.message_written';
/** Carried over from the round before; payload `number`. */
export const APPLICATION_CARRIED_OVER = 'application.carried_over';
/**
 * The places that were left unfilled are given in a second round; payload `roundId`, `until` when one can take part,
 * `waited` yes where the application waited for one of them and does so no longer.
 */
export const ROUND_OPENED = 'application.round_opened';
export const NOMINATION_SENT = 'nomination.sent';
export const NOMINATION_NEEDS_CONFIRMATION = 'nomination.needs_confirmation';
/** The host has seen it and works on it. */
export const NOMINATION_ACKNOWLEDGED = 'nomination.acknowledged';
/** The limit for the host's answer is near. */
export const NOMINATION_DUE_SOON = 'nomination.due_soon';
/** The home institution sent the next of its reserve in the place of this one. */
export const NOMINATION_SUBSTITUTED = 'nomination.substituted';
/** The host's answer; payload `state` is host_accepted, waitlisted, returned or rejected. */
export const NOMINATION_ANSWERED = 'nomination.answered';
export const NOMINATION_UNANSWERED = 'nomination.unanswered';
/** By the clock, where the call says that silence of the host is a no. */
export const NOMINATION_DECLINED_BY_SILENCE = 'nomination.declined_by_silence';
/** It is before its panels, and no more. */
export const REVIEW_BEGUN = 'application.review_begun';
export const SCORED = 'application.scored';
/** After an upheld appeal. */
export const REVIEW_REOPENED = 'application.review_reopened';
export const SCREENING_REOPENED = 'application.screening_reopened';
/** A place is held while a gate of either country waits. */
export const PLACE_HELD = 'application.held';
/** A country refused a gate: it ends there. */
export const NOT_CLEARED = 'application.not_cleared';
export const PLACE_OFFERED = 'application.offered';
export const PLACED_IN_RESERVE = 'application.reserve';
export const NOT_SELECTED = 'application.not_selected';
/** The provisional list is out; payload `result`. */
export const RESULT_ANNOUNCED = 'application.announced';
/** The list that said it was set aside. */
export const RESULT_RECALLED = 'application.recalled';
/** Payload `conditions`: how many of either country are open still; where none is, the place is certain. */
export const OFFER_ACCEPTED = 'application.accepted';
export const OFFER_DECLINED = 'application.declined';
export const OFFER_EXPIRED = 'application.offer_expired';
export const RETURN_LAPSED = 'application.lapsed';
export const CALL_CLOSED_ON_DRAFT = 'application.never_submitted';
/**
 * The deadline for submitting, or for submitting again, is near; payload `until` is that, `dueAt` what the application had
 * then, `missing` how much is.
 */
export const DRAFT_DUE_SOON = 'application.draft_due_soon';
export const RETURN_DUE_SOON = 'application.return_due_soon';
/** About one document: payload `requirement`. */
export const DOCUMENT_TO_CORRECT = 'application.document_to_correct';
export const DOCUMENT_SUPPLEMENTED = 'application.document_supplemented';
/** Of one that came after the submission. */
export const SUPPLEMENT_ACCEPTED = 'application.supplement_accepted';
export const DOCUMENT_WAIVED = 'application.document_waived';
export const DOCUMENT_DUE_SOON = 'application.document_due_soon';
/** Told to whoever checks: nothing follows from it by itself. */
export const DOCUMENT_OVERDUE = 'application.document_overdue';
/** The place was accepted, and waits for the conditions of both countries, `until` the last of them. */
export const CONDITIONS_SET = 'application.conditions_pending';
/** Payload of an act that may end the other side's sight: whoever had it until then is told of the act all the same. */
export const HOST_SAW = { hostSaw: 'yes' } as const;
/** Every condition of both countries is met or waived: the place that was accepted is certain. */
export const CONDITIONS_CONFIRMED = 'application.confirmed';
/** A condition was not met: the place is given back. */
export const CONDITIONS_NOT_MET = 'application.conditions_not_met';
/** A condition was not met before the offer was answered. */
export const OFFER_WITHDRAWN = 'application.offer_withdrawn';
