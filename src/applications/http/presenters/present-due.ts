import type { OpenApplication } from '../own-application.js';
import type { DeadlineView } from '../views/applicant-views.js';
import { presentDeadline } from './reader.js';

/**
 * Until when the applicant is to act. Of a draft it is what the call says; the minutes of grace after it are for whoever
 * is just then submitting, and nothing to count on.
 */
export function presentDue({ file, reader }: OpenApplication): DeadlineView | null {
  const { state, dueAt } = file.application;
  if (state === 'draft') {
    const { accessUntil } = file.application;
    if (accessUntil && accessUntil > file.call.closesAt) return presentDeadline(reader, accessUntil);
    const inTime = reader.now <= file.call.closesAt;
    return presentDeadline(reader, inTime ? file.call.closesAt : (dueAt ?? file.call.closesAt));
  }
  return dueAt && presentDeadline(reader, dueAt);
}
