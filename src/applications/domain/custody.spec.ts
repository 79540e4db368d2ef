import { describe, expect, it } from '@jest/globals';
import { custodyOf } from './custody.js';
import type { CustodyFacts } from './custody.js';

const monday = new Date('2027-03-01T09:00:00Z');
const friday = new Date('2027-03-05T09:00:00Z');
const side = (state: 'pending' | 'approved' | 'rejected' | 'returned', country: string) => ({
  country,
  state,
  since: monday,
  dueAt: friday,
  tablesAt: null,
  tabledAt: null,
});
const facts = (over: Partial<CustodyFacts>): CustodyFacts => ({
  state: 'eligible',
  stateSince: monday,
  dueAt: friday,
  freemover: false,
  nomination: null,
  decision: null,
  gates: [],
  promises: {},
  ...over,
});
const accepted = { state: 'host_accepted' as const, stateSince: monday, dueAt: null };

describe('who has an application', () => {
  it.each([
    ['draft', 'applicant'],
    ['returned', 'applicant'],
    ['offered', 'applicant'],
    ['submitted', 'home_institution'],
    ['screening', 'home_institution'],
  ] as const)('%s is with the %s, until the promise', (state, office) => {
    expect(custodyOf(facts({ state }))).toEqual([{ office, since: monday, until: friday }]);
  });

  it.each(['submitted', 'screening', 'eligible'] as const)(
    '%s of a freemover is with the ministry',
    (state) => {
      expect(custodyOf(facts({ state, freemover: true }))).toEqual([
        { office: 'home_ministry', since: monday, until: friday },
      ]);
    },
  );

  it.each(['withdrawn', 'declined', 'ineligible', 'lapsed', 'never_submitted'] as const)(
    '%s is with nobody',
    (state) => {
      expect(custodyOf(facts({ state }))).toEqual([]);
    },
  );

  it('is with the host from the sending of the nomination, also when the host is late', () => {
    for (const state of ['sent', 'waitlisted', 'no_answer'] as const) {
      const nomination = { state, stateSince: monday, dueAt: friday };
      expect(custodyOf(facts({ nomination }))[0]?.office).toBe('host_institution');
    }
  });

  it('tells with whoever has it what their silence means', () => {
    const later = new Date('2027-03-12T09:00:00Z');
    const silence = (over: Partial<CustodyFacts>) => custodyOf(facts(over))[0]?.silence;
    const sent = { state: 'sent' as const, stateSince: monday, dueAt: friday };
    expect(silence({ nomination: sent })).toEqual({ means: 'escalates', at: friday });
    const declining = { promises: { declinedAfterDays: 7 } };
    for (const state of ['sent', 'no_answer'] as const) {
      expect(silence({ nomination: { ...sent, state }, ...declining })).toEqual({
        means: 'declined',
        at: later,
      });
    }
    // Whoever was put on a waiting list was answered.
    expect(silence({ nomination: { ...sent, state: 'waitlisted' }, ...declining })).toBeUndefined();
    const waiting = (late: object) => ({
      nomination: accepted,
      decision: { home: { ...side('pending', 'AA'), ...late }, host: side('approved', 'BB') },
    });
    expect(silence(waiting({}))).toEqual({ means: 'told', at: friday });
    expect(silence(waiting({ tablesAt: later }))).toEqual({ means: 'tabled', at: later });
    expect(silence(waiting({ tablesAt: friday, tabledAt: later }))).toEqual({
      means: 'is_tabled',
      at: later,
    });
    expect(silence({ state: 'offered' })).toBeUndefined();
  });

  it('is back at home when the host has rejected', () => {
    const nomination = { state: 'rejected' as const, stateSince: monday, dueAt: null };
    expect(custodyOf(facts({ nomination }))).toEqual([
      { office: 'home_institution', since: monday, until: null },
    ]);
  });

  it('is with both ministries at once, then with the one that is still to decide', () => {
    const offices = (home: 'pending' | 'approved', host: 'pending' | 'approved') =>
      custodyOf(
        facts({ nomination: accepted, decision: { home: side(home, 'AA'), host: side(host, 'BB') } }),
      ).map(({ office }) => office);
    expect(offices('pending', 'pending')).toEqual(['home_ministry', 'host_ministry']);
    expect(offices('approved', 'pending')).toEqual(['host_ministry']);
    expect(offices('pending', 'approved')).toEqual(['home_ministry']);
  });

  it('is with the joint commission when the sides differ', () => {
    const decision = { home: side('approved', 'AA'), host: side('rejected', 'BB') };
    expect(custodyOf(facts({ nomination: accepted, decision }))[0]?.office).toBe('joint_commission');
  });

  it('is with the home institution when a ministry returned its side', () => {
    const decision = { home: side('approved', 'AA'), host: side('returned', 'BB') };
    expect(custodyOf(facts({ nomination: accepted, decision }))[0]?.office).toBe('home_institution');
  });

  it('is each ministry with a gate that waits, until the last of its own', () => {
    const gate = (side: 'home' | 'host', state: 'pending' | 'cleared' | 'expired', dueAt: Date) => ({
      side,
      state,
      since: monday,
      dueAt,
    });
    const held = { state: 'awaiting_clearance' as const, nomination: accepted };
    expect(
      custodyOf(
        facts({
          ...held,
          gates: [
            gate('host', 'pending', monday),
            gate('host', 'expired', friday),
            gate('home', 'cleared', friday),
          ],
        }),
      ),
    ).toEqual([{ office: 'host_ministry', since: monday, until: friday }]);
    const both = [gate('home', 'pending', friday), gate('host', 'pending', monday)];
    expect(custodyOf(facts({ ...held, gates: both })).map(({ office }) => office)).toEqual([
      'home_ministry',
      'host_ministry',
    ]);
  });
});
