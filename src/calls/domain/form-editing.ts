import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { LocalizedText } from '../../shared/language.js';
import type {
  CoApplicantRule,
  ConsentText,
  DocumentRequirement,
  FormDefinition,
  FormQuestion,
  FormSection,
  ReferenceRequirement,
  VisibleIf,
} from './form.js';
import { CO_APPLICANTS_SECTION, REFERENCES_SECTION } from './form.js';
import { newItemId, newSectionId } from './form-ids.js';
import { itemIdsOf, relianceOn, relianceOnSection } from './form-reliance.js';
import { APPLYING_AS, asksForRoute } from './freemover.js';
import { isStatistical } from './gender.js';

/*
 * How a form is edited: pure functions from a form to a form. After any of them every id is there once, whatever is asked
 * only of some hangs on a question that stands before it, and what was not named stays as it was. What cannot be done is
 * refused; nothing is repaired silently.
 */

/** Kinds of sections that a form can get more of. The choice of places is there once, from the beginning. */
export const ADDED_SECTIONS = ['questions', 'documents', 'consents', 'references', 'co_applicants'] as const;
export type AddedSection = (typeof ADDED_SECTIONS)[number];

/** Those that are in a form once at most, under a name of their own, with the refusal of a second one. */
const ONCE: Readonly<Partial<Record<AddedSection, { readonly id: string; readonly refusal: string }>>> = {
  references: { id: REFERENCES_SECTION, refusal: 'one_references_section' },
  co_applicants: { id: CO_APPLICANTS_SECTION, refusal: 'one_co_applicants_section' },
};

/** Whether a form can get a section of this kind. */
export function takesSection({ sections }: FormDefinition, kind: AddedSection): boolean {
  return !ONCE[kind] || !sections.some((section) => section.kind === kind);
}

export type Step = 'up' | 'down';

export interface SectionWording {
  readonly title: LocalizedText;
  readonly intro?: LocalizedText;
  readonly visibleIf?: VisibleIf;
  readonly references?: ReferenceRequirement;
  readonly coApplicants?: CoApplicantRule;
}

export interface Added {
  readonly form: FormDefinition;
  readonly id: string;
}

export type NewQuestion = Omit<FormQuestion, 'id'>;
export type NewDocument = Omit<DocumentRequirement, 'id'>;
export type NewConsent = Omit<ConsentText, 'purpose' | 'version'>;

/** One thing that a form asks for, with the section in which it stands. */
export type FormItem =
  | { readonly kind: 'question'; readonly section: FormSection; readonly item: FormQuestion }
  | { readonly kind: 'document'; readonly section: FormSection; readonly item: DocumentRequirement }
  | { readonly kind: 'consent'; readonly section: FormSection; readonly item: ConsentText };

/** Bounds that no honest form comes near, so that none grows without end. */
export const MOST_SECTIONS = 20;
export const MOST_ITEMS = 60;

// Sections -----------------------------------------------------------------------------------------------------------

/** A new section, before the consents with which a form ends. */
export function addSection(form: FormDefinition, kind: AddedSection, wording: SectionWording): Added {
  if (form.sections.length >= MOST_SECTIONS) throw refused('form_full');
  const once = ONCE[kind];
  if (once && !takesSection(form, kind)) throw refused(once.refusal);
  const id = once?.id ?? newSectionId(form, wording.title);
  const section: FormSection = { id, kind, questions: [], documents: [], consents: [], ...wording };
  const end = form.sections.at(-1)?.kind === 'consents' ? form.sections.length - 1 : form.sections.length;
  return { form: withSections(form, form.sections.toSpliced(end, 0, section)), id };
}

/** What a section says of itself, and of whom it is asked. */
export function rewordSection(form: FormDefinition, id: string, wording: SectionWording): FormDefinition {
  const before = sectionOf(form, id);
  if (wording.visibleIf && relianceOnSection(form, before)) throw refused('asked_of_everybody');
  const { kind, questions, documents, consents } = before;
  const section: FormSection = { id, kind, questions, documents, consents, ...wording };
  return inOrder(withSection(form, section));
}

