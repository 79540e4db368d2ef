import type { Message } from '../../../platform/http/page.js';
import type { LocalizedText } from '../../../shared/language.js';
import {
  ADDED_SECTIONS,
  canMove,
  dependentsOn,
  itemOf,
  sectionOf,
  takesSection,
} from '../../domain/form-editing.js';
import type { FormItem } from '../../domain/form-editing.js';
import { itemIdsOf, relianceOn, relianceOnSection } from '../../domain/form-reliance.js';
import type { Reliance } from '../../domain/form-reliance.js';
import { knownItems } from '../../domain/known-items.js';
import { sensitivityOf } from '../../domain/form-sensitivity.js';
import type {
  DocumentRequirement,
  FormDefinition,
  FormQuestion,
  FormSection,
  VisibleIf,
} from '../../domain/form.js';
import type { Reader } from '../presenters/present-call-card.js';
import type {
  AddPage,
  FormPage,
  ItemRow,
  Moves,
  RemovePage,
  SectionCard,
  Written,
} from './composer-views.js';
import type { Editor } from './editor-shell.js';
import { problemWords, writtenTitle } from './editor-words.js';
import { QUESTION_TYPES } from './read-item-entry.js';

const LANGUAGES_OF_TEXT = ['sr', 'ru', 'en'] as const;

/** A consent is called by so much of its words, in characters. */
const LABEL_OF_CONSENT = 90;

/** Where the page of a part of the form is. */
export const formHref = (editor: Pick<Editor, 'href'>) => `${editor.href}/form`;
export const sectionHref = (editor: Pick<Editor, 'href'>, id: string) => `${formHref(editor)}/sections/${id}`;
export const itemHref = (editor: Pick<Editor, 'href'>, id: string) => `${formHref(editor)}/items/${id}`;

/** The whole form, as it is composed: what is asked in which order, of whom, for whose eyes. */
export function presentForm(editor: Editor): FormPage {
  const { form } = editor;
  return {
    editor,
    problems: [],
    stale: null,
    sections: form.sections.map((section, index) => sectionCard(editor, section, index + 1)),
    addHref: `${formHref(editor)}/add-section`,
    previewHref: `${editor.href}/preview`,
    faults: editor.problems
      .filter(({ field }) => field === 'form')
      .map((problem) => ({ message: problemWords(problem), href: null })),
  };
}

function sectionCard(editor: Editor, section: FormSection, number: number): SectionCard {
  const { form, reader, editable } = editor;
  const reliance = relianceOnSection(form, section);
  const href = sectionHref(editor, section.id);
  const addable = hasItems(section.kind) ? section.kind : null;
  return {
    id: section.id,
    number,
    title: writtenTitle(reader, section.title),
    kind: { key: `calls.composer.sections.${section.kind}` },
    facts: [
      ...visibleIfFact(form, reader, section.visibleIf),
      ...referenceFacts(section),
      ...coApplicantFacts(section),
      ...missingWords(reader, [section.title, ...(section.intro ? [section.intro] : [])]),
    ],
    href,
    moves: moves(editor, section.id, 'section'),
    removeHref: editable && !reliance ? `${href}/remove` : null,
    kept: reliance ? reliedOn(editor, reliance) : null,
    faults: faultsAt(editor, (field) => field === `form.${section.id}` || isOfSection(field, section.id)),
    items: itemIdsOf(section).map((id) => itemRow(editor, itemOf(form, id))),
    add: editable && addable ? { href: `${href}/add`, text: { key: `calls.composer.add.${addable}` } } : null,
    empty: addable && itemIdsOf(section).length === 0 ? { key: `calls.composer.empty.${addable}` } : null,
  };
}

/** A problem of the section itself, and not of a question in it: `form.study.title`. */
function isOfSection(field: string, id: string): boolean {
  return ['title', 'intro', 'visibleIf'].some((part) => field === `form.${id}.${part}`);
}

