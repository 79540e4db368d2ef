import { presentDeadline } from '../../../applications/public.js';
import type { Tag, Words } from '../../../applications/public.js';
import type { SelectionRules } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';
import { AWAITED } from '../../domain/assignment.states.js';
import type { AssignmentState } from '../../domain/assignment.states.js';
import type { AnonymousContent } from '../../domain/anonymous-file.js';
import { combine, outliers } from '../../domain/combine.js';
import type { Combined, GivenPoints } from '../../domain/combine.js';
import { missingIn, pointsOf } from '../../domain/review-content.js';
import type { ReviewContent, TypedReview } from '../../domain/review-content.js';
import { reviewsPolicy } from '../../domain/reviews.policy.js';
import type { Actor } from '../../../shared/actor.js';
import type {
  AssessedName,
  AssignedReview,
  GivenReview,
  OpenReview,
  ReadableReviews,
} from '../../operations/read-reviews.js';
import type {
  AnonymousFileView,
  AskView,
  CheckReviewView,
  GivenView,
  MyReviewsView,
  ReadableView,
  ReviewHead,
  ReviewLine,
  ReviewView,
} from '../views/review-views.js';
import { EMPTY, criteriaOf, overallFields, problemsOf, reasonField, typedOf } from './present-review-form.js';

/** For whom a page of reviews is written. */
export interface ReviewReader {
  readonly translator: Translator;
  readonly language: Language;
  readonly now: Date;
  readonly actor: Actor;
}

const KINDS: Readonly<Record<AssignmentState, Tag['kind']>> = {
  set_aside: 'grey',
  assigned: 'brass',
  accepted: 'sky',
  submitted: 'leaf',
  declined: 'grey',
  withdrawn: 'grey',
  replaced: 'grey',
};
export const stateOf = (state: AssignmentState): Tag => ({
  kind: KINDS[state],
  text: { key: `record_states.review.${state}` },
});

/** Under what an application is known to those who assess. */
export function assessedName({ number, pseudonym }: AssessedName): Words {
  if (number) return number;
  return pseudonym === null
    ? { key: 'reviews.candidate_unnumbered' }
    : { key: 'reviews.candidate', values: { number: String(pseudonym) } };
}

function readerFor(reader: ReviewReader, timeZone: string) {
  return { ...reader, zones: [timeZone] as [string] };
}

export function presentMine(
  reader: ReviewReader,
  reviews: readonly AssignedReview[],
  panels: boolean,
): Omit<MyReviewsView, 'news'> {
  const line = ({ assignment, panel, call, name }: AssignedReview): ReviewLine => ({
    href: `/reviews/${assignment.id}`,
    name: assessedName(name),
    call: reader.translator.localized(reader.language, call.title),
    state: stateOf(assignment.state),
    deadline: AWAITED.includes(assignment.state)
      ? presentDeadline(readerFor(reader, call.timeZone), assignment.dueAt)
      : null,
    next:
      panel.phase === 'bidding' && AWAITED.includes(assignment.state)
        ? { key: 'reviews.mine.opens_later' }
        : null,
  });
  return {
    waiting: reviews.filter(({ assignment }) => AWAITED.includes(assignment.state)).map(line),
    done: reviews.filter(({ assignment }) => !AWAITED.includes(assignment.state)).map(line),
    panelsHref: panels ? '/reviews/panels' : null,
  };
}

export function presentReviewHead(reader: ReviewReader, review: OpenReview): ReviewHead {
  const { assignment, call, panel, name } = review;
  const { translator, language } = reader;
  return {
    href: `/reviews/${assignment.id}`,
    name: assessedName(name),
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    panel: translator.localized(language, panel.name),
    state: stateOf(assignment.state),
    deadline: AWAITED.includes(assignment.state)
      ? presentDeadline(readerFor(reader, call.timeZone), assignment.dueAt)
      : null,
  };
}

