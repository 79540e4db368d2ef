import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';
import type { ProblemLine } from '../views/gate-views.js';

export function problemMessage({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

export function errorsOf(problems: readonly FieldProblem[]): Readonly<Record<string, Message>> {
  return Object.fromEntries(problems.map((problem) => [problem.field, problemMessage(problem)]));
}

/** In the list of all faults each says of which field it is. */
export function problemLines(
  translator: Translator,
  language: Language,
  problems: readonly FieldProblem[],
): ProblemLine[] {
  return problems.map((problem) => {
    const { key, values } = problemMessage(problem);
    const label = `gates.fields.${problem.field.replace('-', '_')}`;
    const fault = translator.t(language, key, values);
    return {
      message: translator.has(language, label) ? `${translator.t(language, label)}: ${fault}` : fault,
      href: `#field-${problem.field}`,
    };
  });
}
