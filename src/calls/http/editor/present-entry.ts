import type { Message } from '../../../platform/http/page.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { IDENTIFIERS } from '../../../shared/identifiers.js';
import { questionsBefore, questionsBeforeSection } from '../../domain/form-editing.js';
import { hasReadOptions, isFixed, relianceOn, relianceOnSection } from '../../domain/form-reliance.js';
import type { FormQuestion, FormSection, QuestionType } from '../../domain/form.js';
import { CHOSEN_EYES } from '../../domain/form.js';
import { isStatistical } from '../../domain/gender.js';
import { Blocks, differences, problemLinks } from './blocks.js';
import type {
  Block,
  BlockGroup,
  ColumnsBlock,
  EntryPage,
  OptionRow,
  OptionsBlock,
} from './composer-views.js';
import type { Editor } from './editor-shell.js';
import { writtenTitle } from './editor-words.js';
import { answerWords, formHref, reliedOn } from './present-form.js';
import { COLUMN_TYPES, DATE_RANGES, TRANSLATIONS } from './read-item-entry.js';

const say = (key: string, values?: Message['values']): Message => ({
  key: `calls.composer.${key}`,
  ...(values ? { values } : {}),
});

/** What a page of one part of the form is drawn from. */
export interface EntryState {
  readonly editor: Editor;
  /** What is saved or, where the page comes back, what was typed. */
  readonly fields: FormFields;
  /** What is saved; null of a new one. */
  readonly saved: FormFields | null;
  /** Why it could not be taken. */
  readonly error: DomainError | null;
  readonly action: string;
  /** The place on the page of the whole form to go back to. */
  readonly anchor: string;
  /** Where it leads back to; the place on the page of the form where absent. */
  readonly back?: EntryPage['back'];
  readonly hidden: EntryPage['hidden'];
  readonly known: EntryPage['known'];
}

interface Frame extends Pick<EntryPage, 'heading' | 'lead' | 'kept' | 'button'> {
  readonly groups: (blocks: Blocks) => readonly BlockGroup[];
}

export function entryPage(state: EntryState, { groups: draw, ...frame }: Frame): EntryPage {
  const { editor, fields, saved, error, action, anchor, hidden, known } = state;
  const problems = error?.fields ?? [];
  const groups = draw(new Blocks(fields, problems));
  const stale = error?.code === 'stale';
  return {
    editor,
    problems: [
      ...problemLinks(editor.reader, groups, problems),
      ...(error?.code === 'conflict' ? [{ message: { key: `reasons.${error.reason}` }, href: null }] : []),
    ],
    stale:
      stale && saved
        ? { rows: differences(editor.reader, groups, draw(new Blocks(saved, []))), href: action }
        : null,
    notice: stale && !saved ? say('stale_new') : null,
    action,
    back: state.back ?? { href: `${formHref(editor)}#${anchor}`, text: say('back_to_form') },
    hidden,
    known,
    another: saved === null,
    groups,
    ...frame,
  };
}

export function presentQuestionEntry(
  state: EntryState,
  section: FormSection,
  type: QuestionType,
  /** Null: a new one. */
  question: FormQuestion | null,
): EntryPage {
  const { editor } = state;
  const reliance = question ? relianceOn(editor.form, question.id) : null;
  const fixed = question !== null && (isFixed(question.id) || isStatistical(question));
  const before = questionsBefore(editor.form, { section: section.id, item: question?.id ?? null });
  return entryPage(state, {
    heading: say(question ? 'change_question' : 'new_question', {
      type: editor.reader.translator.t(editor.reader.language, `calls.composer.types.${type}`),
    }),
    lead: say(`type_hints.${type}`),
    kept: reliance ? reliedOn(editor, reliance) : null,
    groups: (blocks) => [
      {
        title: say('groups.wording'),
        hint: say('groups.wording_hint'),
        blocks: [
          blocks.words('label', say('fields.label')),
          blocks.words('hint', say('fields.hint'), { optional: true, rows: 2, hint: say('hints.hint') }),
        ],
      },
      ...settings(editor, blocks, type, question),
      {
        title: say('groups.whom'),
        blocks: [
          ...(fixed ? [] : [blocks.tick('required', say('fields.required'), say('fields.required_text'))]),
          ...(reliance ? [] : visibleIf(editor, blocks, before)),
          ...(reliance ? [] : placesAsked(editor, blocks, section)),
          blocks.number('frozen', say('fields.frozen'), say('hints.frozen')),
        ],
      },
      ...(fixed ? [] : [{ title: say('groups.eyes'), blocks: [eyesField(blocks)] }]),
    ],
    button: say(question ? 'save' : 'add_question'),
  });
}

