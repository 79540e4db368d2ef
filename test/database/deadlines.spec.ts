import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { KeepDeadlines, StartApplication, SubmitApplication } from '../../src/applications/public.js';
import { SettableClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { applicantActing } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

/**
 * A deadline is one instant, whatever the clocks on the walls do: one second before it everything is accepted, from its own
 * second on nothing. The clock stands still within an act, so the second is exact.
 */

let http: HttpApp;
let world: World;
let scratch: string;
const clock = new SettableClock(new Date());

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-deadlines-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, clock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function student(): Promise<RequestContext> {
  const id = newId();
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at,
       home_institution_id)
     values ($1, 'RS', 'Јовић', 'Ана', 'sr-Cyrl', $2, 'sr-Cyrl', now(), $3)`,
    [id, `${id}@example.org`, await world.institution('university-of-belgrade')],
  );
  return applicantActing(id, clock);
}

const outcome = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.reason}`;
    throw error;
  }
};
const after = (instant: Date, seconds: number) => new Date(instant.getTime() + seconds * 1000);

/**
 * The instant is written out, so that no library answers for itself. `wall`: what the clocks of the zone show then, by the
 * tz database (Belgrade UTC+1, in summer +2; Moscow +3 and Vladivostok +10 all year).
 */
const DEADLINES: readonly { readonly zone: string; readonly wall: string; readonly closes: string }[] = [
  { zone: 'Europe/Belgrade', wall: '2027-02-15 23:59', closes: '2027-02-15T22:59:00Z' },
  { zone: 'Europe/Belgrade', wall: '2027-07-15 23:59', closes: '2027-07-15T21:59:00Z' },
  { zone: 'Europe/Moscow', wall: '2027-07-15 23:59', closes: '2027-07-15T20:59:00Z' },
  { zone: 'Asia/Vladivostok', wall: '2027-07-15 23:59', closes: '2027-07-15T13:59:00Z' },
  // The night in which the hour after two does not exist in Belgrade, and the one in which it comes twice.
  { zone: 'Europe/Belgrade', wall: '2027-03-28 03:00', closes: '2027-03-28T01:00:00Z' },
  { zone: 'Europe/Belgrade', wall: '2027-10-31 02:30', closes: '2027-10-31T00:30:00Z' },
  { zone: 'Europe/Belgrade', wall: '2027-10-31 02:30', closes: '2027-10-31T01:30:00Z' },
  // There the clocks do not change, but they do where the applicant is.
  { zone: 'Europe/Moscow', wall: '2027-03-28 04:00', closes: '2027-03-28T01:00:00Z' },
  { zone: 'Asia/Vladivostok', wall: '2027-10-31 11:00', closes: '2027-10-31T01:00:00Z' },
];

describe.each(DEADLINES)('a call that closes at $wall in $zone ($closes)', ({ zone, wall, closes }) => {
  const deadline = new Date(closes);

  it('closes there at that time of day', () => {
    const shown = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    expect(shown.format(deadline)).toBe(wall);
  });

  it.each([
    ['without grace', 0],
    ['with a grace of a quarter of an hour', 15],
  ])('takes what comes one second before, and nothing from the very second on, %s', async (_words, grace) => {
    clock.set(new Date(deadline.getTime() - DAY_MS));
    const slug = `deadline-${newId()}`;
    await world.publishedCall({
      slug,
      timeZone: zone,
      opensAt: new Date(deadline.getTime() - 2 * DAY_MS),
      closesAt: deadline,
      graceMinutes: grace,
    });
    const end = after(deadline, grace * 60);
    const [early, exact, late, lateStarter] = [
      await student(),
      await student(),
      await student(),
      await student(),
    ];
    const [first, second, third] = [
      await fillApplication(http.app, http.owner, early, slug, join(scratch, 'transcript.pdf')),
      await fillApplication(http.app, http.owner, exact, slug, join(scratch, 'transcript.pdf')),
      await fillApplication(http.app, http.owner, late, slug, join(scratch, 'transcript.pdf')),
    ];
    const submit = (who: RequestContext, id: string) => outcome(http.app.get(SubmitApplication).run(who, id));

    clock.set(after(end, -1));
    expect(await submit(early, first)).toBe('done');
    // The worker does not run ahead of the clock: whoever has a second left has it.
    await http.app.get(KeepDeadlines).run(clock);
    clock.set(end);
    expect(await submit(exact, second)).toBe('too_late: call_closed');
    clock.set(after(end, 1));
    expect(await submit(late, third)).toBe('too_late: call_closed');

    // Nobody begins in the grace.
    clock.set(deadline);
    expect(await outcome(http.app.get(StartApplication).run(lateStarter, slug))).not.toBe('done');

    clock.set(after(end, 1));
    await http.app.get(KeepDeadlines).run(clock);
    const { rows } = await http.owner.query<{ id: string; state: string }>(
      'select id, state from applications where id = any ($1)',
      [[first, second, third]],
    );
    expect(Object.fromEntries(rows.map(({ id, state }) => [id, state]))).toEqual({
      [first]: 'submitted',
      [second]: 'never_submitted',
      [third]: 'never_submitted',
    });
  });
});
