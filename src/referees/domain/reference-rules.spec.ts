import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CLOCK_REMINDS_DAYS,
  REMIND_AFTER_DAYS,
  addressProblem,
  clockReminds,
  emailKey,
  isOverdue,
  letterProblems,
  remindableFrom,
  roomFor,
} from './reference-rules.js';
import { OUTSTANDING, REFERENCE_STATES, referenceStates } from './reference.states.js';
import type { ReferenceAct, ReferenceState } from './reference.states.js';

const DAY_MS = 86_400_000;
const instant = (days: number) => new Date(Date.UTC(2027, 0, 1) + days * DAY_MS);
const asked = {
  state: 'invited' as ReferenceState,
  createdAt: instant(0),
  remindedAt: null,
  clockRemindedAt: null,
  dueAt: instant(20),
};

describe('the life of a letter', () => {
  /** To what each act leads from each state; what is not here is refused. */
  const MOVES: Readonly<Record<ReferenceAct, Partial<Record<ReferenceState, ReferenceState>>>> = {
    begin: { invited: 'opened' },
    submit: { invited: 'received', opened: 'received' },
    decline: { invited: 'declined', opened: 'declined' },
    expire: { invited: 'expired', opened: 'expired' },
    withdraw: { invited: 'withdrawn', opened: 'withdrawn' },
    replace: { invited: 'replaced', opened: 'replaced', declined: 'replaced', expired: 'replaced' },
  };

  it.each(Object.keys(MOVES) as ReferenceAct[])('%s leads where it should and nowhere else', (act) => {
    for (const state of REFERENCE_STATES) {
      const to = MOVES[act][state];
      if (to) expect(referenceStates.move(state, act)).toBe(to);
      else expect(() => referenceStates.move(state, act)).toThrow('wrong_state');
    }
  });

  it('ends for good once a letter is there', () => {
    expect(referenceStates.terminal()).toEqual(['received', 'withdrawn', 'replaced']);
  });
});

describe('reminding', () => {
  it('waits some days after whatever was sent last', () => {
    expect(remindableFrom(asked)).toEqual(instant(REMIND_AFTER_DAYS));
    expect(remindableFrom({ ...asked, remindedAt: instant(5) })).toEqual(instant(5 + REMIND_AFTER_DAYS));
    expect(remindableFrom({ ...asked, remindedAt: instant(5), clockRemindedAt: instant(9) })).toEqual(
      instant(9 + REMIND_AFTER_DAYS),
    );
  });

  it.each([
    ['long before the deadline', {}, 20 - CLOCK_REMINDS_DAYS - 0.001, false],
    ['from three days before it', {}, 20 - CLOCK_REMINDS_DAYS, true],
    ['to the last moment', {}, 19.999, true],
    ['not when it is over', {}, 20, false],
    ['not twice', { clockRemindedAt: instant(17) }, 19, false],
    ['not who was reminded today', { remindedAt: instant(18.5) }, 19, false],
    ['not who was asked today', { createdAt: instant(18.5) }, 19, false],
    ['not who has written', { state: 'received' }, 19, false],
    ['not who declined', { state: 'declined' }, 19, false],
  ] as const)('by the clock: %s', (_when, change, now, reminds) => {
    expect(clockReminds({ ...asked, ...change }, instant(now))).toBe(reminds);
  });

  it('by the clock is done at most once, whatever came before, and never after the deadline', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...REFERENCE_STATES),
        fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 30 }),
        (state, days) => {
          let reminded: Date | null = null;
          let times = 0;
          for (const now of days.toSorted((a, b) => a - b).map(instant)) {
            if (!clockReminds({ ...asked, state, clockRemindedAt: reminded }, now)) continue;
            times += 1;
            reminded = now;
            expect(now < asked.dueAt).toBe(true);
          }
          expect(times).toBeLessThanOrEqual(OUTSTANDING.includes(state) ? 1 : 0);
        },
      ),
    );
  });
});

it('the last instant of the deadline still counts', () => {
  expect(isOverdue({ dueAt: instant(20) }, instant(20))).toBe(false);
  expect(isOverdue({ dueAt: instant(20) }, new Date(instant(20).getTime() + 1))).toBe(true);
});

describe('room for referees', () => {
  it('is left by those who were let go or replaced, and by nobody else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.constantFrom(...REFERENCE_STATES)),
        (max, states) => {
          const room = roomFor({ max }, states);
          const gone = states.filter((state) => ['withdrawn', 'replaced'].includes(state));
          expect(room).toBe(Math.max(0, max - (states.length - gone.length)));
          // Letting somebody go makes room for one and no more.
          expect(roomFor({ max }, [...states, 'withdrawn'])).toBe(room);
          expect(roomFor({ max }, [...states, 'invited'])).toBe(Math.max(0, room - 1));
        },
      ),
    );
  });
});

describe('an address', () => {
  const known = { own: ['ana@example.org'], asked: ['milena@bg.ac.rs'], offices: ['office@bg.ac.rs'] };
  it.each([
    ['ana@example.org', 'own_address'],
    [' ANA@Example.org ', 'own_address'],
    ['Milena@BG.ac.rs', 'referee_asked'],
    ['OFFICE@bg.ac.rs', 'office_address'],
    ['somebody@bg.ac.rs', undefined],
  ])('%s: %s', (email, problem) => {
    expect(addressProblem(email, known)?.problem).toBe(problem);
  });

  it('is one in whatever capitals and composition it is typed', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(emailKey(` ${email.toUpperCase()} `)).toBe(emailKey(email));
        expect(emailKey(email.normalize('NFD'))).toBe(emailKey(email));
        expect(addressProblem(email.toUpperCase(), { own: [email], asked: [], offices: [] })?.problem).toBe(
          'own_address',
        );
      }),
    );
  });
});

describe('a letter', () => {
  it('is whole with words or a file, and with who says them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', '  \n ', 'Words.'),
        fc.boolean(),
        fc.constantFrom(null, 'teacher' as const),
        fc.constantFrom(null, 'over_5' as const),
        (body, hasFile, capacity, knownFor) => {
          const fields = letterProblems({ body, hasFile, capacity, knownFor }).map(({ field }) => field);
          expect(fields.includes('body')).toBe(!hasFile && body.trim() === '');
          expect(fields.includes('capacity')).toBe(capacity === null);
          expect(fields.includes('knownFor')).toBe(knownFor === null);
        },
      ),
    );
  });
});