/** What only questions of this type say. */
function settings(
  editor: Editor,
  blocks: Blocks,
  type: QuestionType,
  question: FormQuestion | null,
): readonly BlockGroup[] {
  const group = (...content: readonly Block[]): readonly BlockGroup[] => [
    { title: say('groups.answer'), blocks: content },
  ];
  switch (type) {
    case 'text':
      return group(blocks.number('maxLength', say('fields.maxLength'), say('hints.maxLength')));
    case 'long_text':
      return group(
        blocks.number('maxWords', say('fields.maxWords')),
        blocks.number('maxLength', say('fields.maxLength')),
      );
    case 'number':
      return group(blocks.number('min', say('fields.min')), blocks.number('max', say('fields.max')));
    case 'date':
      return group(
        blocks.field('radios', 'dateRange', say('fields.dateRange'), {
          options: DATE_RANGES.map((value) => ({ value, label: say(`date_ranges.${value}`) })),
        }),
      );
    case 'choice':
      return group(options(editor, blocks, question));
    case 'identifier':
      return group(
        blocks.field('radios', 'identifier', say('fields.identifier'), {
          options: IDENTIFIERS.map((value) => ({ value, label: say(`identifiers.${value}`) })),
        }),
      );
    case 'table':
      return group(
        columns(blocks),
        blocks.number('minRows', say('fields.minRows')),
        blocks.number('maxRows', say('fields.maxRows')),
      );
    case 'country':
    case 'institution':
    case 'email':
    case 'phone':
    case 'person':
      return [];
  }
}

function options({ reader }: Editor, blocks: Blocks, question: FormQuestion | null): OptionsBlock {
  const locked = question && hasReadOptions(question.id);
  return {
    kind: 'options',
    error: blocks.error('options'),
    locked: locked ? (question.options ?? []).map(({ label }) => writtenTitle(reader, label)) : null,
    rows: locked ? [] : rows(blocks, 'option', 'value'),
  };
}

function columns(blocks: Blocks): ColumnsBlock {
  return {
    kind: 'columns',
    error: blocks.error('columns'),
    rows: rows(blocks, 'column', 'id').map((row) => ({
      ...row,
      type: blocks.one(`column-${row.number}-type`) || 'text',
      options: blocks.one(`column-${row.number}-options`),
      optional: blocks.one(`column-${row.number}-optional`) !== '',
      optionsError: blocks.error(`column-${row.number}-options`),
    })),
    types: COLUMN_TYPES.map((value) => ({ value, label: say(`types.${value}`) })),
  };
}

function rows(blocks: Blocks, name: string, key: string): readonly OptionRow[] {
  const count = Number(blocks.one(`${name}-rows`)) || 0;
  return Array.from({ length: Math.min(count, 60) }, (_, number) => ({
    number,
    value: blocks.one(`${name}-${number}-${key}`),
    label: blocks.wording(`${name}-${number}`),
    first: number === 0,
    last: number === count - 1,
  }));
}

/** Asked of everybody, or only of whom an earlier question was answered by in one of some ways. */
function visibleIf({ reader }: Editor, blocks: Blocks, before: readonly FormQuestion[]): readonly Block[] {
  if (before.length === 0) return [];
  const countries = reader.countries.map(({ code }) => code);
  return [
    {
      kind: 'visibleIf',
      chosen: blocks.one('visibleIf'),
      error: blocks.error('visibleIf'),
      candidates: before.map((question) => {
        const ticked = blocks.all(`visibleIf-${question.id}`);
        const values = question.options?.map(({ value }) => value) ?? [...new Set([...countries, ...ticked])];
        return {
          id: question.id,
          label: writtenTitle(reader, question.label),
          values: values.map((value) => ({
            value,
            label: answerWords(reader, question, value),
            ticked: ticked.includes(value),
          })),
        };
      }),
    },
  ];
}

/** What a host asks in addition: only of whom chose one of these places. */
function placesAsked(
  { places, form, reader }: Editor,
  blocks: Blocks,
  section: FormSection,
): readonly Block[] {
  const choices = form.sections.findIndex(({ kind }) => kind === 'choices');
  if (places.length === 0 || choices < 0 || form.sections.indexOf(section) <= choices) return [];
  return [
    blocks.field('checkboxes', 'places', say('fields.places'), {
      optional: true,
      hint: say('hints.places'),
      options: places.map((place) => {
        const { text } = placeName(reader, place);
        return { value: place.id, label: text };
      }),
    }),
  ];
}

function placeName(reader: Editor['reader'], { institution, fieldCode }: Editor['places'][number]) {
  const { names } = institution;
  const written = writtenTitle(reader, {
    sr: names.srCyrl ?? names.native,
    ru: names.ru ?? names.native,
    en: names.en ?? names.native,
  });
  return { ...written, text: `${written.text} · ${fieldCode}` };
}

