import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import type { Ctx } from '../../platform/database/context.js';
import { presentReview } from './presenters/present-review.js';
import type { OfficeReading, ReviewState } from './presenters/present-review.js';

/** The page of one application for the offices, as it is or with what came back of an act. */
export function reviewPage(ctx: Ctx, reading: OfficeReading, state: ReviewState, status = 200): View {
  const model = presentReview(ctx.actor, reading, state);
  return view('applications/office/review.njk', model, {
    status,
    title: { key: 'applications.status.title', values: { number: model.head.number ?? '' } },
  });
}
