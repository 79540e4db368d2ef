/** Facts about sessions; `payload.person` where it concerns one. */
export const SESSION_PLANNED = 'commission.session_planned';
export const SESSION_MOVED = 'commission.session_moved';
export const SESSION_CANCELLED = 'commission.session_cancelled';
/** A vote ended without a result; `payload.reason` says why. */
export const VOTE_BROKEN_OFF = 'commission.vote_broken_off';
/** The text is there: either side reads it and agrees, or has it changed. */
export const PROTOCOL_DRAFTED = 'commission.protocol_drafted';
/** Both sides agreed to the same text: one of each signs it. */
export const PROTOCOL_AGREED = 'commission.protocol_agreed';
export const PROTOCOL_SIGNED = 'commission.protocol_signed';
