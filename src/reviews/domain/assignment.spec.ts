import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WORST_FIT, proposeAssignment } from './assignment.js';
import type { FileToAssess, FreeReviewer, ProposedReview } from './assignment.js';

const COUNTRIES = ['RS', 'RU'];
const REVIEWERS = ['r1', 'r2', 'r3'];
const FILES = ['f1', 'f2', 'f3'];

interface Case {
  readonly reviewers: readonly FreeReviewer[];
  readonly files: readonly FileToAssess[];
  readonly fits: Readonly<Record<string, number | null>>;
}

const aCase: fc.Arbitrary<Case> = fc.record({
  reviewers: fc.tuple(
    ...REVIEWERS.map((id) =>
      fc.record({
        id: fc.constant(id),
        country: fc.constantFrom(...COUNTRIES),
        given: fc.nat(2),
        room: fc.option(fc.nat(3)),
      }),
    ),
  ),
  files: fc.tuple(
    ...FILES.map((id) =>
      fc.record({ id: fc.constant(id), lacks: fc.nat(3), countries: fc.subarray([...COUNTRIES]) }),
    ),
  ),
  fits: fc
    .tuple(...REVIEWERS.flatMap(() => FILES.map(() => fc.option(fc.integer({ min: 0, max: WORST_FIT })))))
    .map((fits) =>
      Object.fromEntries(
        REVIEWERS.flatMap((reviewer, row) =>
          FILES.map((file, column) => [`${reviewer}${file}`, fits[row * FILES.length + column] ?? null]),
        ),
      ),
    ),
});

function fitOf({ fits }: Case) {
  return (reviewer: { readonly id: string }, file: { readonly id: string }) =>
    fits[`${reviewer.id}${file.id}`] ?? null;
}

/** What is better, the most important first. */
function worth({ reviewers, files, fits }: Case, reviews: readonly ProposedReview[]): readonly number[] {
  const covered = files.flatMap(({ id, countries }) =>
    countries.filter((country) =>
      reviews.some(
        ({ applicationId, reviewerId }) =>
          applicationId === id && reviewers.find((one) => one.id === reviewerId)?.country === country,
      ),
    ),
  );
  const loads = reviewers.map(
    ({ id, given }) => given + reviews.filter(({ reviewerId }) => reviewerId === id).length,
  );
  const fit = reviews.reduce(
    (sum, { applicationId, reviewerId }) => sum + (fits[`${reviewerId}${applicationId}`] ?? 0),
    0,
  );
  return [reviews.length, covered.length, -loads.reduce((sum, load) => sum + load * load, 0), -fit];
}

function allowed({ reviewers, files }: Case, reviews: readonly ProposedReview[]): boolean {
  return (
    reviewers.every(
      ({ id, room }) => reviews.filter(({ reviewerId }) => reviewerId === id).length <= (room ?? Infinity),
    ) &&
    files.every(
      ({ id, lacks }) => reviews.filter(({ applicationId }) => applicationId === id).length <= lacks,
    )
  );
}

function bestOf(some: Case): readonly number[] {
  const pairs = some.reviewers.flatMap((reviewer) =>
    some.files.flatMap((file) =>
      fitOf(some)(reviewer, file) === null ? [] : [{ applicationId: file.id, reviewerId: reviewer.id }],
    ),
  );
  let best: readonly number[] = [-1];
  for (let some_ = 0; some_ < 1 << pairs.length; some_++) {
    const reviews = pairs.filter((_, index) => (some_ >> index) & 1);
    if (!allowed(some, reviews)) continue;
    const value = worth(some, reviews);
    const at = value.findIndex((part, index) => part !== best[index]);
    if (at >= 0 && (value[at] ?? 0) > (best[at] ?? -Infinity)) best = value;
  }
  return best;
}

describe('the proposal of reviewers', () => {
  it('is worth as much as the best of all that are allowed', () => {
    fc.assert(
      fc.property(aCase, (some) => {
        const { reviews } = proposeAssignment(some.reviewers, some.files, fitOf(some));
        expect(allowed(some, reviews)).toBe(true);
        expect(
          reviews.every(
            ({ reviewerId, applicationId }) => some.fits[`${reviewerId}${applicationId}`] !== null,
          ),
        ).toBe(true);
        expect(new Set(reviews.map((one) => JSON.stringify(one))).size).toBe(reviews.length);
        expect(worth(some, reviews)).toEqual(bestOf(some));
      }),
      { numRuns: 1_500 },
    );
  }, 120_000);

  it('does not hang on the order in which anybody is named', () => {
    fc.assert(
      fc.property(aCase, (some) => {
        expect(
          proposeAssignment([...some.reviewers].reverse(), [...some.files].reverse(), fitOf(some)),
        ).toEqual(proposeAssignment(some.reviewers, some.files, fitOf(some)));
      }),
    );
  });

  it('tells exactly what it could not satisfy', () => {
    fc.assert(
      fc.property(aCase, (some) => {
        const { reviews, unmet } = proposeAssignment(some.reviewers, some.files, fitOf(some));
        for (const file of some.files.filter(({ lacks }) => lacks > 0)) {
          const own = reviews.filter(({ applicationId }) => applicationId === file.id);
          const told = unmet.find(({ applicationId }) => applicationId === file.id);
          expect(told?.missing ?? 0).toBe(file.lacks - own.length);
          // Whoever could and is not full would have been taken.
          if (told && told.missing > 0)
            expect(told.apart + told.full + own.length).toBe(some.reviewers.length);
        }
      }),
    );
  });

  it('names of a file that nobody may assess how many stand apart, and who has too much', () => {
    const reviewer = (id: string, room: number | null) => ({ id, country: 'RS', given: 0, room });
    const file = (id: string, countries: readonly string[] = []) => ({ id, lacks: 1, countries });
    const { reviews, unmet } = proposeAssignment(
      [reviewer('bound', null), reviewer('busy', 1)],
      [file('one', ['RU']), file('two'), file('three')],
      ({ id }) => (id === 'bound' ? null : 0),
    );
    expect(reviews).toHaveLength(1);
    const given = reviews[0]?.applicationId;
    expect(unmet.filter(({ applicationId }) => applicationId !== given)).toEqual(
      ['one', 'three', 'two']
        .filter((id) => id !== given)
        .map((applicationId) => ({
          applicationId,
          missing: 1,
          countries: applicationId === 'one' ? ['RU'] : [],
          apart: 1,
          full: 1,
        })),
    );
  });

  it('is found for a whole panel at once', () => {
    const reviewers = Array.from({ length: 40 }, (_, index) => ({
      id: `r${index}`,
      country: COUNTRIES[index % 2] ?? '',
      given: index % 3,
      room: 30,
    }));
    const files = Array.from({ length: 300 }, (_, index) => ({
      id: `f${index}`,
      lacks: 3,
      countries: COUNTRIES,
    }));
    const { reviews, unmet } = proposeAssignment(reviewers, files, (reviewer, file) => {
      const number = (Number(reviewer.id.slice(1)) * 31 + Number(file.id.slice(1)) * 17) % 101;
      return number > 90 ? null : number;
    });
    expect(reviews).toHaveLength(900);
    expect(unmet).toEqual([]);
  }, 60_000);
});
