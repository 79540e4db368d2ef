import type { DisplayName } from '../../../access/public.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Field, Named } from '../views/co-applicant-views.js';

/** Words that may be of any language: their script is all that is known of them. */
export function named(text: string): Named {
  return { text, lang: /\p{Script=Cyrillic}/u.test(text) ? 'und-Cyrl' : 'und-Latn' };
}

/** A name as its bearer writes it; to whoever reads another script, in Latin letters where these are known. */
export function nameFor(language: string, { name, language: own, latin }: DisplayName): Named {
  const cyrillic = language === 'ru' || language === 'sr-Cyrl';
  return !cyrillic && latin ? { text: latin, lang: 'und-Latn' } : { text: name, lang: own };
}

export function errorAt(problems: readonly FieldProblem[], name: string): Pick<Field, 'error'> {
  const found = problems.find(({ field }) => field === name);
  if (!found) return {};
  const key = `problems.${found.problem}`;
  return { error: found.values ? { key, values: found.values } : { key } };
}
