import type { CountryCode } from '../../shared/country.js';
import type { SelectionRules } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';
import { combine, grouped } from './combine.js';
import type { GivenPoints } from './combine.js';

/** What the panels of a call found of one application. */
export interface Standing {
  readonly applicationId: Id;
  /** Of 100, in thousandths, by the rule of the call; null before the first review. */
  readonly points: number | null;
  /** Whether it has as many reviews as the call promises, of each side where the sides are apart, and none is awaited. */
  readonly complete: boolean;
  readonly reviews: number;
  /** Between the highest and the lowest review, in thousandths; null where there are not two. */
  readonly spread: number | null;
}

/** A review that was handed in, or is awaited (`points` null). */
export interface ReviewOfCall {
  readonly applicationId: Id;
  readonly reviewerId: Id;
  /** Whose panel it is; null: the whole call's. */
  readonly side: CountryCode | null;
  readonly points: number | null;
}

export function standingsOf(
  { review, combination }: Pick<SelectionRules, 'review' | 'combination'>,
  sides: readonly CountryCode[],
  applicationIds: readonly Id[],
  reviews: readonly ReviewOfCall[],
): readonly Standing[] {
  const given = reviews.filter((each): each is ReviewOfCall & GivenPoints => each.points !== null);
  const combined = combine(combination.method, given);
  const of = grouped(reviews, ({ applicationId }) => applicationId);
  return applicationIds.map((applicationId) => {
    const theirs = of.get(applicationId) ?? [];
    const count = (side?: CountryCode) =>
      theirs.filter((each) => each.points !== null && (side === undefined || each.side === side)).length;
    const enough = review.bySide
      ? sides.every((side) => count(side) >= review.perApplication)
      : count() >= review.perApplication;
    const found = combined.get(applicationId);
    return {
      applicationId,
      points: found?.points ?? null,
      complete: enough && theirs.every(({ points }) => points !== null),
      reviews: found?.reviews ?? 0,
      spread: found?.spread ?? null,
    };
  });
}