export function presentReview(
  reader: ReviewReader,
  review: OpenReview,
  typed: TypedReview | null,
  error: DomainError | null,
): Omit<ReviewView, 'discussionHref'> {
  const head = presentReviewHead(reader, review);
  const { facts, assignment, rules, draft } = review;
  const may = (action: string) => reviewsPolicy.decide(reader.actor, action, facts);
  const write = may('review.write');
  const content = typed ?? (draft ? typedOf(draft.content) : EMPTY);
  const answer = may('review.answer');
  const others = review.others;
  const own = review.versions.length > 0 ? presentGiven(reader, review, ownOf(review), others) : null;
  return {
    head,
    fileHref: fileHref(reader, review),
    problems: problemsOf(reader, rules.criteria, error?.fields ?? []),
    note:
      error && error.code !== 'stale' && error.fields.length === 0
        ? { key: `reasons.${error.reason}`, values: error.values }
        : AWAITED.includes(assignment.state) && !write.allowed
          ? { key: `reasons.${write.reason}` }
          : null,
    answer: answer.allowed
      ? {
          accept: assignment.state === 'assigned' ? `${head.href}/accept` : null,
          decline: `${head.href}/decline`,
        }
      : null,
    form:
      write.allowed || (typed && own === null)
        ? {
            action: head.href,
            revision: draft?.revision ?? 0,
            stale: error?.code === 'stale',
            savedAt: draft ? instant(reader, review, draft.savedAt) : null,
            criteria: criteriaOf(reader, rules.criteria, content, error?.fields ?? []),
            fields: overallFields(content, error?.fields ?? []),
          }
        : null,
    own,
    amendHref: may('review.amend').allowed ? `${head.href}/amend` : null,
    others: {
      withheld: review.othersWithheld ? { key: `reasons.${review.othersWithheld}` } : null,
      reviews: others.map((each) => presentGiven(reader, review, each, [...others, ownOf(review)])),
      combined: review.othersWithheld ? null : combinedOf(reader, review, [...others, ownOf(review)]),
    },
  };
}

export function presentCheck(
  reader: ReviewReader,
  review: OpenReview,
  error: DomainError | null,
): CheckReviewView {
  const { draft, rules } = review;
  const content = draft?.content ?? { scores: {}, overall: '', recommendation: null };
  const href = `/reviews/${review.assignment.id}`;
  return {
    head: presentReviewHead(reader, review),
    missing: problemsOf(reader, rules.criteria, missingIn(rules.criteria, content)).map((problem) => ({
      ...problem,
      href: `${href}${problem.href ?? ''}`,
    })),
    review: draft
      ? presentContent(reader, review, content, {
          points: pointsOf(rules.criteria, content),
          at: draft.savedAt,
          language: reader.language,
        })
      : null,
    revision: draft?.revision ?? 0,
    problems:
      error?.code === 'stale'
        ? [{ message: { key: 'reviews.check.stale' } }]
        : error && error.fields.length === 0
          ? [{ message: { key: `reasons.${error.reason}`, values: error.values } }]
          : [],
  };
}

export function presentDecline(
  reader: ReviewReader,
  review: OpenReview,
  typed: string,
  error: DomainError | null,
): AskView {
  return {
    head: presentReviewHead(reader, review),
    problems: problemsOf(reader, [], error?.fields ?? []),
    note: null,
    action: `/reviews/${review.assignment.id}/decline`,
    version: 0,
    criteria: [],
    fields: [reasonField('reviews.fields.decline_reason', typed, error?.fields ?? [])],
  };
}

export function presentAmend(
  reader: ReviewReader,
  review: OpenReview,
  typed: (TypedReview & { readonly reason: string }) | null,
  error: DomainError | null,
): AskView {
  const [last] = review.versions;
  const content = typed ?? (last ? typedOf(last.content) : EMPTY);
  const problems = error?.fields ?? [];
  return {
    head: presentReviewHead(reader, review),
    problems: problemsOf(reader, review.rules.criteria, problems),
    note: error?.code === 'stale' ? { key: 'reviews.amend.stale' } : null,
    action: `/reviews/${review.assignment.id}/amend`,
    version: last?.version ?? 1,
    criteria: criteriaOf(reader, review.rules.criteria, content, problems),
    fields: [
      ...overallFields(content, problems),
      reasonField('reviews.fields.amend_reason', typed?.reason ?? '', problems),
    ],
  };
}

export function presentAnonymousFile(
  reader: ReviewReader,
  review: OpenReview,
  content: AnonymousContent,
): AnonymousFileView {
  const head = presentReviewHead(reader, review);
  return {
    head,
    sections: content.sections.map(({ title, answers }) => ({
      title,
      rows: answers.map(({ label, shown, table }) => ({
        label,
        value: shown,
        ...(table ? { table } : {}),
      })),
    })),
    choices: content.choices.map(({ rank, place }) => `${rank}. ${place}`),
    documents: content.documents.map(({ requirement, label, fileName }) => ({
      href: `${head.href}/file/${requirement}`,
      label,
      name: fileName,
    })),
    lang: content.language,
    withheld: [
      { key: 'reviews.file.withheld.names' },
      ...review.rules.review.anonymous
        .filter((part) => part !== 'names')
        .map((part) => ({ key: `reviews.file.withheld.${part}` })),
    ],
  };
}