function itemRow(editor: Editor, found: FormItem): ItemRow {
  const { form, reader, editable } = editor;
  const id = found.kind === 'consent' ? found.item.purpose : found.item.id;
  const reliance = relianceOn(form, id);
  const href = itemHref(editor, id);
  const hanging = found.kind === 'consent' ? undefined : found.item.visibleIf;
  return {
    id,
    label: labelOf(reader, found),
    optional: !found.item.required,
    type: typeOf(found),
    facts: [...factsOf(reader, found), ...missingWords(reader, wordingsOf(found))],
    visibleIf: visibleIfFact(form, reader, hanging)[0] ?? null,
    href,
    moves: moves(editor, id, 'item'),
    removeHref: editable && !reliance ? `${href}/remove` : null,
    kept: reliance ? reliedOn(editor, reliance) : null,
    faults: faultsAt(
      editor,
      (field) =>
        field === `form.${found.section.id}.${id}` || field.startsWith(`form.${found.section.id}.${id}.`),
    ),
  };
}

/** What a thing is called on the page: its label, or the beginning of a consent's words. */
export function labelOf(reader: Reader, found: FormItem): Written {
  if (found.kind !== 'consent') return writtenTitle(reader, found.item.label);
  const { text, lang } = writtenTitle(reader, found.item.text);
  const end = text.lastIndexOf(' ', LABEL_OF_CONSENT);
  return { text: text.length > LABEL_OF_CONSENT && end > 0 ? `${text.slice(0, end)} …` : text, lang };
}

function typeOf(found: FormItem): Message {
  switch (found.kind) {
    case 'question':
      return { key: `calls.composer.types.${found.item.type}` };
    case 'document':
      return { key: 'calls.composer.types.document' };
    case 'consent':
      return { key: 'calls.composer.types.consent' };
  }
}

function factsOf(reader: Reader, found: FormItem): readonly Message[] {
  switch (found.kind) {
    case 'question':
      return questionFacts(reader, found.item);
    case 'document':
      return documentFacts(found.item);
    case 'consent':
      return [{ key: 'calls.composer.facts.version', values: { version: found.item.version } }];
  }
}

function questionFacts({ translator, language }: Reader, question: FormQuestion): readonly Message[] {
  const { maxWords, maxLength, min, max, options, columns, frozenDaysBeforeClose, places } = question;
  const number = (value: number) => translator.number(language, value);
  return [
    ...(maxWords ? [counted('max_words', maxWords)] : []),
    ...(maxLength && question.type !== 'email' ? [counted('max_length', maxLength)] : []),
    ...(min !== undefined && max !== undefined
      ? [{ key: 'calls.composer.facts.between', values: { min: number(min), max: number(max) } }]
      : []),
    ...(options ? [counted('options', options.length)] : []),
    ...(columns ? [counted('columns', columns.length)] : []),
    ...(question.identifier ? [{ key: `calls.composer.identifiers.${question.identifier}` }] : []),
    ...(question.dateRange ? [{ key: `calls.composer.date_ranges.${question.dateRange}` }] : []),
    ...(places ? [counted('places', places.length)] : []),
    ...(frozenDaysBeforeClose === undefined ? [] : [counted('frozen', frozenDaysBeforeClose)]),
    ...eyes(question),
  ];
}

function documentFacts(document: DocumentRequirement): readonly Message[] {
  return [
    ...(document.dueDaysAfterClose === undefined ? [] : [counted('due', document.dueDaysAfterClose)]),
    ...(document.translation ? [{ key: `calls.composer.translations.${document.translation}` }] : []),
    ...(document.legalisation ? [{ key: 'calls.composer.facts.legalisation' }] : []),
    ...(document.waivable ? [{ key: 'calls.composer.facts.waivable' }] : []),
    ...eyes(document),
  ];
}

