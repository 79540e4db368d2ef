import { ANSWERED_BY, conditionsOf } from './eligibility.js';
import type { ConditionKind } from './eligibility.js';
import type { FormDefinition, FormSection } from './form.js';
import { APPLYING_AS } from './freemover.js';
import { GENDER } from './gender.js';

/** Why a part of a form cannot be left out: who reads it. */
export type Reliance =
  /** Letters, receipts and worklists name the applicant by it. */
  | { readonly by: 'names' }
  /** The award letter, the invitation and the visa are made out by it. */
  | { readonly by: 'travel' }
  /** It says whose coordinator checks the application. */
  | { readonly by: 'home_institution' }
  /** It says whether the ministry takes the part of the home institution; in forms of calls that admit freemovers. */
  | { readonly by: 'freemovers' }
  /** Receipts and deadlines are sent to it. */
  | { readonly by: 'contact' }
  /** Without it nobody may process the application, or hand it to the host country. */
  | { readonly by: 'law' }
  /** A place is allocated by it. */
  | { readonly by: 'choices' }
  /** A condition of the call is answered by it. */
  | { readonly by: 'condition'; readonly condition: ConditionKind }
  /** A section in which something stands that is relied on. */
  | { readonly by: 'contents'; readonly item: string };

/**
 * The questions and consents that the programme reads by their names, whatever a call asks besides: `prefill.ts`,
 * `name-forms.ts`, the award letter, the transfer to the host country. They stay in every form, asked of everybody.
 */
export const RELIED_ON: Readonly<Record<string, Reliance>> = {
  native_family: { by: 'names' },
  native_given: { by: 'names' },
  passport_family: { by: 'travel' },
  passport_given: { by: 'travel' },
  birth_date: { by: 'travel' },
  citizenship: { by: 'travel' },
  home_institution: { by: 'home_institution' },
  email: { by: 'contact' },
  processing: { by: 'law' },
  cross_border_transfer: { by: 'law' },
};

/** Whether a question is asked of everybody, required and for the same eyes, in every form. */
export function isFixed(questionId: string): boolean {
  return Object.hasOwn(RELIED_ON, questionId) || questionId === APPLYING_AS;
}

/** Why a question, a document or a consent cannot be left out of this form; null: it can. */
export function relianceOn(form: FormDefinition, itemId: string): Reliance | null {
  const always = RELIED_ON[itemId];
  if (isFixed(itemId) && always) return always;
  if (itemId === APPLYING_AS) return { by: 'freemovers' };
  const asked = form.sections.flatMap(({ questions }) => questions.map(({ id }) => id));
  const condition = (form.eligibility ? conditionsOf(form.eligibility) : []).find(
    ({ kind }) => ANSWERED_BY[kind].find((id) => asked.includes(id)) === itemId,
  );
  return condition ? { by: 'condition', condition: condition.kind } : null;
}

/** Whether the values of this question's options are read, which therefore are what they are: levels, CEFR. */
export function hasReadOptions(questionId: string): boolean {
  return [...ANSWERED_BY.level, ...ANSWERED_BY.language, APPLYING_AS, GENDER].includes(questionId);
}

/** Why a section cannot be left out of this form; null: it can. */
export function relianceOnSection(form: FormDefinition, section: FormSection): Reliance | null {
  if (section.kind === 'choices') return { by: 'choices' };
  const relied = itemIdsOf(section).find((id) => relianceOn(form, id) !== null);
  return relied === undefined ? null : { by: 'contents', item: relied };
}

/** By the ids of its questions, documents and consents, in their order. */
export function itemIdsOf({ questions, documents, consents }: FormSection): readonly string[] {
  return [
    ...questions.map(({ id }) => id),
    ...documents.map(({ id }) => id),
    ...consents.map(({ purpose }) => purpose),
  ];
}