export function moveSection(form: FormDefinition, id: string, step: Step): FormDefinition {
  const at = form.sections.indexOf(sectionOf(form, id));
  return inOrder(withSections(form, moved(form.sections, at, step)));
}

/** Without a section and all that stands in it. What hung on one of its questions is asked of everybody. */
export function removeSection(form: FormDefinition, id: string): FormDefinition {
  const section = sectionOf(form, id);
  if (relianceOnSection(form, section)) throw refused('relied_on');
  const rest = withSections(
    form,
    form.sections.filter((each) => each !== section),
  );
  return detached(rest, itemIdsOf(section));
}

// Questions, documents, consents -------------------------------------------------------------------------------------

export function addQuestion(
  form: FormDefinition,
  sectionId: string,
  question: NewQuestion,
  /** Of a question that the programme knows by its name; made from the label where absent. */
  id: string = newItemId(form, question.label),
): Added {
  const section = roomIn(form, sectionId, 'questions', id);
  return added(form, { ...section, questions: [...section.questions, { ...question, id }] }, id);
}

export function addDocument(
  form: FormDefinition,
  sectionId: string,
  document: NewDocument,
  id: string = newItemId(form, document.label),
): Added {
  const section = roomIn(form, sectionId, 'documents', id);
  return added(form, { ...section, documents: [...section.documents, { ...document, id }] }, id);
}

export function addConsent(
  form: FormDefinition,
  sectionId: string,
  consent: NewConsent,
  today: string,
  purpose: string = newItemId(form, consent.text),
): Added {
  const section = roomIn(form, sectionId, 'consents', purpose);
  const whole: ConsentText = { ...consent, purpose, version: versionOf(consent.text, today) };
  return added(form, { ...section, consents: [...section.consents, whole] }, purpose);
}

/** The type of a question stays what it is: what depends on it was made for it. */
export function changeQuestion(
  form: FormDefinition,
  id: string,
  question: Omit<NewQuestion, 'type'>,
): FormDefinition {
  const found = itemOf(form, id);
  if (found.kind !== 'question') throw new DomainError('not_found');
  if (relianceOn(form, id) && (question.visibleIf || question.places)) throw refused('asked_of_everybody');
  const changed: FormQuestion = { ...question, id, type: found.item.type };
  const used = usedValues(form, id);
  if (changed.options && used.some((value) => !changed.options?.some((option) => option.value === value))) {
    throw new DomainError('invalid', { fields: [{ field: 'options', problem: 'option_in_use' }] });
  }
  const questions = found.section.questions.map((each) => (each.id === id ? changed : each));
  return inOrder(withSection(form, { ...found.section, questions }));
}

export function changeDocument(form: FormDefinition, id: string, document: NewDocument): FormDefinition {
  const found = itemOf(form, id);
  if (found.kind !== 'document') throw new DomainError('not_found');
  const documents = found.section.documents.map((each) => (each.id === id ? { ...document, id } : each));
  return inOrder(withSection(form, { ...found.section, documents }));
}

/** A consent in other words is another consent: its version says so. */
export function changeConsent(
  form: FormDefinition,
  purpose: string,
  consent: NewConsent,
  today: string,
): FormDefinition {
  const found = itemOf(form, purpose);
  if (found.kind !== 'consent') throw new DomainError('not_found');
  if (relianceOn(form, purpose) && !consent.required) throw refused('relied_on');
  const same = contentHash({ ...found.item.text }) === contentHash({ ...consent.text });
  const version = same ? found.item.version : versionOf(consent.text, today);
  const consents = found.section.consents.map((each) =>
    each.purpose === purpose ? { ...consent, purpose, version } : each,
  );
  return withSection(form, { ...found.section, consents });
}

/** One place up or down inside its section. */
export function moveItem(form: FormDefinition, id: string, step: Step): FormDefinition {
  const { section } = itemOf(form, id);
  const move = <T>(items: readonly T[], idOf: (item: T) => string) => {
    const at = items.findIndex((item) => idOf(item) === id);
    return at < 0 ? items : moved(items, at, step);
  };
  return inOrder(
    withSection(form, {
      ...section,
      questions: move(section.questions, (question) => question.id),
      documents: move(section.documents, (document) => document.id),
      consents: move(section.consents, (consent) => consent.purpose),
    }),
  );
}

