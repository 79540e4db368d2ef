/** Facts about the rights of a person over their data; the subject is the person, the payload holds ids and codes. */
export const CONSENT_WITHDRAWN = 'consent.withdrawn';
/** Somebody asks for a correction; payload: `correction`, `side` (the country that answers). */
export const CORRECTION_ASKED = 'correction.asked';
/** Payload: `correction`, `side`, `answer` (done or refused). */
export const CORRECTION_ANSWERED = 'correction.answered';
/** Data that went to the country `side` were corrected. */
export const CORRECTION_TOLD = 'correction.told';
/** The time of an answer to a correction ends soon, or has ended; payload: `correction`, `side`, `by`, `institution`, `until`. */
export const CORRECTION_DUE_SOON = 'correction.due_soon';
export const CORRECTION_OVERDUE = 'correction.overdue';
/** Somebody asks to be erased; of all that follow the payload is `erasure`, `side` (the country that answers), often `until`. */
export const ERASURE_ASKED = 'erasure.asked';
/** One of two has said what they would answer. */
export const ERASURE_PROPOSED = 'erasure.proposed';
export const ERASURE_RETURNED = 'erasure.returned';
/** `until`: when it is carried out, at the earliest. */
export const ERASURE_GRANTED = 'erasure.granted';
export const ERASURE_REFUSED = 'erasure.refused';
/** `until`: the new time. */
export const ERASURE_EXTENDED = 'erasure.extended';
export const ERASURE_DUE_SOON = 'erasure.due_soon';
export const ERASURE_OVERDUE = 'erasure.overdue';
/** What was granted could not be carried out: something stands against it. */
export const ERASURE_HELD = 'erasure.held';
/** Somebody was erased; its subject is the erasure, since there is no person any more. */
export const ERASURE_DONE = 'erasure.done';
