import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { QuotaDraft, QuotaView } from './agreement.js';
import { coversStay, isInForce, lastDay } from './agreement.js';
import { missingOf, renewed, storageProblems } from './draft.js';
import { allowedDays, carryOver, daysOf, overdrawn, quotaLeft } from './quota.js';

const KEY = { homeCountry: 'AA', hostCountry: 'BB', category: 'student', academicYear: '2027/28' };
const draft = (persons: number, months = 0, days = 0): QuotaDraft => ({ ...KEY, persons, months, days });
const held = (quota: QuotaDraft, committed: number, committedDays = 0): QuotaView => ({
  ...quota,
  id: '1',
  committed,
  committedDays,
});

describe('days of stay', () => {
  it.each([
    [0.5, 15],
    [1, 30],
    [4.5, 135],
    [0.1, 3],
  ])('%p months are %p days', (months, days) => {
    expect(daysOf(months)).toBe(days);
  });

  it('are not limited where a quota says neither months nor days', () => {
    expect(allowedDays(draft(5))).toBeNull();
    expect(allowedDays(draft(5, 2, 10))).toBe(70);
    expect(quotaLeft(held(draft(5, 2), 1, 45))).toEqual({ persons: 4, days: 15 });
  });
});

describe('a new version beside what is promised', () => {
  it('is refused with the numbers where it allows less', () => {
    expect(overdrawn([held(draft(10, 10), 6, 200)], [draft(5, 4)])).toEqual([
      expect.objectContaining({
        code: 'quota_promised_more',
        values: expect.objectContaining({ promised: 6, allowed: 5 }),
      }),
      expect.objectContaining({
        code: 'quota_promised_more_days',
        values: expect.objectContaining({ promised: 200, allowed: 120 }),
      }),
    ]);
    expect(carryOver([held(draft(10), 6)], [])).toBeNull();
  });

  it('takes over all that is promised where it allows as much', () => {
    expect(carryOver([held(draft(10, 10), 6, 200)], [draft(6, 7)])).toEqual([
      { ...draft(6, 7), committed: 6, committedDays: 200 },
    ]);
  });
});

/** The ledger, as its guarded statements do it. */
type Act =
  | { readonly kind: 'reserve' | 'release'; readonly persons: number; readonly days: number }
  | { readonly kind: 'version'; readonly quota: QuotaDraft };

describe('any order of reserving, giving back and new versions', () => {
  const amount = { persons: fc.integer({ min: 1, max: 6 }), days: fc.integer({ min: 0, max: 120 }) };
  const act: fc.Arbitrary<Act> = fc.oneof(
    fc.record({ kind: fc.constantFrom('reserve' as const, 'release' as const), ...amount }),
    fc
      .tuple(fc.nat(12), fc.nat(10), fc.nat(30))
      .map(([persons, months, days]) => ({ kind: 'version' as const, quota: draft(persons, months, days) })),
  );

  it('never goes below nothing nor beyond what is agreed', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        let quota = held(draft(10, 10), 0);
        for (const each of acts) {
          if (each.kind === 'version') {
            const [next] = carryOver([quota], [each.quota]) ?? [];
            if (next) quota = { ...next, id: '1' };
          } else if (each.kind === 'reserve') {
            const left = quotaLeft(quota);
            if (each.persons <= left.persons && (left.days === null || each.days <= left.days)) {
              quota = held(quota, quota.committed + each.persons, quota.committedDays + each.days);
            }
          } else if (each.persons <= quota.committed && each.days <= quota.committedDays) {
            quota = held(quota, quota.committed - each.persons, quota.committedDays - each.days);
          }
          const allowed = allowedDays(quota);
          expect(quota.committed).toBeGreaterThanOrEqual(0);
          expect(quota.committed).toBeLessThanOrEqual(quota.persons);
          expect(quota.committedDays).toBeGreaterThanOrEqual(0);
          if (allowed !== null) expect(quota.committedDays).toBeLessThanOrEqual(allowed);
        }
      }),
    );
  });
});

describe('the term of an agreement', () => {
  const term = {
    state: 'in_force' as const,
    inForceFrom: '2026-01-01',
    inForceUntil: '2027-12-31',
    terminatesOn: null as string | null,
  };

  it('ends by notice where that is earlier', () => {
    expect(lastDay(term)).toBe('2027-12-31');
    expect(lastDay({ ...term, terminatesOn: '2027-06-30' })).toBe('2027-06-30');
    expect(lastDay({ ...term, terminatesOn: '2028-06-30' })).toBe('2027-12-31');
    expect(isInForce({ ...term, terminatesOn: '2027-06-30' }, '2027-07-01')).toBe(false);
  });

  it.each([
    ['2026-01-01', '2027-12-31', true],
    ['2025-12-31', '2026-06-30', false],
    ['2027-09-01', '2028-01-31', false],
  ])('covers a stay from %s to %s: %s', (from, until, covered) => {
    expect(coversStay(term, { from, until })).toBe(covered);
  });
});

describe('a draft', () => {
  const words = { sr: 'а', ru: 'а', en: '' };
  const content = {
    kind: 'inter_institutional' as const,
    reference: 'A-1',
    title: words,
    parties: ['AA', 'BB'].map((country) => ({ country, institutionId: country, name: words })),
    themes: [],
    text: { articles: [{ title: words, body: words }] },
    quotas: [draft(5)],
    validFrom: '2026-01-01',
    validUntil: '2026-12-31',
  };

  it('is whole without English, and not without Russian', () => {
    expect(missingOf(content)).toEqual([]);
    expect(missingOf({ ...content, title: { ...words, ru: ' ' } })).toEqual([
      { field: 'title.ru', problem: 'required' },
    ]);
  });

  it.each([
    [{ reference: 'new' }, 'reference'],
    [{ reference: 'a/b' }, 'reference'],
    [{ validUntil: '2025-12-31' }, 'validUntil'],
    [{ noticeDays: -1 }, 'noticeDays'],
    [{ quotas: [{ ...draft(5), academicYear: '2027/29' }] }, 'quotas.0.academicYear'],
    [{ quotas: [{ ...draft(5), persons: 1.5 }] }, 'quotas.0.persons'],
    [{ quotas: [draft(5), draft(6)] }, 'quotas.1.academicYear'],
    [{ quotas: [{ ...draft(5), category: 'tourist' }] }, 'quotas.0.category'],
  ])('that says %j is not kept', (change, field) => {
    expect(storageProblems({ ...content, ...change }).map((problem) => problem.field)).toEqual([field]);
  });

  it('is renewed for as long again, from the day after its last one', () => {
    expect(renewed(content, '2026-11-01')).toMatchObject({
      validFrom: '2027-01-01',
      validUntil: '2027-12-31',
    });
    expect(renewed(content, '2027-03-01')).toMatchObject({
      validFrom: '2027-03-01',
      validUntil: '2028-02-28',
    });
  });
});
