export { ReviewsModule } from './reviews.module.js';
export { reviewsInvariants } from './data/reviews.invariants.js';
export { Assessments } from './operations/assessments.js';
export type { Standing } from './domain/standing.js';
export { KeepPanels } from './operations/keep-panels.js';
export { AssignReviewers } from './operations/assign-reviewers.js';
export { ProposeReviewers } from './operations/propose-reviewers.js';
export { WriteReview } from './operations/write-review.js';
export { KeepReviews } from './operations/keep-reviews.js';
