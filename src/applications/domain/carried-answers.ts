import type { FormDefinition, FormQuestion } from '../../calls/public.js';
import { readAnswers } from './answers.js';
import type { Answers } from './answers.js';

/** What becomes of the answers to one version of a form in another. */
export interface CarriedAnswers {
  /** By section of the new form; only those that hold something. */
  readonly sections: ReadonlyMap<string, Answers>;
  /** Questions of the old form that were answered, and whose answer does not fit any more. */
  readonly lost: readonly FormQuestion[];
}

/**
 * The answers that still fit: to a question of the same name and type, wherever it stands now, as far as the new form would
 * take them. The choice of places is carried over as it is.
 */
export function carriedAnswers(
  from: FormDefinition,
  to: FormDefinition,
  answered: ReadonlyMap<string, Answers>,
  today: string,
): CarriedAnswers {
  const before = new Map(
    from.sections.flatMap(({ questions }) => questions.map((each) => [each.id, each] as const)),
  );
  const given = new Map<string, string>();
  for (const { id, kind } of from.sections) {
    if (kind === 'choices') continue;
    for (const [question, answer] of Object.entries(answered.get(id) ?? {})) given.set(question, answer);
  }
  const sections = new Map<string, Answers>();
  const carried = new Set<string>();
  for (const section of to.sections) {
    if (section.kind === 'choices') {
      const same = from.sections.find(({ id, kind }) => kind === 'choices' && id === section.id);
      const answers = same && answered.get(same.id);
      if (answers) sections.set(section.id, answers);
      continue;
    }
    const typed = Object.fromEntries(
      section.questions.flatMap(({ id, type }) => {
        const answer = given.get(id);
        return answer !== undefined && before.get(id)?.type === type ? [[id, answer]] : [];
      }),
    );
    const { answers } = readAnswers(section, typed, today);
    if (Object.keys(answers).length > 0) sections.set(section.id, answers);
    for (const id of Object.keys(answers)) carried.add(id);
  }
  return {
    sections,
    lost: [...before.values()].filter(({ id }) => given.has(id) && !carried.has(id)),
  };
}