/** Without a question, a document or a consent. What hung on it is asked of everybody. */
export function removeItem(form: FormDefinition, id: string): FormDefinition {
  const { section } = itemOf(form, id);
  if (relianceOn(form, id)) throw refused('relied_on');
  const rest = withSection(form, {
    ...section,
    questions: section.questions.filter((question) => question.id !== id),
    documents: section.documents.filter((document) => document.id !== id),
    consents: section.consents.filter(({ purpose }) => purpose !== id),
  });
  return detached(rest, [id]);
}

// What stands where --------------------------------------------------------------------------------------------------

/** @throws DomainError `not_found` */
export function sectionOf(form: FormDefinition, id: string): FormSection {
  const section = form.sections.find((each) => each.id === id);
  if (!section) throw new DomainError('not_found');
  return section;
}

/** @throws DomainError `not_found` */
export function itemOf(form: FormDefinition, id: string): FormItem {
  for (const section of form.sections) {
    const question = section.questions.find((each) => each.id === id);
    if (question) return { kind: 'question', section, item: question };
    const document = section.documents.find((each) => each.id === id);
    if (document) return { kind: 'document', section, item: document };
    const consent = section.consents.find(({ purpose }) => purpose === id);
    if (consent) return { kind: 'consent', section, item: consent };
  }
  throw new DomainError('not_found');
}

/** Something that is asked only of some, and the question that it hangs on. */
export interface Dependent {
  readonly kind: 'section' | 'question' | 'document';
  readonly id: string;
  readonly label: LocalizedText;
  readonly visibleIf: VisibleIf;
}

/** All that is asked only of some, in the order of the form. */
export function dependentsIn(form: FormDefinition): readonly Dependent[] {
  return form.sections.flatMap((section) => [
    ...hanging('section', section.id, section.title, section.visibleIf),
    ...section.questions.flatMap(({ id, label, visibleIf }) => hanging('question', id, label, visibleIf)),
    ...section.documents.flatMap(({ id, label, visibleIf }) => hanging('document', id, label, visibleIf)),
  ]);
}

function hanging(
  kind: Dependent['kind'],
  id: string,
  label: LocalizedText,
  visibleIf: VisibleIf | undefined,
): readonly Dependent[] {
  return visibleIf ? [{ kind, id, label, visibleIf }] : [];
}

/** What hangs on one of these questions. */
export function dependentsOn(form: FormDefinition, questions: readonly string[]): readonly Dependent[] {
  return dependentsIn(form).filter(({ visibleIf }) => questions.includes(visibleIf.question));
}

/**
 * The questions on whose answer something can hang that stands at this place: those before it whose answers are one of a
 * list. `at`: the id of a section, or of a question or document; null: at the end of `section`.
 */
export function questionsBefore(
  form: FormDefinition,
  at: { readonly section: string; readonly item: string | null },
): readonly FormQuestion[] {
  const place = form.sections.indexOf(sectionOf(form, at.section));
  const earlier = form.sections.slice(0, place).flatMap(({ questions }) => questions);
  const own = sectionOf(form, at.section).questions;
  const end = at.item === null ? own.length : own.findIndex(({ id }) => id === at.item);
  return [...earlier, ...own.slice(0, Math.max(0, end))].filter(hasListedAnswers);
}

/** The same for a whole section, which hangs on what was asked in the sections before it. */
export function questionsBeforeSection(form: FormDefinition, id: string | null): readonly FormQuestion[] {
  const end = id === null ? form.sections.length : form.sections.indexOf(sectionOf(form, id));
  return form.sections
    .slice(0, end)
    .flatMap(({ questions }) => questions)
    .filter(hasListedAnswers);
}

/** What is for statistics alone decides nothing. */
function hasListedAnswers(question: FormQuestion): boolean {
  return (question.type === 'choice' || question.type === 'country') && !isStatistical(question);
}

