/** Facts about the rights of a person over their data; the subject is the person, the payload holds ids and codes. */
export const CONSENT_WITHDRAWN = 'consent.withdrawn';
/** Somebody asks for a correction; payload: `correction`, `side` (the country that answers). */
export const CORRECTION_ASKED = 'correction.asked';
/** Payload: `correction`, `side`, `answer` (done or refused). */
export const CORRECTION_ANSWERED = 'correction.answered';
/** Data that went to the country `side` were corrected. */
export const CORRECTION_TOLD = 'correction.told';
