/** Facts about panels; their subject is the panel. */
export const PANEL_MOVED = 'panel.moved';
/** Facts about reviews; their subject is the review, `payload.application` what is assessed. */
export const REVIEW_ASSIGNED = 'review.assigned';
export const REVIEW_DECLINED = 'review.declined';
export const REVIEW_WITHDRAWN = 'review.withdrawn';
/** The clock's reminders: before the day, and when it has come. */
export const REVIEW_DUE_SOON = 'review.due_soon';
export const REVIEW_DUE = 'review.due';
/** Facts about what a panel says of an application; their subject is the panel, `payload.application` what it is about. */
export const DISCUSSION_WRITTEN = 'discussion.written';
export const DISCUSSION_SUMMED_UP = 'discussion.summed_up';
export const DISCUSSION_CHANGE_ASKED = 'discussion.change_asked';
/** Once a day, for one member: how much they have not read yet. */
export const DISCUSSION_NEWS = 'discussion.news';
/** Facts about interviews; their subject is the interview, `payload.application` whose it is. */
export const INTERVIEW_INVITED = 'interview.invited';
/** It has a time, or another one, or the same elsewhere: `payload.slot`, `payload.sequence`. */
export const INTERVIEW_SCHEDULED = 'interview.scheduled';
/**
 * It has its time no more: `payload.slot` which it had, and `payload.how` that ended: `cancelled` altogether, `released` so
 * that the applicant chooses anew, `moved` to the time `payload.to`, or `left` by `payload.person` alone.
 */
export const INTERVIEW_CALLED_OFF = 'interview.called_off';
export const INTERVIEW_CHANGE_ASKED = 'interview.change_asked';
export const INTERVIEW_DUE_SOON = 'interview.due_soon';
