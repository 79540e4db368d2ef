import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';

interface ShownProblems {
  /** At the top of the page, each a link to its field. */
  readonly lines: readonly { readonly message: string; readonly href: string }[];
  /** At the field. */
  errorOf(name: string): { readonly error?: Message };
}

/** What is wrong with a form, at its top and at each field; `labels` is where the names of the fields stand. */
export function problemsOf(
  translator: Translator,
  language: Language,
  problems: readonly FieldProblem[],
  labels: string,
): ShownProblems {
  const message = ({ problem, values }: FieldProblem): Message => ({
    key: `problems.${problem}`,
    ...(values ? { values } : {}),
  });
  return {
    lines: problems.map((problem) => {
      const { key, values } = message(problem);
      return {
        message: `${translator.t(language, `${labels}.${problem.field}`)}: ${translator.t(language, key, values)}`,
        href: `#field-${problem.field}`,
      };
    }),
    errorOf(name) {
      const problem = problems.find(({ field }) => field === name);
      return problem ? { error: message(problem) } : {};
    },
  };
}
