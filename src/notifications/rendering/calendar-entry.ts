import ical, { ICalAttendeeStatus, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { MailCalendar } from '../domain/mail-content.js';

const MINUTE_MS = 60_000;

/** Somebody as a calendar knows them. */
export interface CalendarParty {
  readonly name: string;
  readonly email: string;
}

/**
 * An entry for the addressee's calendar by RFC 5545 and 5546: the same talk keeps its UID, each later version a higher
 * SEQUENCE, so that a calendar puts the change in the place of what it had, and takes out what is cancelled. Instants are
 * in UTC, which every calendar shows by its own clocks.
 */
export function calendarEntry(
  entry: MailCalendar,
  organizer: CalendarParty,
  attendee: CalendarParty,
): string {
  const cancelled = entry.method === 'CANCEL';
  const start = new Date(entry.start);
  const calendar = ical({
    prodId: { company: 'MOST', product: 'interviews' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
  });
  calendar.createEvent({
    id: entry.uid,
    sequence: entry.sequence,
    stamp: new Date(entry.stamp),
    start,
    end: new Date(start.getTime() + entry.minutes * MINUTE_MS),
    summary: entry.summary,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer,
    attendees: [{ ...attendee, rsvp: false, status: ICalAttendeeStatus.ACCEPTED }],
    ...(entry.location ? { location: entry.location } : {}),
    ...(entry.url ? { url: entry.url } : {}),
  });
  return calendar.toString();
}
