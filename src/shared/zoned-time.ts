/** What clocks show at an instant in a zone: a calendar day (YYYY-MM-DD) and a time (HH:MM). */
export interface WallTime {
  readonly day: string;
  readonly time: string;
}

/** A formatter costs a hundred times more to make than to use. */
const walls = new Map<string, Intl.DateTimeFormat>();

/** Whether there is a zone of this name (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export function wallTime(instant: Date, zone: string): WallTime {
  const [day = '', time = ''] = shown(instant.getTime(), zone).split(' ');
  return { day, time: time.slice(0, 5) };
}

/**
 * The instant at which clocks in the zone show this. Null where they never do: in the hour that summer time leaps over.
 * Of an hour that they show twice it is the first.
 */
export function instantOf({ day, time }: WallTime, zone: string): Date | null {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(wanted)) return null;
  // The offset can be that before or after a change of clocks: both are tried, the earlier instant first.
  const offsets = [wanted - DAY_MS, wanted + DAY_MS].map((near) => offset(zone, near));
  const instants = offsets.map((ahead) => wanted - ahead).sort((a, b) => a - b);
  const found = instants.find((instant) => offset(zone, instant) === wanted - instant);
  return found === undefined ? null : new Date(found);
}

/** The same time of the clocks so many years later. 29 February becomes 28. */
export function yearsLater(instant: Date, years: number, zone: string): Date {
  const { day, time } = wallTime(instant, zone);
  const moved = dayYearsLater(day, years);
  // In the hour that summer time leaps over: the same hour counted from the day before.
  return (
    instantOf({ day: moved, time }, zone) ??
    new Date(Date.parse(`${moved}T${time}:00Z`) - offset(zone, Date.parse(`${moved}T00:00:00Z`)))
  );
}

/** The same calendar day so many years later; 29 February becomes 28. */
export function dayYearsLater(day: string, years: number): string {
  const year = String(Number(day.slice(0, 4)) + years).padStart(4, '0');
  const moved = `${year}${day.slice(4)}`;
  return new Date(`${moved}T00:00:00Z`).toISOString().slice(0, 10) === moved ? moved : `${year}-02-28`;
}

/** A calendar day so many days later. */
export function daysLater(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The same time by the clocks of a zone, so many days later: summer time may begin or end in between. */
export function sameHourAfter(instant: Date, days: number, zone: string): Date {
  const later = instant.getTime() + days * DAY_MS;
  return new Date(later + offset(zone, instant.getTime()) - offset(zone, later));
}

/** 23:59:59 of a day (YYYY-MM-DD) by the clocks of a zone. */
export function lastSecondOf(day: string, zone: string): Date {
  const asUtc = Date.parse(`${day}T23:59:59Z`);
  // The clocks may have been changed between the two.
  return new Date(asUtc - offset(zone, asUtc - offset(zone, asUtc)));
}

const DAY_MS = 86_400_000;

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function offset(zone: string, instant: number): number {
  return Date.parse(`${shown(instant, zone).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000;
}

function shown(instant: number, zone: string): string {
  const known = walls.get(zone);
  // Swedish writes ISO 8601.
  const wall =
    known ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  if (!known) walls.set(zone, wall);
  return wall.format(instant);
}
