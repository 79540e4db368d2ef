import type { Message } from '../../../platform/http/page.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../views/review-views.js';
import type { ReviewReader } from './present-reviews.js';

const LABELS: Readonly<Record<string, string>> = {
  'name.sr': 'name_sr',
  'name.ru': 'name_ru',
  'name.en': 'name_en',
  loadLimit: 'load_limit',
  reason: 'withdraw_reason',
};

/** What is wrong with one field, beside it. */
export function wrong(name: string, error: DomainError | null): { readonly error?: Message } {
  const found = error?.fields.find(({ field }) => field === name);
  return found
    ? { error: { key: `problems.${found.problem}`, ...(found.values ? { values: found.values } : {}) } }
    : {};
}

/** A refusal that concerns no field. */
export function refusalOf(error: DomainError | null): Message | null {
  return error && error.fields.length === 0 ? { key: `reasons.${error.reason}`, values: error.values } : null;
}

/** All that is wrong, at the head of the page. */
export function problemsOf(
  { translator, language }: ReviewReader,
  error: DomainError | null,
  labels: Readonly<Record<string, string>> = LABELS,
): readonly Problem[] {
  return (error?.fields ?? []).map(({ field, problem, values }) => ({
    message: {
      key: 'reviews.problem_at',
      values: {
        label: translator.t(language, `reviews.fields.${labels[field] ?? field}`),
        problem: translator.t(language, `problems.${problem}`, values),
      },
    },
    href: `#field-${field}`,
  }));
}
