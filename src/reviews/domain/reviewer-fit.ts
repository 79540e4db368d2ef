/** What somebody said of an application before they were given any: the better, the earlier. */
export const BIDS = ['eager', 'can', 'rather_not'] as const;
export type Bid = (typeof BIDS)[number];

/** How near the nearest two fields of ISCED-F lie: the same detailed, narrow or broad one, or none of these. */
export const FIELD_FITS = ['detailed', 'narrow', 'broad', 'none'] as const;
export type FieldFit = (typeof FIELD_FITS)[number];

/** Why a reviewer suits an application, the most important first. */
export interface FitReasons {
  readonly bid: Bid | null;
  readonly field: FieldFit;
  readonly language: boolean;
}

/** Whoever said that they can goes before whoever said nothing, and they before whoever would rather not. */
const BID_STEPS: Readonly<Record<Bid | 'nothing', number>> = { eager: 0, can: 1, nothing: 2, rather_not: 3 };

/**
 * What a pair costs, of whole numbers: for one review a step of the bid outweighs every field, and a step of the field the
 * language. Whoever says no field is as one of another field.
 */
export function costOf({ bid, field, language }: FitReasons): number {
  const [bidStep, fieldStep, languageStep] = [8, 2, 1];
  return (
    BID_STEPS[bid ?? 'nothing'] * bidStep +
    FIELD_FITS.indexOf(field) * fieldStep +
    (language ? 0 : languageStep)
  );
}

/** By the digits that two codes share: four, three, two. */
export function fieldFit(ofReviewer: readonly string[], ofFile: readonly string[]): FieldFit {
  const shared = Math.max(0, ...ofReviewer.flatMap((one) => ofFile.map((other) => sharedDigits(one, other))));
  if (shared >= 4) return 'detailed';
  if (shared === 3) return 'narrow';
  return shared === 2 ? 'broad' : 'none';
}

function sharedDigits(one: string, other: string): number {
  let digits = 0;
  while (digits < one.length && one[digits] === other[digits]) digits += 1;
  return digits;
}
