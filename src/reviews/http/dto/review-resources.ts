import { ApiProperty } from '@nestjs/swagger';
import type { Criterion, SelectionRules } from '../../../calls/public.js';
import type { LocalizedText } from '../../../shared/language.js';
import type { AnonymousContent } from '../../domain/anonymous-file.js';
import { ASSIGNMENT_STATES } from '../../domain/assignment.states.js';
import type { AssignmentState } from '../../domain/assignment.states.js';
import { PANEL_PHASES } from '../../domain/panel.states.js';
import type { PanelPhase } from '../../domain/panel.states.js';
import { RECOMMENDATIONS } from '../../domain/review-content.js';
import type { Recommendation, ReviewContent } from '../../domain/review-content.js';
import type { ReviewRow } from '../../data/review.entity.js';
import type {
  AssessedName,
  AssignedReview,
  GivenReview,
  OpenReview,
  ReadableReviews,
} from '../../operations/read-reviews.js';

export class WordsResource {
  @ApiProperty({ description: 'Serbian, in Cyrillic' })
  sr: string;
  @ApiProperty({ description: 'Russian' })
  ru: string;
  @ApiProperty({ description: 'English' })
  en: string;
}

/** Under what those who assess know an application: never a name. */
export class CandidateResource {
  @ApiProperty({ nullable: true, type: String, description: 'Null where nobody is to know whose it is' })
  number: string | null;
  @ApiProperty({ nullable: true, type: Number, description: 'Within its call; says nothing of anybody' })
  pseudonym: number | null;
}

/** Somebody of the panel. */
export class AssessorResource {
  @ApiProperty()
  name: string;
  @ApiProperty({ description: 'BCP 47 tag of the name' })
  language: string;
}

export class ScoreResource {
  @ApiProperty()
  criterion: string;
  @ApiProperty({ nullable: true, type: Number })
  value: number | null;
  @ApiProperty()
  comment: string;
}

export class ReviewContentResource {
  @ApiProperty({ type: [ScoreResource] })
  scores: ScoreResource[];
  @ApiProperty()
  overall: string;
  @ApiProperty({ enum: RECOMMENDATIONS, nullable: true })
  recommendation: Recommendation | null;
}

export class ReviewDraftResource extends ReviewContentResource {
  @ApiProperty()
  savedAt: Date;
}

export class ReviewVersionResource extends ReviewContentResource {
  @ApiProperty()
  version: number;
  @ApiProperty({ description: 'Thousandths of 0..100' })
  points: number;
  @ApiProperty({ description: 'In which the page or the call of the API was when it was handed in' })
  language: string;
  @ApiProperty()
  submittedAt: Date;
  @ApiProperty({ nullable: true, type: String, description: 'Why it was said anew' })
  reason: string | null;
}

export class GivenReviewResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ nullable: true, type: AssessorResource })
  reviewer: AssessorResource | null;
  @ApiProperty({ type: [ReviewVersionResource], description: 'The newest first' })
  versions: ReviewVersionResource[];
}

export class CriterionResource {
  @ApiProperty()
  id: string;
  @ApiProperty({ type: WordsResource })
  label: WordsResource;
  @ApiProperty({ type: WordsResource, nullable: true, description: 'What to look at' })
  guidance: WordsResource | null;
  @ApiProperty({ description: 'Its part of the total is its weight among the sum of all' })
  weight: number;
  @ApiProperty()
  min: number;
  @ApiProperty()
  max: number;
  @ApiProperty({ enum: ['optional', 'required'], description: 'Whether a score needs words' })
  comment: 'optional' | 'required';
}

export class AssignedReviewResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: ASSIGNMENT_STATES })
  state: AssignmentState;
  @ApiProperty()
  stateSince: Date;
  @ApiProperty()
  dueAt: Date;
  @ApiProperty({ type: CandidateResource })
  candidate: CandidateResource;
  @ApiProperty({ description: 'Name of the call in addresses' })
  call: string;
  @ApiProperty({ format: 'uuid' })
  panel: string;
  @ApiProperty({ enum: PANEL_PHASES })
  phase: PanelPhase;
}

export class AssignedReviewsResource {
  @ApiProperty({ type: [AssignedReviewResource], description: 'The soonest due first' })
  items: AssignedReviewResource[];
}

export class OwnReviewResource extends AssignedReviewResource {
  @ApiProperty({
    format: 'uuid',
    nullable: true,
    type: String,
    description: 'What is assessed; null where it is read without names, by `/reviews/{id}/file`',
  })
  application: string | null;
  @ApiProperty({ type: [CriterionResource] })
  criteria: CriterionResource[];
  @ApiProperty({ type: ReviewDraftResource, nullable: true })
  draft: ReviewDraftResource | null;
  @ApiProperty({ type: [ReviewVersionResource], description: 'What was handed in, the newest first' })
  versions: ReviewVersionResource[];
  @ApiProperty({ type: [GivenReviewResource], description: 'Those of others that you may read' })
  others: GivenReviewResource[];
  @ApiProperty({ nullable: true, type: String, description: 'Why others’ are not shown, as a reason code' })
  othersWithheld: string | null;
}

