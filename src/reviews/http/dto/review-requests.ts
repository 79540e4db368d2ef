import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { Criterion } from '../../../calls/public.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { COMMENT_MAX, OVERALL_MAX, REASON_MAX, RECOMMENDATIONS } from '../../domain/review-content.js';
import type { Recommendation, TypedReview } from '../../domain/review-content.js';

/** More than any call has. */
const MOST_SCORES = 100;

export class AssignRequest {
  @ApiProperty({ format: 'uuid', description: 'Who is to assess it; a member of the panel' })
  @IsUUID()
  reviewer: string;
}

export class BecauseRequest {
  @ApiProperty({ maxLength: REASON_MAX })
  @MaxLength(REASON_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;
}

export class ScoreRequest {
  @ApiProperty({ example: 'quality', description: 'Id of a criterion of the call; each once' })
  @Matches(/^[a-z0-9_]{1,40}$/)
  @IsString()
  criterion: string;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'On the scale of the criterion' })
  @IsOptional()
  @IsInt()
  value?: number | null;

  @ApiPropertyOptional({ maxLength: COMMENT_MAX })
  @IsOptional()
  @MaxLength(COMMENT_MAX)
  @IsString()
  comment?: string;
}

/** A review as far as it is written: what is left out is emptied. */
export class ReviewRequest {
  @ApiProperty({ type: [ScoreRequest] })
  @ValidateNested({ each: true })
  @Type(() => ScoreRequest)
  @ArrayMaxSize(MOST_SCORES)
  @IsArray()
  scores: ScoreRequest[];

  @ApiPropertyOptional({ maxLength: OVERALL_MAX })
  @IsOptional()
  @MaxLength(OVERALL_MAX)
  @IsString()
  overall?: string;

  @ApiPropertyOptional({ enum: RECOMMENDATIONS, nullable: true })
  @IsOptional()
  @IsIn(RECOMMENDATIONS)
  recommendation?: Recommendation | null;
}

export class AmendRequest extends ReviewRequest {
  @ApiProperty({ maxLength: REASON_MAX, description: 'Why it is said anew; stays on record' })
  @MaxLength(REASON_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;
}

/**
 * What was sent, as the form of the page would send it.
 * @throws DomainError `invalid` where it scores what the call does not ask, or one thing twice: a program is told so, because
 * what it meant to say would be lost
 */
export function typedReview(criteria: readonly Criterion[], sent: ReviewRequest): TypedReview {
  const seen = new Set<string>();
  const problems: FieldProblem[] = [];
  for (const [index, { criterion }] of sent.scores.entries()) {
    const field = `scores.${index}.criterion`;
    if (!criteria.some(({ id }) => id === criterion)) problems.push({ field, problem: 'not_in_list' });
    else if (seen.has(criterion)) problems.push({ field, problem: 'duplicate_choice' });
    seen.add(criterion);
  }
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return {
    scores: Object.fromEntries(
      sent.scores.map(({ criterion, value, comment }) => [
        criterion,
        { value: value === null || value === undefined ? '' : String(value), comment: comment ?? '' },
      ]),
    ),
    overall: sent.overall ?? '',
    recommendation: sent.recommendation ?? '',
  };
}

/** A refusal of the rules in the names of the API: `scores.<criterion>.value` for what the form calls `score-<criterion>`. */
export function namedAsSent(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.fields.length === 0) return error;
  return new DomainError(error.code, {
    reason: error.reason,
    values: error.values,
    fields: error.fields.map((problem) => ({
      ...problem,
      field: problem.field
        .replace(/^score-(.+)$/, 'scores.$1.value')
        .replace(/^comment-(.+)$/, 'scores.$1.comment'),
    })),
  });
}
