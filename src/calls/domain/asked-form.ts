import type { Id } from '../../shared/ids.js';
import type { FormDefinition, FormQuestion, FormSection } from './form.js';
import { appliesAsFreemover, asksForRoute } from './freemover.js';

/** What decides which questions are asked: the answers so far, by section and question, and the chosen places. */
export interface GivenSoFar {
  readonly answers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly choices: readonly Id[];
}

type Conditional = Pick<FormQuestion, 'visibleIf' | 'places'>;

/**
 * The form as it is asked of one applicant: without the sections, questions and documents whose condition their answers do
 * not meet. A form without conditions is answered as it is. A page whose every question falls away falls away with them.
 */
export function askedForm(form: FormDefinition, given: GivenSoFar): FormDefinition {
  if (!isConditional(form)) return form;
  const asked = askedQuestions(form, given);
  return {
    ...form,
    sections: form.sections.flatMap((section): FormSection[] => {
      if (!isVisible(section, asked.answers)) return [];
      const questions = section.questions.filter(({ id }) => asked.ids.has(id));
      const documents = section.documents.filter((document) => isVisible(document, asked.answers));
      const emptied = (before: readonly unknown[], after: readonly unknown[]) =>
        before.length > 0 && after.length === 0;
      if (emptied(section.questions, questions) || emptied(section.documents, documents)) return [];
      return [{ ...section, questions, documents }];
    }),
  };
}

/** Whether the answer to anything decides what else is asked. */
function isConditional(form: FormDefinition): boolean {
  if (asksForRoute(form)) return true;
  return form.sections.some(
    ({ visibleIf, questions, documents }) =>
      visibleIf ||
      questions.some((question) => question.visibleIf ?? question.places) ||
      documents.some((document) => document.visibleIf),
  );
}

/** In the form's order, because a question hangs on earlier ones only; the answer of one that is not asked counts for nothing. */
function askedQuestions({ sections }: FormDefinition, { answers, choices }: GivenSoFar) {
  const ids = new Set<string>();
  const counting = new Map<string, string>();
  for (const section of sections) {
    if (!isVisible(section, counting)) continue;
    for (const question of section.questions) {
      if (!isVisible(question, counting)) continue;
      // A freemover is of no institution that could be found in the register.
      if (question.institutionCountry === 'home' && appliesAsFreemover(counting)) continue;
      if (question.places && !question.places.some((place) => choices.includes(place))) continue;
      ids.add(question.id);
      const answer = answers[section.id]?.[question.id];
      if (answer) counting.set(question.id, answer);
    }
  }
  return { ids, answers: counting };
}

function isVisible({ visibleIf }: Conditional, answers: ReadonlyMap<string, string>): boolean {
  return visibleIf === undefined || visibleIf.is.includes(answers.get(visibleIf.question) ?? '');
}

/**
 * The questions of a page as it is shown: those that are asked, and those that would be asked by another answer on this
 * very page, which stand there with a note on when they apply. What hangs on another page is shown once it is asked.
 */
export function questionsOnPage(
  form: FormDefinition,
  section: FormSection,
  given: GivenSoFar,
): readonly { readonly question: FormQuestion; readonly asked: boolean }[] {
  const here = new Map(section.questions.map((question) => [question.id, question]));
  const { ids } = askedQuestions(form, given);
  const isShown = (question: FormQuestion): boolean => {
    if (ids.has(question.id)) return true;
    if (question.places && !question.places.some((place) => given.choices.includes(place))) return false;
    const parent = question.visibleIf && here.get(question.visibleIf.question);
    return parent !== undefined && isShown(parent);
  };
  return section.questions.filter(isShown).map((question) => ({ question, asked: ids.has(question.id) }));
}