function fileHref({ actor }: ReviewReader, { assignment, facts, anonymous }: OpenReview): string | null {
  if (!reviewsPolicy.decide(actor, 'review.read_file', facts).allowed) return null;
  return anonymous ? `/reviews/${assignment.id}/file` : `/applications/${assignment.applicationId}/review`;
}

function ownOf({ assignment, versions }: OpenReview): GivenReview {
  return { assignment, reviewer: null, versions };
}

/** What a review is presented by, whoever reads it. */
type Assessing = Pick<OpenReview, 'call' | 'rules'>;

function presentGiven(
  reader: ReviewReader,
  review: Assessing,
  { assignment, reviewer, versions }: GivenReview,
  all: readonly GivenReview[],
): GivenView {
  const [last, ...earlier] = versions;
  const points = all.flatMap((each) => {
    const newest = each.versions[0];
    return newest ? [{ id: each.assignment.id, points: newest.points }] : [];
  });
  const view = presentContent(
    reader,
    review,
    last?.content ?? { scores: {}, overall: '', recommendation: null },
    {
      points: last?.points ?? null,
      at: last?.submittedAt ?? assignment.stateSince,
      language: last?.language ?? reader.language,
    },
  );
  return {
    ...view,
    id: assignment.id,
    by: reviewer
      ? { text: reviewer.name, lang: reviewer.language }
      : { text: { key: 'reviews.given.yours' } },
    standsOut: outliers(points).some(({ id }) => id === assignment.id),
    reason: last?.reason ?? null,
    earlier: earlier.map((version) => ({
      version: version.version,
      at: instant(reader, review, version.submittedAt),
      points: pointsText(reader, version.points),
    })),
  };
}

function presentContent(
  reader: ReviewReader,
  review: Assessing,
  content: ReviewContent,
  given: { readonly points: number | null; readonly at: Date; readonly language: Language },
): GivenView {
  const { translator, language } = reader;
  return {
    id: 'own',
    by: { text: { key: 'reviews.given.yours' } },
    at: instant(reader, review, given.at),
    points: given.points === null ? '—' : pointsText(reader, given.points),
    standsOut: false,
    recommendation: content.recommendation
      ? { key: `reviews.recommendations.${content.recommendation}` }
      : { key: 'reviews.given.no_recommendation' },
    rows: review.rules.criteria.map(({ id, label, scale }) => {
      const score = content.scores[id];
      return {
        label: translator.localized(language, label),
        score: score?.value === null || score === undefined ? '—' : `${score.value} / ${scale.max}`,
        comment: score?.comment ?? '',
      };
    }),
    overall: content.overall,
    lang: given.language,
    reason: null,
    earlier: [],
  };
}

/** Where several are there: what they come to together, and how far they lie apart. */
export function combinedOf(
  reader: ReviewReader,
  { rules }: Assessing,
  reviews: readonly GivenReview[],
): Message | null {
  const found = togetherOf(
    rules,
    reviews.flatMap(({ assignment, versions }) => {
      const [last] = versions;
      return last ? [{ ...assignment, points: last.points }] : [];
    }),
  );
  if (!found || found.spread === null) return null;
  return {
    key: 'reviews.given.together',
    values: { points: pointsText(reader, found.points), spread: pointsText(reader, found.spread) },
  };
}

/** Of one application alone: whoever is measured by their other reviews is not in what one sees of one file. */
export function togetherOf(
  { combination: { method } }: Pick<SelectionRules, 'combination'>,
  given: readonly GivenPoints[],
): Combined | undefined {
  const [first] = given;
  const shown = method === 'normalised_mean' ? 'mean' : method;
  return first && combine(shown, given).get(first.applicationId);
}

/** Reviews of one application for whoever may read them and wrote none of them. */
export function presentReadable(
  reader: ReviewReader,
  open: ReadableReviews,
): Omit<ReadableView, 'discussionHref'> {
  const { panel, call, name, given } = open;
  const { translator, language } = reader;
  return {
    back: `/reviews/panels/${panel.id}`,
    panel: translator.localized(language, panel.name),
    call: translator.localized(language, call.title),
    name: assessedName(name),
    combined: combinedOf(reader, open, given),
    reviews: given.map((each) => presentGiven(reader, open, each, given)),
  };
}

/** Thousandths as points with two digits. */
export function pointsText(
  { translator, language }: Pick<ReviewReader, 'translator' | 'language'>,
  points: number,
): string {
  return translator.number(language, Math.round(points / 10) / 100);
}

function instant(reader: ReviewReader, { call }: Assessing, at: Date): string {
  return reader.translator.dateTime(reader.language, at, call.timeZone);
}
