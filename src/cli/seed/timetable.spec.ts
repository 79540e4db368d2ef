import { describe, expect, it } from '@jest/globals';
import { Dice } from './dice.js';
import { SCENARIOS } from './scenarios.js';
import type { SeedCall } from './seed-world.js';
import { Timetable } from './timetable.js';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');

const callOpen = (from: string, until: string) =>
  ({ call: { opensAt: new Date(from), closesAt: new Date(until) } }) as SeedCall;

describe('the timetable', () => {
  it('tells all that are expected in the order of their time, most of them near the deadline', () => {
    const calls = [
      callOpen('2025-01-01', '2025-03-01'),
      callOpen('2025-02-01', '2025-04-01'),
      callOpen('2026-05-01', '2026-07-01'),
    ];
    const timetable = new Timetable(new Dice(5), NOW);
    const expected = new Map<string, number>();
    const nameOf = (seedCall: SeedCall, scenario: (typeof SCENARIOS)[number]) =>
      `${calls.indexOf(seedCall)} ${SCENARIOS.indexOf(scenario)}`;
    for (let index = 0; index < 3000; index++) {
      const [seedCall, scenario] = [calls[index % 3], SCENARIOS[index % 7]];
      if (!seedCall || !scenario) throw new Error('none');
      timetable.expect(seedCall, scenario);
      const name = nameOf(seedCall, scenario);
      expected.set(name, (expected.get(name) ?? 0) + 1);
    }
    const begun = [...timetable.inOrder()];
    const times = begun.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const told = new Map<string, number>();
    for (const { seedCall, scenario, at } of begun) {
      const name = nameOf(seedCall, scenario);
      told.set(name, (told.get(name) ?? 0) + 1);
      expect(at > seedCall.call.opensAt && at <= seedCall.call.closesAt).toBe(true);
      expect(NOW.getTime() - at.getTime()).toBeGreaterThanOrEqual(DAY_MS);
    }
    expect(new Map([...told].sort())).toEqual(new Map([...expected].sort()));
    // Half of them within a quarter of the time, as the square of an even number has it.
    const first = begun.filter(({ seedCall }) => seedCall === calls[0]);
    const late = first.filter(({ at }) => at.getTime() > Date.UTC(2025, 2, 1) - (59 * DAY_MS) / 4);
    expect(late.length / first.length).toBeGreaterThan(0.45);
    expect(late.length / first.length).toBeLessThan(0.55);
  });
});
