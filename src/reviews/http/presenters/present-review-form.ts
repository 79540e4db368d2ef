import type { Criterion } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';
import { COMMENT_MAX, OVERALL_MAX, RECOMMENDATIONS } from '../../domain/review-content.js';
import type { ReviewContent, TypedReview } from '../../domain/review-content.js';
import type { CriterionView, Field, Problem } from '../views/review-views.js';

/** For whom a form is written. */
interface FormReader {
  readonly translator: Translator;
  readonly language: Language;
}

/** With more values a number is typed sooner than found among buttons. */
const MOST_BUTTONS = 6;

export const EMPTY: TypedReview = { scores: {}, overall: '', recommendation: '' };

export function typedOf({ scores, overall, recommendation }: ReviewContent): TypedReview {
  return {
    scores: Object.fromEntries(
      Object.entries(scores).map(([id, { value, comment }]) => [
        id,
        { value: value === null ? '' : String(value), comment },
      ]),
    ),
    overall,
    recommendation: recommendation ?? '',
  };
}

export function criteriaOf(
  { translator, language }: FormReader,
  criteria: readonly Criterion[],
  content: TypedReview,
  problems: readonly FieldProblem[],
): readonly CriterionView[] {
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0);
  return criteria.map(({ id, label, guidance, weight, scale, anchors, comment }) => {
    const words = new Map(
      anchors.map((anchor) => [anchor.value, translator.localized(language, anchor.words)]),
    );
    const values = Array.from({ length: scale.max - scale.min + 1 }, (_each, index) => scale.min + index);
    const buttons = values.length <= MOST_BUTTONS;
    const score: Field = {
      kind: buttons ? 'radios' : 'number',
      name: `score-${id}`,
      label: { key: 'reviews.fields.score' },
      hint: { key: 'reviews.fields.scale', values: { min: scale.min, max: scale.max } },
      value: content.scores[id]?.value ?? '',
      width: 3,
      ...(buttons
        ? {
            options: values.map((value) => {
              const said = words.get(value);
              return { value: String(value), label: said ? `${value} – ${said}` : String(value) };
            }),
          }
        : {}),
      ...problem(`score-${id}`, problems),
    };
    return {
      label: translator.localized(language, label),
      guidance: guidance && translator.localized(language, guidance),
      weight: { key: 'reviews.fields.weight', values: { weight, total } },
      anchors: buttons ? [] : [...words].map(([value, text]) => ({ value: String(value), words: text })),
      fields: [
        score,
        {
          kind: 'textarea',
          name: `comment-${id}`,
          label: { key: 'reviews.fields.comment' },
          value: content.scores[id]?.comment ?? '',
          optional: comment === 'optional',
          rows: 4,
          maxCharacters: COMMENT_MAX,
          ...problem(`comment-${id}`, problems),
        },
      ],
    };
  });
}

export function overallFields(content: TypedReview, problems: readonly FieldProblem[]): readonly Field[] {
  return [
    {
      kind: 'textarea',
      name: 'overall',
      label: { key: 'reviews.fields.overall' },
      hint: { key: 'reviews.fields.overall_hint' },
      value: content.overall,
      rows: 8,
      maxCharacters: OVERALL_MAX,
      ...problem('overall', problems),
    },
    {
      kind: 'radios',
      name: 'recommendation',
      label: { key: 'reviews.fields.recommendation' },
      value: content.recommendation,
      options: RECOMMENDATIONS.map((value) => ({
        value,
        label: { key: `reviews.recommendations.${value}` },
      })),
      ...problem('recommendation', problems),
    },
  ];
}

export function reasonField(label: string, value: string, problems: readonly FieldProblem[]): Field {
  return {
    kind: 'textarea',
    name: 'reason',
    label: { key: label },
    value,
    rows: 4,
    ...problem('reason', problems),
  };
}

function problem(name: string, problems: readonly FieldProblem[]): { readonly error?: Message } {
  const found = problems.find(({ field }) => field === name);
  return found
    ? { error: { key: `problems.${found.problem}`, ...(found.values ? { values: found.values } : {}) } }
    : {};
}

/** What is wrong, with the criterion where it is: two of them have fields of the same name. */
export function problemsOf(
  { translator, language }: FormReader,
  criteria: readonly Criterion[],
  problems: readonly FieldProblem[],
): readonly Problem[] {
  return problems.map(({ field, problem: what, values }) => {
    const [, kind = '', id = ''] = /^(score|comment)-(.*)$/.exec(field) ?? [];
    const criterion = criteria.find((each) => each.id === id);
    const name = translator.t(language, `reviews.fields.${kind || field}`);
    return {
      message: {
        key: 'reviews.problem_at',
        values: {
          label: criterion ? `${translator.localized(language, criterion.label)}: ${name}` : name,
          problem: translator.t(language, `problems.${what}`, values),
        },
      },
      href: `#field-${field}`,
    };
  });
}
