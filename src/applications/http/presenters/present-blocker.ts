import { conditionWords } from '../../../calls/public.js';
import type { Blocker } from '../../../shared/domain-error.js';
import type { OpenApplication } from '../own-application.js';
import type { ProblemView, Words } from '../views/applicant-views.js';

/** What is missing or not met, in words that name it, with the way to its control. */
export function presentBlocker(open: OpenApplication, blocker: Blocker): ProblemView {
  const { file, reader } = open;
  const { translator, language } = reader;
  const href = `/applications/${file.application.id}/${blocker.section}?from=check#field-${blocker.field}`;
  const condition = file.eligibility?.because.find(
    (each) => isOfCondition(blocker) && each.condition.kind === blocker.values?.condition,
  );
  if (condition) {
    return {
      message: {
        key: `applications.form.conditions.${condition.outcome}`,
        values: {
          condition: conditionWords(translator, language, condition.condition, open.conditionNames),
        },
      },
      href,
    };
  }
  const section = file.form.sections.find(({ id }) => id === blocker.section);
  const asked =
    section?.questions.find(({ id }) => id === blocker.field)?.label ??
    section?.documents.find(({ id }) => id === blocker.field)?.label;
  const what = asked ?? section?.title;
  // A consent has no short name of its own in the form; the page of one's consents names the purposes.
  const purpose = `web.consents.purposes.${blocker.field}`;
  return {
    message: {
      key: 'applications.form.problem_at',
      values: {
        label: translator.has(language, purpose)
          ? translator.t(language, purpose)
          : what
            ? translator.localized(language, what)
            : blocker.section,
        problem: translator.t(language, `blockers.${blocker.code}`, blocker.values),
      },
    },
    href,
  };
}

function isOfCondition({ code }: Blocker): boolean {
  return code === 'condition_not_met' || code === 'condition_unknown';
}

/** Conditions of the call that what was answered does not meet; of one page, or of all of them. */
export function presentUnmet(open: OpenApplication, section?: string): readonly ProblemView[] {
  return open.file.blockers
    .filter((blocker) => isUnmet(blocker) && (section === undefined || blocker.section === section))
    .map((blocker) => presentBlocker(open, blocker));
}

/** Words of a view as text. */
export function wordsOf({ translator, language }: OpenApplication['reader'], words: Words): string {
  return typeof words === 'string' ? words : translator.t(language, words.key, words.values);
}

export function isUnmet({ code }: Blocker): boolean {
  return code === 'condition_not_met';
}