/** Whether a step can be made: there is somewhere to go, and nothing would stand before the question that it hangs on. */
export function canMove(form: FormDefinition, id: string, step: Step, of: 'section' | 'item'): boolean {
  const before = of === 'section' ? form.sections.map((section) => section.id) : idsBeside(form, id);
  const at = before.indexOf(id) + (step === 'up' ? -1 : 1);
  if (at < 0 || at >= before.length) return false;
  try {
    if (of === 'section') moveSection(form, id, step);
    else moveItem(form, id, step);
    return true;
  } catch {
    return false;
  }
}

function idsBeside(form: FormDefinition, id: string): readonly string[] {
  return itemIdsOf(itemOf(form, id).section);
}

// Inside -------------------------------------------------------------------------------------------------------------

function refused(reason: string): DomainError {
  return new DomainError('conflict', { reason });
}

function withSections(form: FormDefinition, sections: readonly FormSection[]): FormDefinition {
  return { ...form, sections };
}

function withSection(form: FormDefinition, section: FormSection): FormDefinition {
  return withSections(
    form,
    form.sections.map((each) => (each.id === section.id ? section : each)),
  );
}

function added(form: FormDefinition, section: FormSection, id: string): Added {
  return { form: inOrder(withSection(form, section)), id };
}

/** The section, if it takes one more item of this kind and name. */
function roomIn(
  form: FormDefinition,
  sectionId: string,
  kind: 'questions' | 'documents' | 'consents',
  id: string,
): FormSection {
  const section = sectionOf(form, sectionId);
  if (section.kind !== kind) throw new DomainError('not_found');
  const items = form.sections.flatMap(itemIdsOf);
  if (items.includes(id)) throw refused('already_asked');
  if (itemIdsOf(section).length >= MOST_ITEMS) throw refused('form_full');
  return section;
}

function moved<T>(items: readonly T[], at: number, step: Step): readonly T[] {
  const to = at + (step === 'up' ? -1 : 1);
  const [item, other] = [items[at], items[to]];
  if (item === undefined || other === undefined) return items;
  return items.with(at, other).with(to, item);
}

/** The form, if whatever hangs on a question, or on the choice of places, stands after it. */
function inOrder(form: FormDefinition): FormDefinition {
  const asked = new Set<string>();
  // Who applies as a freemover is not asked for an institution of the register.
  const route = asksForRoute(form);
  let chosen = false;
  const check = (visibleIf: VisibleIf | undefined) => {
    if (visibleIf && !asked.has(visibleIf.question)) throw refused('hangs_on_later_question');
  };
  for (const section of form.sections) {
    check(section.visibleIf);
    for (const question of section.questions) {
      check(question.visibleIf);
      if (question.places && !chosen) throw refused('hangs_on_later_question');
      if (question.institutionCountry === 'home' && route && !asked.has(APPLYING_AS)) {
        throw refused('hangs_on_later_question');
      }
      if (hasListedAnswers(question)) asked.add(question.id);
    }
    for (const document of section.documents) check(document.visibleIf);
    chosen ||= section.kind === 'choices';
  }
  return form;
}

/** The form in which nothing hangs on these questions any more. */
function detached(form: FormDefinition, questions: readonly string[]): FormDefinition {
  const free = <T extends { readonly visibleIf?: VisibleIf }>(part: T): T => {
    if (!part.visibleIf || !questions.includes(part.visibleIf.question)) return part;
    const { visibleIf: _gone, ...rest } = part;
    return rest as T;
  };
  return withSections(
    form,
    form.sections.map((section) => ({
      ...free(section),
      questions: section.questions.map(free),
      documents: section.documents.map(free),
    })),
  );
}

/** The answers to a question on which something hangs. */
function usedValues(form: FormDefinition, question: string): readonly string[] {
  return dependentsOn(form, [question]).flatMap(({ visibleIf }) => visibleIf.is);
}

function versionOf(text: LocalizedText, today: string): string {
  return `${today}.${contentHash({ ...text }).slice(0, 6)}`;
}
