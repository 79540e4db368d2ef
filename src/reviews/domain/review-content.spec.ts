import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { standardSelection } from '../../calls/domain/selection.js';
import type { Criterion } from '../../calls/public.js';
import { missingIn, pointsOf, readReview } from './review-content.js';
import type { ReviewContent } from './review-content.js';

const { criteria } = standardSelection();
const scored = (...values: readonly (number | null)[]): ReviewContent => ({
  scores: Object.fromEntries(criteria.map(({ id }, at) => [id, { value: values[at] ?? null, comment: 'x' }])),
  overall: 'x',
  recommendation: 'support',
});

describe('points of a review', () => {
  it.each([
    [[10, 10, 10], 100_000],
    [[0, 0, 0], 0],
    // 50, 30 and 20 of 100.
    [[10, 0, 0], 50_000],
    [[7, 5, 3], 56_000],
    [[7, null, 3], null],
  ] as const)('%j are %s', (values, points) => {
    expect(pointsOf(criteria, scored(...values))).toBe(points);
  });

  it('are rounded once, at the end, on whatever scales', () => {
    const thirds: Criterion[] = [3, 7].map((max, at) => ({
      ...(criteria[0] as Criterion),
      id: `c${at}`,
      weight: at + 1,
      scale: { min: 0, max },
    }));
    const content: ReviewContent = {
      scores: { c0: { value: 1, comment: '' }, c1: { value: 5, comment: '' } },
      overall: '',
      recommendation: null,
    };
    // (1/3 + 2 · 5/7) / 3 = 37/63
    expect(pointsOf(thirds, content)).toBe(Math.round(100_000 * (37 / 63)));
  });

  it('never fall when a score rises', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10), { minLength: 3, maxLength: 3 }), fc.nat(2), (values, at) => {
        fc.pre((values[at] ?? 10) < 10);
        const better = values.with(at, (values[at] ?? 0) + 1);
        expect(pointsOf(criteria, scored(...better))).toBeGreaterThan(
          pointsOf(criteria, scored(...values)) ?? -1,
        );
      }),
    );
  });
});

describe('what was typed', () => {
  const typed = (value: string, comment = '') => ({
    scores: { merit: { value, comment }, unknown: { value: '5', comment: '' } },
    overall: ' Добро.\r\nВрло. ',
    recommendation: 'support',
  });

  it('keeps what can be kept', () => {
    const { content, problems } = readReview(criteria, typed(' 7 '));
    expect(problems).toEqual([]);
    expect(content.scores.merit).toEqual({ value: 7, comment: '' });
    expect(content.scores.unknown).toBeUndefined();
    expect(content.overall).toBe('Добро.\nВрло.');
    expect(missingIn(criteria, content).map(({ field }) => field)).toEqual([
      'comment-merit',
      'score-plan',
      'comment-plan',
      'score-benefit',
      'comment-benefit',
    ]);
  });

  it.each(['11', '-1', '1e1', '3.5', 'ten'])('refuses the score %s', (value) => {
    const { content, problems } = readReview(criteria, typed(value));
    expect(problems).toEqual([
      { field: 'score-merit', problem: 'out_of_range', values: { min: 0, max: 10 } },
    ]);
    expect(content.scores.merit?.value).toBeNull();
  });

  it('refuses what is too long', () => {
    const { problems } = readReview(criteria, typed('5', 'а'.repeat(4001)));
    expect(problems).toEqual([{ field: 'comment-merit', problem: 'too_long', values: { max: 4000 } }]);
  });
});
