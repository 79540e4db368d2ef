import type { Criterion } from '../../calls/public.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { MOST_POINTS } from './combine.js';

export const RECOMMENDATIONS = ['support', 'support_with_reservations', 'not_support'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];

export const COMMENT_MAX = 4000;
export const OVERALL_MAX = 8000;
export const REASON_MAX = 2000;

/** What a reviewer says of one criterion; a score that is not given yet is null. */
export type CriterionScore = { readonly value: number | null; readonly comment: string };

/** A review as it is written: by the ids of the criteria. Plain data that is kept as it is. */
export type ReviewContent = {
  readonly scores: Readonly<Record<string, CriterionScore>>;
  readonly overall: string;
  readonly recommendation: Recommendation | null;
};

/** As a form or a program sends it. */
export interface TypedReview {
  readonly scores: Readonly<Record<string, { readonly value: string; readonly comment: string }>>;
  readonly overall: string;
  readonly recommendation: string;
}

const tidy = (text: string) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim();

/**
 * What was typed, as far as it can be kept, and what cannot: a draft may be empty anywhere, but holds nothing that a review
 * could not. Criteria that the call does not have are left out.
 */
export function readReview(
  criteria: readonly Criterion[],
  typed: TypedReview,
): { readonly content: ReviewContent; readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const words = (field: string, text: string, max: number) => {
    const tidied = tidy(text);
    if (tidied.length > max) problems.push({ field, problem: 'too_long', values: { max } });
    return tidied;
  };
  const scores: Record<string, CriterionScore> = {};
  for (const { id, scale } of criteria) {
    const given = typed.scores[id];
    const written = (given?.value ?? '').trim();
    const value = /^\d{1,3}$/.test(written) ? Number(written) : null;
    const within = value !== null && value >= scale.min && value <= scale.max;
    if (written !== '' && !within) {
      problems.push({
        field: `score-${id}`,
        problem: 'out_of_range',
        values: { min: scale.min, max: scale.max },
      });
    }
    scores[id] = {
      value: within ? value : null,
      comment: words(`comment-${id}`, given?.comment ?? '', COMMENT_MAX),
    };
  }
  const recommendation = RECOMMENDATIONS.find((each) => each === typed.recommendation) ?? null;
  return {
    content: { scores, overall: words('overall', typed.overall, OVERALL_MAX), recommendation },
    problems,
  };
}

/** What a review still lacks before it can be handed in. */
export function missingIn(criteria: readonly Criterion[], content: ReviewContent): readonly FieldProblem[] {
  const missing: FieldProblem[] = [];
  for (const { id, comment } of criteria) {
    const score = content.scores[id];
    if (score === undefined || score.value === null)
      missing.push({ field: `score-${id}`, problem: 'required' });
    if (comment === 'required' && !score?.comment) {
      missing.push({ field: `comment-${id}`, problem: 'required' });
    }
  }
  if (!content.overall) missing.push({ field: 'overall', problem: 'required' });
  if (!content.recommendation) missing.push({ field: 'recommendation', problem: 'required_choice' });
  return missing;
}

/**
 * Points of a whole review: each score as a part of its scale, by the weights of the criteria. Of 100, in thousandths,
 * rounded half up; null while a score is missing.
 */
export function pointsOf(criteria: readonly Criterion[], content: ReviewContent): number | null {
  let numerator = 0n;
  let denominator = 1n;
  let weights = 0n;
  for (const { id, weight, scale } of criteria) {
    const value = content.scores[id]?.value ?? null;
    if (value === null) return null;
    const range = BigInt(scale.max - scale.min);
    // A sum of fractions without a rounding on the way.
    numerator = numerator * range + BigInt(weight) * BigInt(value - scale.min) * denominator;
    denominator *= range;
    weights += BigInt(weight);
  }
  if (weights === 0n) return null;
  const whole = denominator * weights;
  return Number((2n * BigInt(MOST_POINTS) * numerator + whole) / (2n * whole));
}