export class ReadableReviewsResource {
  @ApiProperty({ type: CandidateResource })
  candidate: CandidateResource;
  @ApiProperty({ type: [GivenReviewResource] })
  items: GivenReviewResource[];
}

export class SavedDraftResource {
  @ApiProperty({ description: 'How often it was saved' })
  revision: number;
}

export class AmendedResource {
  @ApiProperty()
  version: number;
}

export class AnonymousTableResource {
  @ApiProperty({ type: [String] })
  columns: string[];
  @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'string' } } })
  rows: string[][];
}

export class AnonymousAnswerResource {
  @ApiProperty({ description: 'In the wording that the applicant saw' })
  label: string;
  @ApiProperty()
  shown: string;
  @ApiProperty({ type: AnonymousTableResource, nullable: true })
  table: AnonymousTableResource | null;
}

export class AnonymousSectionResource {
  @ApiProperty()
  title: string;
  @ApiProperty({ type: [AnonymousAnswerResource] })
  answers: AnonymousAnswerResource[];
}

export class AnonymousDocumentResource {
  @ApiProperty({ description: 'By which it is read: `/reviews/{id}/file/{requirement}`' })
  requirement: string;
  @ApiProperty()
  label: string;
  @ApiProperty({ description: 'One that is nobody’s' })
  fileName: string;
}

export class AnonymousFileResource {
  @ApiProperty({ type: CandidateResource })
  candidate: CandidateResource;
  @ApiProperty({ description: 'In which it was written' })
  language: string;
  @ApiProperty({ type: [AnonymousSectionResource] })
  sections: AnonymousSectionResource[];
  @ApiProperty({ type: [String], description: 'Places in the order of the applicant' })
  choices: string[];
  @ApiProperty({ type: [AnonymousDocumentResource] })
  documents: AnonymousDocumentResource[];
}

export const wordsResource = ({ sr, ru, en }: LocalizedText): WordsResource => ({ sr, ru, en });

export const candidateResource = ({ number, pseudonym }: AssessedName): CandidateResource => ({
  number,
  pseudonym,
});

export function assignedReviewResource({
  assignment,
  panel,
  call,
  name,
}: AssignedReview): AssignedReviewResource {
  const { id, state, stateSince, dueAt } = assignment;
  return {
    id,
    state,
    stateSince,
    dueAt,
    candidate: candidateResource(name),
    call: call.slug,
    panel: panel.id,
    phase: panel.phase,
  };
}

export function ownReviewResource(review: OpenReview): OwnReviewResource {
  const { assignment, anonymous, rules, draft, versions, others, othersWithheld } = review;
  return {
    ...assignedReviewResource(review),
    application: anonymous ? null : assignment.applicationId,
    criteria: rules.criteria.map(criterionResource),
    draft: draft && { ...contentResource(rules, draft.content), savedAt: draft.savedAt },
    versions: versions.map((version) => versionResource(rules, version)),
    others: others.map((given) => givenResource(rules, given)),
    othersWithheld,
  };
}

export function readableReviewsResource({ rules, name, given }: ReadableReviews): ReadableReviewsResource {
  return { candidate: candidateResource(name), items: given.map((each) => givenResource(rules, each)) };
}

export function anonymousFileResource(
  { name }: OpenReview,
  { language, sections, choices, documents }: AnonymousContent,
): AnonymousFileResource {
  return {
    candidate: candidateResource(name),
    language,
    sections: sections.map(({ title, answers }) => ({
      title,
      answers: answers.map(({ label, shown, table }) => ({
        label,
        shown,
        table: table ? { columns: [...table.columns], rows: table.rows.map((row) => [...row]) } : null,
      })),
    })),
    choices: choices.map(({ rank, place }) => `${rank}. ${place}`),
    documents: documents.map(({ requirement, label, fileName }) => ({ requirement, label, fileName })),
  };
}

function criterionResource({ id, label, guidance, weight, scale, comment }: Criterion): CriterionResource {
  return {
    id,
    label: wordsResource(label),
    guidance: guidance && wordsResource(guidance),
    weight,
    min: scale.min,
    max: scale.max,
    comment,
  };
}

function givenResource(
  rules: SelectionRules,
  { assignment, reviewer, versions }: GivenReview,
): GivenReviewResource {
  return {
    id: assignment.id,
    reviewer: reviewer && { name: reviewer.name, language: reviewer.language },
    versions: versions.map((version) => versionResource(rules, version)),
  };
}

function versionResource(rules: SelectionRules, row: ReviewRow): ReviewVersionResource {
  const { version, points, language, submittedAt, reason } = row;
  return { ...contentResource(rules, row.content), version, points, language, submittedAt, reason };
}

/** In the order in which the call asks. */
function contentResource(
  { criteria }: SelectionRules,
  { scores, overall, recommendation }: ReviewContent,
): ReviewContentResource {
  return {
    scores: criteria.map(({ id }) => ({
      criterion: id,
      value: scores[id]?.value ?? null,
      comment: scores[id]?.comment ?? '',
    })),
    overall,
    recommendation,
  };
}