/** Kinds of sections in which something stands that is asked one by one. */
function hasItems(kind: FormSection['kind']): kind is 'questions' | 'documents' | 'consents' {
  return kind === 'questions' || kind === 'documents' || kind === 'consents';
}

function coApplicantFacts({ coApplicants }: FormSection): readonly Message[] {
  if (!coApplicants) return [];
  const { min, max } = coApplicants;
  return [{ key: 'calls.composer.facts.co_applicants', values: { min, count: max } }];
}

function referenceFacts({ references }: FormSection): readonly Message[] {
  if (!references) return [];
  return [
    {
      key: 'calls.composer.facts.references',
      values: { min: references.min, count: references.max },
    },
    ...(references.confidential ? [{ key: 'calls.references.confidential' }] : []),
  ];
}

function eyes(asked: FormQuestion | DocumentRequirement): readonly Message[] {
  const sensitivity = sensitivityOf(asked);
  return sensitivity === 'open' ? [] : [{ key: `calls.composer.eyes_short.${sensitivity}` }];
}

const counted = (fact: string, count: number): Message => ({
  key: `calls.composer.facts.${fact}`,
  values: { count },
});

function wordingsOf(found: FormItem): readonly LocalizedText[] {
  if (found.kind === 'consent') return [found.item.text];
  const { label, hint } = found.item;
  const options = found.kind === 'question' ? (found.item.options ?? []) : [];
  const columns = found.kind === 'question' ? (found.item.columns ?? []) : [];
  return [
    label,
    ...(hint ? [hint] : []),
    ...options.map((option) => option.label),
    ...columns.flatMap((column) => [column.label, ...(column.options ?? []).map((option) => option.label)]),
  ];
}

/** Languages in which one of the texts is not written yet. */
function missingWords({ translator, language }: Reader, texts: readonly LocalizedText[]): readonly Message[] {
  const missing = LANGUAGES_OF_TEXT.filter((each) => texts.some((text) => text[each].trim() === ''));
  if (missing.length === 0) return [];
  const languages = translator.list(
    language,
    missing.map((each) => translator.t(language, `calls.editor.languages.${each}`)),
  );
  return [{ key: 'calls.composer.facts.missing', values: { languages } }];
}

function visibleIfFact(
  form: FormDefinition,
  reader: Reader,
  visibleIf: VisibleIf | undefined,
): readonly Message[] {
  if (!visibleIf) return [];
  const asked = itemOf(form, visibleIf.question);
  const question = asked.kind === 'question' ? asked.item : null;
  const answers = visibleIf.is.map((value) => answerWords(reader, question, value).text);
  return [
    {
      key: 'calls.composer.facts.visible_if',
      values: {
        question: labelOf(reader, asked).text,
        answers: reader.translator.list(reader.language, answers),
      },
    },
  ];
}

/** An answer to a question as it reads: an option's label, a country's name. */
export function answerWords(reader: Reader, question: FormQuestion | null, value: string): Written {
  const option = question?.options?.find((each) => each.value === value);
  if (option) return writtenTitle(reader, option.label);
  const text = /^[A-Z]{2}$/.test(value) ? reader.translator.countryName(reader.language, value) : value;
  return { text, lang: reader.language };
}

/** Why something stays. */
export function reliedOn({ form, reader }: Pick<Editor, 'form' | 'reader'>, reliance: Reliance): Message {
  switch (reliance.by) {
    case 'contents':
      return {
        key: 'calls.composer.kept.contents',
        values: { item: labelOf(reader, itemOf(form, reliance.item)).text },
      };
    case 'condition':
      return {
        key: 'calls.composer.kept.condition',
        values: {
          condition: reader.translator.t(
            reader.language,
            `calls.composer.condition_kinds.${reliance.condition}.title`,
          ),
        },
      };
    default:
      return { key: `calls.composer.kept.${reliance.by}` };
  }
}