function eyesField(blocks: Blocks): Block {
  return blocks.field('radios', 'sensitivity', say('fields.sensitivity'), {
    hint: say('hints.sensitivity'),
    options: CHOSEN_EYES.map((value) => ({ value, label: say(`eyes.${value}`) })),
  });
}

export function presentDocumentEntry(
  state: EntryState,
  section: FormSection,
  document: { readonly id: string } | null,
): EntryPage {
  const { editor } = state;
  const before = questionsBeforeSection(editor.form, section.id);
  return entryPage(state, {
    heading: say(document ? 'change_document' : 'new_document'),
    lead: say('type_hints.document'),
    kept: null,
    groups: (blocks) => [
      {
        title: say('groups.wording'),
        hint: say('groups.wording_hint'),
        blocks: [
          blocks.words('label', say('fields.label_document')),
          blocks.words('hint', say('fields.hint'), {
            optional: true,
            rows: 2,
            hint: say('hints.hint_document'),
          }),
        ],
      },
      {
        title: say('groups.whom'),
        blocks: [
          blocks.tick('required', say('fields.required'), say('fields.required_document')),
          ...visibleIf(editor, blocks, before),
          blocks.number('dueDaysAfterClose', say('fields.due'), say('hints.due')),
          blocks.tick('waivable', say('fields.waivable'), say('fields.waivable_text')),
        ],
      },
      {
        title: say('groups.proof'),
        blocks: [
          blocks.field('radios', 'translation', say('fields.translation'), {
            options: ['', ...TRANSLATIONS].map((value) => ({
              value,
              label: say(`translations.${value || 'none'}`),
            })),
          }),
          blocks.tick('legalisation', say('fields.legalisation'), say('fields.legalisation_text')),
        ],
      },
      { title: say('groups.eyes'), blocks: [eyesField(blocks)] },
    ],
    button: say(document ? 'save' : 'add_document'),
  });
}

export function presentConsentEntry(state: EntryState, purpose: string | null): EntryPage {
  const { editor } = state;
  const reliance = purpose === null ? null : relianceOn(editor.form, purpose);
  return entryPage(state, {
    heading: say(purpose ? 'change_consent' : 'new_consent'),
    lead: say('type_hints.consent'),
    kept: reliance ? reliedOn(editor, reliance) : null,
    groups: (blocks) => [
      {
        title: null,
        blocks: [
          blocks.words('text', say('fields.text'), { rows: 8, hint: say('hints.text') }),
          ...(reliance
            ? []
            : [blocks.tick('required', say('fields.required'), say('fields.required_consent'))]),
        ],
      },
    ],
    button: say(purpose ? 'save' : 'add_consent'),
  });
}

export function presentSectionEntry(
  state: EntryState,
  kind: FormSection['kind'],
  section: FormSection | null,
): EntryPage {
  const { editor } = state;
  const reliance = section ? relianceOnSection(editor.form, section) : null;
  const before = questionsBeforeSection(editor.form, section?.id ?? null);
  return entryPage(state, {
    heading: say(section ? 'change_section' : `new_section.${kind}`),
    lead: say(`section_hints.${kind}`),
    kept: reliance ? reliedOn(editor, reliance) : null,
    groups: (blocks) => [
      {
        title: say('groups.wording'),
        hint: say('groups.wording_hint'),
        blocks: [
          blocks.words('title', say('fields.title')),
          blocks.words('intro', say('fields.intro'), { optional: true, rows: 3, hint: say('hints.intro') }),
        ],
      },
      ...(kind === 'references' ? [referencesGroup(blocks)] : []),
      ...(kind === 'co_applicants' ? [coApplicantsGroup(blocks)] : []),
      ...(reliance || before.length === 0
        ? []
        : [{ title: say('groups.whom'), blocks: visibleIf(editor, blocks, before) }]),
    ],
    button: say(section ? 'save' : 'add_section'),
  });
}

function coApplicantsGroup(blocks: Blocks): BlockGroup {
  return {
    title: say('groups.co_applicants'),
    blocks: [
      blocks.number('min', say('fields.min_co_applicants'), say('hints.min_co_applicants')),
      blocks.number('max', say('fields.max_co_applicants')),
      blocks.words('roles', say('fields.co_applicant_roles'), {
        optional: true,
        rows: 3,
        hint: say('hints.co_applicant_roles'),
      }),
    ],
  };
}

function referencesGroup(blocks: Blocks): BlockGroup {
  return {
    title: say('groups.letters'),
    blocks: [
      blocks.number('min', say('fields.min_letters'), say('hints.min_letters')),
      blocks.number('max', say('fields.max_letters')),
      blocks.number('daysAfterClose', say('fields.daysAfterClose'), say('hints.daysAfterClose')),
      blocks.tick('confidential', say('fields.confidential'), say('fields.confidential_text')),
    ],
  };
}
