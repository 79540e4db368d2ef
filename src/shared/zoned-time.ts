const DAY_MS = 86_400_000;

/** How far the clocks of a zone are before UTC, in milliseconds. */
export function offsetOf(instant: Date, timeZone: string): number {
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

/** The same time by the clocks of a zone, so many days later: summer time may begin or end in between. */
export function sameHourAfter(instant: Date, days: number, timeZone: string): Date {
  const later = new Date(instant.getTime() + days * DAY_MS);
  return new Date(later.getTime() + offsetOf(instant, timeZone) - offsetOf(later, timeZone));
}

/** 23:59:59 of a day (YYYY-MM-DD) by the clocks of a zone. */
export function lastSecondOf(day: string, timeZone: string): Date {
  const asUtc = new Date(`${day}T23:59:59Z`).getTime();
  const near = new Date(asUtc - offsetOf(new Date(asUtc), timeZone));
  // The clocks may have been changed between the two.
  return new Date(asUtc - offsetOf(near, timeZone));
}
