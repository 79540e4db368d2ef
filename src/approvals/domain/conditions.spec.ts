import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONDITION_ACTS, CONDITION_STATES, conditionStates } from './condition.states.js';
import { clockTells, isToTable, tablesAt } from './clock.js';
import { standingOf } from './conditions.js';

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(Date.UTC(2027, 0, 1) + days * DAY_MS);
const promise = { since: at(0), dueAt: at(30), remindedAt: null, overdueAt: null };

describe('the conditions of a decision', () => {
  it('are settled once, each way from open only', () => {
    for (const act of CONDITION_ACTS) expect(conditionStates.from(act)).toEqual(['open']);
    expect(conditionStates.terminal()).toEqual(['met', 'not_met', 'waived']);
  });

  it.each([
    [[], 'none'],
    [['open'], 'open'],
    [['met', 'open'], 'open'],
    [['met', 'waived'], 'satisfied'],
    [['met', 'not_met'], 'failed'],
    [['open', 'not_met'], 'failed'],
  ] as const)('%j come to %s', (states, standing) => {
    expect(standingOf(states)).toBe(standing);
  });

  it('are satisfied only where each one is met or waived, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CONDITION_STATES), { minLength: 1 }), (states) => {
        const settled = states.every((state) => state === 'met' || state === 'waived');
        expect(standingOf(states) === 'satisfied').toBe(settled);
        expect(standingOf([...states].reverse())).toBe(standingOf(states));
      }),
    );
  });
});

describe('the silence of a side', () => {
  const silent = { dueAt: at(30), overdueAt: at(30.1), tabledAt: null };
  it.each([
    ['where nothing is said of it', silent, null, at(3000), false],
    ['before the further days are over', silent, 7, at(37), false],
    ['after them', silent, 7, at(37.1), true],
    ['never told to be late', { ...silent, overdueAt: null }, 7, at(99), false],
    ['before the commission already', { ...silent, tabledAt: at(37.1) }, 7, at(99), false],
  ])('%s', (_title, side, days, now, expected) => {
    expect(isToTable(side, days, now)).toBe(expected);
  });

  it('comes before the commission so many days after the promise', () => {
    expect([tablesAt(at(30), null), tablesAt(at(30), 7)]).toEqual([null, at(37)]);
  });
});

describe('what the clock tells of a promise', () => {
  it.each([
    ['long before its end', {}, at(20), null],
    ['a week before it', {}, at(23), 'due_soon'],
    ['a week before it, told already', { remindedAt: at(23) }, at(24), null],
    ['in the last third of a short time', { dueAt: at(3) }, at(2), 'due_soon'],
    ['before the last third of a short time', { dueAt: at(3) }, at(1), null],
    ['after its end', { remindedAt: at(23) }, at(31), 'overdue'],
    ['after its end, never reminded', {}, at(31), 'overdue'],
    ['after its end, told already', { overdueAt: at(31) }, at(40), null],
  ])('%s (%j) at %s: %s', (_when, changes, now, told) => {
    expect(clockTells({ ...promise, ...changes }, now)).toBe(told);
  });

  it('is never both, and nothing any more once both were told', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40, max: 80 }), fc.integer({ min: 1, max: 60 }), (now, length) => {
        const told = { ...promise, dueAt: at(length), remindedAt: at(0), overdueAt: at(0) };
        expect(clockTells(told, at(now))).toBeNull();
        const first = clockTells({ ...promise, dueAt: at(length) }, at(now));
        expect(first === 'overdue').toBe(now > length);
      }),
    );
  });
});
