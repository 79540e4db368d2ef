import { sameHourAfter } from '../../shared/zoned-time.js';
import type { DocumentRequirement, FormDefinition, ReferenceRequirement } from './form.js';

interface CallClosing {
  readonly closesAt: Date;
  readonly acceptsUntil: Date;
  readonly timeZone: string;
}

/** What a form asks for in letters of reference; null where it asks for none. */
export function referencesOf(form: FormDefinition): ReferenceRequirement | null {
  return form.sections.find(({ kind }) => kind === 'references')?.references ?? null;
}

/** Until when letters of reference are taken: with the last submission, or so many days after the closing. */
export function referencesDueAt(call: CallClosing, { daysAfterClose }: ReferenceRequirement): Date {
  return daysAfterClose === null ? call.acceptsUntil : dueAfterClosing(call, daysAfterClose);
}

/** Until when a document is taken that may come after the submission; null for one that has to be there with it. */
export function documentDueAt(
  call: CallClosing,
  { dueDaysAfterClose }: Pick<DocumentRequirement, 'dueDaysAfterClose'>,
): Date | null {
  return dueDaysAfterClose === undefined ? null : dueAfterClosing(call, dueDaysAfterClose);
}

function dueAfterClosing(call: CallClosing, days: number): Date {
  const due = sameHourAfter(call.closesAt, days, call.timeZone);
  // Whoever is submitted in the grace has its letters and papers taken as long.
  return due < call.acceptsUntil ? call.acceptsUntil : due;
}
