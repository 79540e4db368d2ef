import { CALL_CATEGORIES } from './call.js';
import type { CallCategory } from './call.js';
import { itemIdsOf } from './form-reliance.js';
import { GENDER_QUESTION } from './gender.js';
import type { DocumentRequirement, FormDefinition, FormQuestion } from './form.js';
import { STANDARD_FORM } from './standard-form.js';

/**
 * What the programme knows by its name and this form does not ask: taken over as it is, it is understood by the conditions
 * of the call and by whatever else reads it. Those of the call's own category come first; last comes what no form asks of
 * itself.
 */
export function knownItems(
  form: FormDefinition,
  category: CallCategory,
): { readonly questions: readonly FormQuestion[]; readonly documents: readonly DocumentRequirement[] } {
  const asked = new Set(form.sections.flatMap((section) => [section.id, ...itemIdsOf(section)]));
  const categories = [category, ...CALL_CATEGORIES.filter((other) => other !== category)];
  const sections = categories.flatMap((each) => STANDARD_FORM(each).sections);
  const missing = <T extends { readonly id: string }>(items: readonly T[]) => [
    ...new Map(
      items
        .toReversed()
        .filter(({ id }) => !asked.has(id))
        .map((item) => [item.id, item] as const),
    ).values(),
  ];
  return {
    questions: [
      ...missing(sections.flatMap(({ questions }) => questions)).toReversed(),
      ...missing([GENDER_QUESTION]),
    ],
    documents: missing(sections.flatMap(({ documents }) => documents)).toReversed(),
  };
}
