import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ZoneOffsets } from './zone-offsets.js';

/** What the library says of each instant by itself. */
function byTheLibrary(instant: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}${offset}`;
}

const zone = fc.constantFrom(
  ...['Europe/Belgrade', 'Europe/Moscow', 'Asia/Kolkata', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'],
);

describe('instants of a zone', () => {
  it('are written as the library writes each of them', () => {
    fc.assert(
      fc.property(
        zone,
        fc.array(fc.date({ min: new Date('2005-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })),
        (timeZone, instants) => {
          const offsets = new ZoneOffsets(timeZone);
          for (const instant of instants) expect(offsets.iso(instant)).toBe(byTheLibrary(instant, timeZone));
        },
      ),
    );
  });

  it.each(['2027-03-28T00:59:59Z', '2027-03-28T01:00:00Z', '2027-10-31T00:59:59Z', '2027-10-31T01:00:00Z'])(
    'know the day on which clocks are changed: %s',
    (instant) => {
      const offsets = new ZoneOffsets('Europe/Belgrade');
      expect(offsets.iso(new Date(instant))).toBe(byTheLibrary(new Date(instant), 'Europe/Belgrade'));
    },
  );
});
