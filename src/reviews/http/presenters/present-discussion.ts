import type { Tag } from '../../../applications/public.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { SummaryRow } from '../../data/summary.entity.js';
import { outliers } from '../../domain/combine.js';
import { ENTRY_MAX, REMARK_MAX, SUMMARY_ANSWERS, SUMMARY_MAX } from '../../domain/discussion.js';
import type { SummaryAnswer } from '../../domain/discussion.js';
import { discussionsPolicy } from '../../domain/discussions.policy.js';
import type { NewsOfDiscussion, OpenDiscussion } from '../../operations/discuss-application.js';
import type {
  DiscussionHead,
  DiscussionView,
  EntryView,
  Named,
  SumUpView,
  SummaryView,
} from '../views/discussion-views.js';
import type { Field, NewsLine, Problem } from '../views/review-views.js';
import { combinedOf, pointsText, assessedName } from './present-reviews.js';
import type { ReviewReader } from './present-reviews.js';
import { phaseOf } from './present-panels.js';

/** What was typed in one of the forms of the page. */
export type TypedWords = Readonly<Record<string, string>>;

const ANSWERS: Readonly<Record<SummaryAnswer, Tag['kind']>> = {
  agree: 'leaf',
  agree_with_remark: 'sky',
  ask_change: 'brass',
};

export function discussionHref(panelId: Id, applicationId: Id): string {
  return `/reviews/panels/${panelId}/applications/${applicationId}/discussion`;
}

export function presentDiscussion(
  reader: ReviewReader,
  open: OpenDiscussion,
  typed: TypedWords,
  error: DomainError | null,
): DiscussionView {
  const { facts, given, summaries, feedback, answers, entries } = open;
  const may = (action: string) => discussionsPolicy.decide(reader.actor, action, facts).allowed;
  const problems = error?.fields ?? [];
  const [newest, ...earlier] = summaries;
  const points = given.flatMap(({ assignment, versions: [last] }) =>
    last ? [{ id: assignment.id, points: last.points }] : [],
  );
  const apart = new Set(outliers(points).map(({ id }) => id));
  return {
    head: headOf(reader, open),
    reviewsHref: `/reviews/panels/${facts.panelId}/applications/${facts.applicationId}/reviews`,
    problems: problemsOf(problems),
    note: noteOf(error),
    given: given.flatMap(({ assignment, versions: [last] }) =>
      last
        ? [
            {
              by: named(reader, open, assignment.reviewerId),
              points: pointsText(reader, last.points),
              recommendation: { key: `reviews.recommendations.${last.recommendation}` },
              standsOut: apart.has(assignment.id),
            },
          ]
        : [],
    ),
    combined: combinedOf(reader, open, given),
    summary: newest
      ? {
          newest: summaryOf(reader, open, newest),
          feedback: feedback && { text: feedback.text, lang: feedback.language },
          earlier: earlier.map((each) => summaryOf(reader, open, each)),
          answers: answers.map(({ memberId, answer, remark, language, answeredAt }) => ({
            by: named(reader, open, memberId),
            answer: { kind: ANSWERS[answer], text: { key: `reviews.summary.answers.${answer}` } },
            remark,
            lang: language,
            at: instant(reader, open, answeredAt),
          })),
        }
      : null,
    lead: facts.summariserId === null ? null : named(reader, open, facts.summariserId),
    sumUp: may('discussion.sum_up')
      ? {
          href: `/reviews/panels/${facts.panelId}/applications/${facts.applicationId}/summary`,
          text: { key: newest ? 'reviews.summary.write_again' : 'reviews.summary.write' },
        }
      : null,
    answerForm:
      newest && may('discussion.answer_summary')
        ? { version: newest.version, fields: answerFields(reader, typed, problems) }
        : null,
    entries: entries.map((entry): EntryView => ({
      id: entry.id,
      by: named(reader, open, entry.authorId),
      own: entry.authorId === reader.actor.personId,
      fresh: entry.fresh,
      at: instant(reader, open, entry.writtenAt),
      iso: entry.writtenAt.toISOString(),
      lang: entry.language,
      language: reader.translator.languageName(reader.language, entry.language),
      lines: entry.text.split('\n'),
      struckAt: entry.struckAt && instant(reader, open, entry.struckAt),
      strikes:
        entry.struckAt === null &&
        discussionsPolicy.decide(reader.actor, 'discussion.strike', { ...facts, authorId: entry.authorId })
          .allowed,
    })),
    form: may('discussion.write')
      ? [
          {
            kind: 'textarea',
            name: 'text',
            label: { key: 'reviews.discussion.fields.text' },
            hint: { key: 'reviews.discussion.fields.text_hint' },
            value: typed.text ?? '',
            rows: 5,
            maxCharacters: ENTRY_MAX,
            ...problem('text', problems),
          },
          languageField(reader, 'language', typed, problems),
        ]
      : null,
  };
}

