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

/** The same time by the clocks of a zone, so many days later: summer time may begin or end in between. */
function sameHourAfter(instant: Date, days: number, timeZone: string): Date {
  const later = new Date(instant.getTime() + days * DAY_MS);
  return new Date(later.getTime() + offsetOf(instant, timeZone) - offsetOf(later, timeZone));
}

const DAY_MS = 86_400_000;

/** How far the clocks of a zone are before UTC, in milliseconds. */
function offsetOf(instant: Date, timeZone: string): number {
  const shown = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: string) => Number(shown.find((each) => each.type === type)?.value);
  const asUtc = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return asUtc - Math.floor(instant.getTime() / 1000) * 1000;
}
