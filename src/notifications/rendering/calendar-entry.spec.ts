import { describe, expect, it } from '@jest/globals';
import type { MailCalendar } from '../domain/mail-content.js';
import { calendarEntry } from './calendar-entry.js';

const ENTRY: MailCalendar = {
  method: 'REQUEST',
  uid: '0199@most.example.org',
  sequence: 2,
  stamp: '2027-03-01T08:00:00.000Z',
  // In the night in which clocks in Belgrade leap.
  start: '2027-03-28T00:45:00.000Z',
  minutes: 30,
  summary: 'Разговор: RS-2027-000123',
  location: 'Београд, сала 3; улаз\nBEGIN:VALARM',
  url: 'https://meet.example.org/a,b',
};
const MOST = { name: 'MOST', email: 'most@example.org' };
const ANA = { name: 'Ана "Н"', email: 'ana@example.org' };

/** Lines as a calendar reads them: those that were folded are one again. */
const lines = (entry: MailCalendar) => calendarEntry(entry, MOST, ANA).replaceAll('\r\n ', '').split('\r\n');

describe('an entry for calendars', () => {
  it('asks to be put in, by the instant and with a version', () => {
    expect(lines(ENTRY)).toEqual(
      expect.arrayContaining([
        'METHOD:REQUEST',
        'UID:0199@most.example.org',
        'SEQUENCE:2',
        'DTSTAMP:20270301T080000Z',
        'DTSTART:20270328T004500Z',
        'DTEND:20270328T011500Z',
        'STATUS:CONFIRMED',
        'SUMMARY:Разговор: RS-2027-000123',
      ]),
    );
    expect(lines(ENTRY).some((line) => /^ORGANIZER;.*mailto:most@example\.org$/i.test(line))).toBe(true);
    expect(lines(ENTRY).some((line) => /^ATTENDEE;.*mailto:ana@example\.org$/i.test(line))).toBe(true);
  });

  it('asks to be taken out again under the same name', () => {
    expect(lines({ ...ENTRY, method: 'CANCEL', sequence: 3 })).toEqual(
      expect.arrayContaining([
        'METHOD:CANCEL',
        'UID:0199@most.example.org',
        'SEQUENCE:3',
        'STATUS:CANCELLED',
      ]),
    );
  });

  it('holds what somebody wrote as text, never as a part of the calendar, in lines of 75 octets', () => {
    expect(lines(ENTRY)).not.toContain('BEGIN:VALARM');
    expect(lines(ENTRY).filter((line) => line.startsWith('BEGIN:'))).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
    ]);
    for (const line of calendarEntry(ENTRY, MOST, ANA).split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(76);
    }
  });
});