export function presentSumUp(
  reader: ReviewReader,
  open: OpenDiscussion,
  typed: TypedWords | null,
  error: DomainError | null,
): SumUpView {
  const { draft, summaries, answers, rules, given, feedback } = open;
  const problems = error?.fields ?? [];
  const [newest] = summaries;
  // Another version begins with the words of the last one.
  const text = typed?.text ?? draft?.text ?? newest?.text ?? '';
  const told = typed?.feedback ?? draft?.feedback ?? feedback?.text ?? '';
  return {
    head: headOf(reader, open),
    problems: problemsOf(problems),
    note: error?.code === 'stale' ? { key: 'reviews.summary.stale' } : noteOf(error),
    combined: combinedOf(reader, open, given),
    revision: draft?.revision ?? 0,
    savedAt: draft && instant(reader, open, draft.savedAt),
    asked: answers.flatMap(({ memberId, answer, remark, language }) =>
      answer !== 'agree' && remark ? [{ by: named(reader, open, memberId), remark, lang: language }] : [],
    ),
    fields: [
      {
        kind: 'textarea',
        name: 'text',
        label: { key: 'reviews.summary.fields.text' },
        hint: { key: 'reviews.summary.fields.text_hint' },
        value: text,
        rows: 10,
        maxCharacters: SUMMARY_MAX,
        ...problem('text', problems),
      },
      ...(rules.review.feedback === 'summary'
        ? [
            {
              kind: 'textarea',
              name: 'feedback',
              label: { key: 'reviews.summary.fields.feedback' },
              hint: { key: 'reviews.summary.fields.feedback_hint' },
              value: told,
              rows: 6,
              maxCharacters: SUMMARY_MAX,
              ...problem('feedback', problems),
            } as const,
          ]
        : []),
      ...(newest
        ? [
            {
              kind: 'textarea',
              name: 'reason',
              label: { key: 'reviews.summary.fields.reason' },
              hint: { key: 'reviews.summary.fields.reason_hint' },
              value: typed?.reason ?? '',
              rows: 3,
              maxCharacters: REMARK_MAX,
              ...problem('reason', problems),
            } as const,
          ]
        : []),
      languageField(reader, 'language', typed ?? {}, problems),
    ],
  };
}

export function presentNews(reader: ReviewReader, news: readonly NewsOfDiscussion[]): readonly NewsLine[] {
  return news.map(({ panelId, applicationId, unread, name, call }) => ({
    href: discussionHref(panelId, applicationId),
    name: assessedName(name),
    call: reader.translator.localized(reader.language, call.title),
    unread: { key: 'reviews.discussion.unread', values: { count: unread } },
  }));
}

function headOf(reader: ReviewReader, { facts, panel, call, name }: OpenDiscussion): DiscussionHead {
  const { translator, language } = reader;
  return {
    href: discussionHref(facts.panelId, facts.applicationId),
    back: `/reviews/panels/${panel.id}`,
    panel: translator.localized(language, panel.name),
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    name: assessedName(name),
    phase: phaseOf(panel.phase),
  };
}

function summaryOf(reader: ReviewReader, open: OpenDiscussion, row: SummaryRow): SummaryView {
  return {
    version: row.version,
    by: named(reader, open, row.authorId),
    at: instant(reader, open, row.submittedAt),
    lang: row.language,
    text: row.text,
    reason: row.reason,
  };
}

function answerFields(
  reader: ReviewReader,
  typed: TypedWords,
  problems: readonly FieldProblem[],
): readonly Field[] {
  return [
    {
      kind: 'radios',
      name: 'answer',
      label: { key: 'reviews.summary.fields.answer' },
      value: typed.answer ?? '',
      options: SUMMARY_ANSWERS.map((value) => ({
        value,
        label: { key: `reviews.summary.options.${value}` },
      })),
      ...problem('answer', problems),
    },
    {
      kind: 'textarea',
      name: 'remark',
      label: { key: 'reviews.summary.fields.remark' },
      hint: { key: 'reviews.summary.fields.remark_hint' },
      value: typed.remark ?? '',
      rows: 3,
      optional: true,
      maxCharacters: REMARK_MAX,
      ...problem('remark', problems),
    },
    // Two forms on one page: their controls are told apart.
    languageField(reader, 'answer-language', typed, problems),
  ];
}

/** In which language somebody writes: that of the page, unless they say another. */
function languageField(
  { translator, language }: ReviewReader,
  name: string,
  typed: TypedWords,
  problems: readonly FieldProblem[],
): Field {
  return {
    kind: 'select',
    name,
    label: { key: 'reviews.discussion.fields.language' },
    value: typed[name] ?? language,
    options: LANGUAGES.map((value) => ({
      value,
      label: translator.languageName(value, value),
      lang: value,
    })),
    ...problem(name, problems),
  };
}

function named({ actor }: ReviewReader, { names }: OpenDiscussion, id: Id): Named {
  if (id === actor.personId) return { text: { key: 'reviews.discussion.you' } };
  const name = names.get(id);
  return name ? { text: name.name, lang: name.language } : { text: { key: 'reviews.discussion.somebody' } };
}

function instant({ translator, language }: ReviewReader, { call }: OpenDiscussion, at: Date): string {
  return translator.dateTime(language, at, call.timeZone);
}

function noteOf(error: DomainError | null) {
  return error && error.fields.length === 0 ? { key: `reasons.${error.reason}`, values: error.values } : null;
}

function problem(name: string, problems: readonly FieldProblem[]) {
  const found = problems.find(({ field }) => field === name);
  return found
    ? { error: { key: `problems.${found.problem}`, ...(found.values ? { values: found.values } : {}) } }
    : {};
}

function problemsOf(problems: readonly FieldProblem[]): readonly Problem[] {
  return problems.map(({ field, problem: what, values }) => ({
    message: { key: `problems.${what}`, ...(values ? { values } : {}) },
    href: `#field-${field}`,
  }));
}
