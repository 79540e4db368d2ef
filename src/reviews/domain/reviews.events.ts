/** Facts about panels; their subject is the panel. */
export const PANEL_MOVED = 'panel.moved';
/** Facts about reviews; their subject is the review, `payload.application` what is assessed. */
export const REVIEW_ASSIGNED = 'review.assigned';
export const REVIEW_DECLINED = 'review.declined';
export const REVIEW_WITHDRAWN = 'review.withdrawn';
/** The clock's reminders: before the day, and when it has come. */
export const REVIEW_DUE_SOON = 'review.due_soon';
export const REVIEW_DUE = 'review.due';