function moves(editor: Editor, id: string, of: 'section' | 'item'): Moves {
  const href = of === 'section' ? sectionHref(editor, id) : itemHref(editor, id);
  return {
    action: `${href}/move`,
    up: editor.editable && canMove(editor.form, id, 'up', of),
    down: editor.editable && canMove(editor.form, id, 'down', of),
  };
}

function faultsAt({ problems }: Editor, isHere: (field: string) => boolean): readonly Message[] {
  const found = problems.filter(({ field }) => isHere(field)).map(problemWords);
  // What is not written in a language is told as a fact, by the language's name.
  return found.filter(({ key }) => key !== 'problems.form_wording');
}

/** Asks once more before something goes. */
export function presentRemoval(editor: Editor, of: 'section' | 'item', id: string): RemovePage {
  const { form, reader } = editor;
  const common = { editor, problems: [], stale: null };
  const freed = (ids: readonly string[], gone: readonly string[]) =>
    dependentsOn(form, ids)
      .filter((dependent) => !gone.includes(dependent.id))
      .map(({ label }) => writtenTitle(reader, label));
  const back = (anchor: string) => ({
    href: `${formHref(editor)}#${anchor}`,
    text: { key: 'calls.composer.back_to_form' },
  });
  if (of === 'section') {
    const section = sectionOf(form, id);
    const ids = itemIdsOf(section);
    return {
      ...common,
      back: back(`section-${id}`),
      action: `${sectionHref(editor, id)}/remove`,
      label: writtenTitle(reader, section.title),
      what: { key: 'calls.composer.remove.section' },
      contents: ids.map((each) => labelOf(reader, itemOf(form, each))),
      freed: freed(ids, [id, ...ids]),
    };
  }
  const found = itemOf(form, id);
  return {
    ...common,
    back: back(`item-${id}`),
    action: `${itemHref(editor, id)}/remove`,
    label: labelOf(reader, found),
    what: { key: `calls.composer.remove.${found.kind}` },
    contents: [],
    freed: freed([id], [id]),
  };
}

/** What kind of section is to be added. */
export function presentSectionKinds(editor: Editor): AddPage {
  return {
    editor,
    problems: [],
    stale: null,
    heading: { key: 'calls.composer.add_section' },
    lead: { key: 'calls.composer.add_section_lead' },
    back: { href: `${formHref(editor)}#add`, text: { key: 'calls.composer.back_to_form' } },
    kinds: ADDED_SECTIONS.filter((kind) => takesSection(editor.form, kind)).map((kind) => ({
      href: `${formHref(editor)}/add-section?kind=${kind}`,
      title: { key: `calls.composer.sections.${kind}` },
      hint: { key: `calls.composer.section_hints.${kind}` },
    })),
    known: [],
    knownAction: '',
  };
}

/** What kind of question is to be added, and what the programme knows already. */
export function presentQuestionTypes(editor: Editor, section: FormSection): AddPage {
  const href = `${sectionHref(editor, section.id)}/add`;
  return {
    editor,
    problems: [],
    stale: null,
    heading: {
      key: 'calls.composer.add_to',
      values: { section: writtenTitle(editor.reader, section.title).text },
    },
    lead: { key: 'calls.composer.add_question_lead' },
    back: { href: `${formHref(editor)}#section-${section.id}`, text: { key: 'calls.composer.back_to_form' } },
    kinds: QUESTION_TYPES.map((type) => ({
      href: `${href}?type=${type}`,
      title: { key: `calls.composer.types.${type}` },
      hint: { key: `calls.composer.type_hints.${type}` },
    })),
    known: presentKnown(editor, knownItems(editor.form, editor.call.category).questions),
    knownAction: href,
  };
}

export function presentKnown(
  { reader }: Editor,
  items: readonly (FormQuestion | DocumentRequirement)[],
): AddPage['known'] {
  return items.map(({ id, label, hint }) => ({
    id,
    label: writtenTitle(reader, label),
    hint: hint ? writtenTitle(reader, hint) : null,
  }));
}
