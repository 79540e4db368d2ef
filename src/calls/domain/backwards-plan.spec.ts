import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planBackwards } from './backwards-plan.js';
import type { PlannedCall } from './backwards-plan.js';
import type { LeadTimes } from '../../universities/public.js';
import { daysLater } from '../../shared/zoned-time.js';

const CALL: PlannedCall = {
  route: 'direct',
  homeEndorsement: false,
  promises: { screeningDays: 10, returnDays: 7, hostDecisionDays: 35, approvalDays: 20, offerDays: 10 },
  directions: [{ homeCountry: 'AA', hostCountry: 'BB' }],
  closesOn: '2027-03-01',
  stayFrom: '2027-10-01',
};
const LEAD = new Map<string, LeadTimes>([['BB', { gates: 65, invitation: 63, visa: 14 }]]);

describe('planning backwards from the first day of the stay', () => {
  it('tells each step, the latest closing, what is to spare, and the step that is tight', () => {
    const plan = planBackwards(CALL, LEAD);
    const [host] = plan.hosts;
    expect(host?.steps.map(({ step, days }) => [step, days])).toEqual([
      ['screening', 10],
      ['return', 17],
      ['host', 35],
      ['approval', 20],
      ['gates', 65],
      ['offer', 10],
      ['invitation', 63],
      ['visa', 14],
    ]);
    expect(host?.steps.at(-1)).toEqual({ step: 'visa', days: 14, from: '2027-09-17', until: '2027-10-01' });
    expect(plan).toMatchObject({
      holds: false,
      slack: -20,
      latestClosing: '2027-02-09',
      tight: { step: 'gates', hostCountry: 'BB', days: 65 },
    });
  });

  it.each<[string, Partial<PlannedCall>, LeadTimes, number]>([
    ['no papers are needed', {}, {}, 122],
    ['it closes a day later', { closesOn: '2027-03-02' }, {}, 121],
    ['the home ministry endorses', { homeEndorsement: true }, {}, 102],
    ['it closes on the very last day', { closesOn: '2027-07-01' }, {}, 0],
    ['a visa takes a month', {}, { visa: 30 }, 92],
  ])('where %s', (_case, changes, lead, slack) => {
    const plan = planBackwards({ ...CALL, ...changes }, new Map([['BB', lead]]));
    expect(plan.slack).toBe(slack);
    expect(plan.holds).toBe(slack >= 0);
  });

  it.each([
    ['no rule was said', 'direct', undefined, 65],
    ['the rules ask nothing', 'direct', 0, undefined],
    ['they take less than the host and both approvals', 'direct', 55, undefined],
    ['they take longer', 'direct', 65, 10],
    ['a list opens them', 'ranked', 65, 65],
  ] as const)('reckons gates beside what else is decided: where %s (%s)', (_case, route, asked, left) => {
    const days = asked === undefined ? new Map<string, number>() : new Map([['BB', asked]]);
    const [host] = planBackwards({ ...CALL, route }, LEAD, days).hosts;
    expect(host?.steps.find(({ step }) => step === 'gates')?.days).toBe(left);
  });

  it('says nothing of a call that leads nowhere yet', () => {
    expect(planBackwards({ ...CALL, directions: [] }, LEAD)).toMatchObject({
      holds: true,
      slack: null,
      tight: null,
    });
  });

  const days = fc.integer({ min: 1, max: 120 });
  const anyCall = fc.record<PlannedCall>({
    route: fc.constantFrom('direct' as const, 'ranked' as const),
    homeEndorsement: fc.boolean(),
    promises: fc.record({
      screeningDays: days,
      returnDays: days,
      hostDecisionDays: days,
      approvalDays: days,
      offerDays: days,
    }),
    directions: fc.constant([
      { homeCountry: 'AA', hostCountry: 'BB' },
      { homeCountry: 'BB', hostCountry: 'AA' },
    ]),
    closesOn: fc.integer({ min: 0, max: 400 }).map((later) => daysLater('2027-01-01', later)),
    stayFrom: fc.integer({ min: 0, max: 400 }).map((later) => daysLater('2027-09-01', later)),
  });
  const anyLead = fc.record({ gates: days, invitation: days, visa: days });

  it('leaves no gap and no overlap, and holds exactly where the call closes by the latest day', () => {
    fc.assert(
      fc.property(anyCall, anyLead, (call, lead) => {
        const plan = planBackwards(call, new Map([['BB', lead]]));
        for (const host of plan.hosts) {
          expect(host.steps.at(-1)?.until).toBe(call.stayFrom);
          host.steps.slice(1).forEach((step, place) => expect(step.from).toBe(host.steps[place]?.until));
          expect(daysLater(host.latestClosing, host.days)).toBe(call.stayFrom);
          expect(daysLater(call.closesOn, host.slack)).toBe(host.latestClosing);
        }
        expect(plan.holds).toBe(call.closesOn <= (plan.latestClosing ?? ''));
        const slacks = plan.hosts.map(({ slack }) => slack);
        expect(plan.slack).toBe(Math.min(...slacks));
      }),
    );
  });

  it('is alike for both countries when they are swapped', () => {
    const swap = (code: string) => (code === 'AA' ? 'BB' : 'AA');
    fc.assert(
      fc.property(anyCall, anyLead, anyLead, (call, one, other) => {
        const plan = planBackwards(
          call,
          new Map([
            ['AA', one],
            ['BB', other],
          ]),
        );
        const swapped = planBackwards(
          {
            ...call,
            directions: call.directions.map((way) => ({
              homeCountry: swap(way.homeCountry),
              hostCountry: swap(way.hostCountry),
            })),
          },
          new Map([
            ['BB', one],
            ['AA', other],
          ]),
        );
        expect(swapped.slack).toBe(plan.slack);
        expect(swapped.latestClosing).toBe(plan.latestClosing);
      }),
    );
  });
});
