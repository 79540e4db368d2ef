/** Facts about appeals; their subject is the appeal, `payload.application` what it is about. */
export const APPEAL_LODGED = 'appeal.lodged';
export const APPEAL_WITHDRAWN = 'appeal.withdrawn';
export const APPEAL_INADMISSIBLE = 'appeal.found_inadmissible';
export const APPEAL_ADMISSIBLE = 'appeal.found_admissible';
/** `payload.person`: who was given a seat, or gave it back because something binds them. */
export const MEMBER_SEATED = 'appeal.member_seated';
export const MEMBER_RECUSED = 'appeal.member_recused';
/** Every member has voted: the head may write why. */
export const APPEAL_VOTED = 'appeal.voted';
export const APPEAL_UPHELD = 'appeal.upheld';
export const APPEAL_REJECTED = 'appeal.rejected';
/** The clock's: before the day, and when it has passed. */
export const APPEAL_DUE_SOON = 'appeal.due_soon';
export const APPEAL_OVERDUE = 'appeal.overdue';
