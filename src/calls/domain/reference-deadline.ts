import { sameHourAfter } from '../../shared/zoned-time.js';
import type { FormDefinition, ReferenceRequirement } from './form.js';

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
  if (daysAfterClose === null) return call.acceptsUntil;
  const due = sameHourAfter(call.closesAt, daysAfterClose, call.timeZone);
  // Whoever is submitted in the grace has its letters taken as long.
  return due < call.acceptsUntil ? call.acceptsUntil : due;
}
