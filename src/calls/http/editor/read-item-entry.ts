import { IDENTIFIERS } from '../../../shared/identifiers.js';
import type { LocalizedText } from '../../../shared/language.js';
import type {
  CoApplicantRule,
  DocumentRequirement,
  FormQuestion,
  QuestionOption,
  QuestionType,
  ReferenceRequirement,
  Sensitivity,
  TableColumn,
  VisibleIf,
} from '../../domain/form.js';
import { MOST_ROWS } from '../../../shared/compound-entry.js';
import { CHOSEN_EYES, MOST_CO_APPLICANTS } from '../../domain/form.js';
import { newNameAmong } from '../../domain/form-ids.js';
import type { NewConsent, NewDocument, NewQuestion, SectionWording } from '../../domain/form-editing.js';
import { isEmpty } from './composer-entries.js';
import type { ComposerEntries } from './composer-entries.js';

const LABEL = 300;
const HINT = 1000;
const INTRO = 2000;
const CONSENT = 4000;
export const MOST_OPTIONS = 60;
export const MOST_COLUMNS = 8;
const MOST_REFERENCES = 6;
const MOST_DAYS = 120;
const YEAR = 365;

/** In the order in which they are offered. */
export const QUESTION_TYPES: readonly QuestionType[] = [
  'text',
  'long_text',
  'choice',
  'number',
  'date',
  'country',
  'institution',
  'table',
  'person',
  'identifier',
  'email',
  'phone',
];
export const COLUMN_TYPES = ['text', 'number', 'date', 'choice'] as const;
export const DATE_RANGES = ['past', 'future', 'any'] as const;
export const TRANSLATIONS = ['plain', 'certified'] as const;

/** Whose eyes a new question of a type is for where nobody said otherwise. */
export function usualSensitivity(type: QuestionType | 'document'): Sensitivity | 'open' {
  switch (type) {
    case 'email':
    case 'phone':
    case 'person':
      return 'contact';
    case 'identifier':
      return 'passport';
    default:
      return 'open';
  }
}

/** What a section says, as it was typed. */
export function readSection(entries: ComposerEntries, kind: string): SectionWording {
  const title = entries.requiredWords('title', LABEL);
  const intro = entries.optionalWords('intro', INTRO);
  const visibleIf = readVisibleIf(entries);
  return {
    title,
    ...(intro ? { intro } : {}),
    ...(visibleIf ? { visibleIf } : {}),
    ...(kind === 'references' ? { references: readReferences(entries) } : {}),
    ...(kind === 'co_applicants' ? { coApplicants: readCoApplicants(entries) } : {}),
  };
}

function readReferences(entries: ComposerEntries): ReferenceRequirement {
  const min = entries.count('min', 0, MOST_REFERENCES) ?? 0;
  const max = entries.count('max', 1, MOST_REFERENCES) ?? Math.max(1, min);
  if (min > max) entries.add('max', 'out_of_range', { min, max: MOST_REFERENCES });
  return {
    min,
    max,
    daysAfterClose: entries.count('daysAfterClose', 0, MOST_DAYS) ?? null,
    confidential: entries.ticked('confidential'),
  };
}

function readCoApplicants(entries: ComposerEntries): CoApplicantRule {
  const min = entries.count('min', 0, MOST_CO_APPLICANTS) ?? 0;
  const max = entries.count('max', 1, MOST_CO_APPLICANTS) ?? Math.max(1, min);
  if (min > max) entries.add('max', 'out_of_range', { min, max: MOST_CO_APPLICANTS });
  const roles = entries.optionalWords('roles', HINT);
  return { min, max, ...(roles ? { roles } : {}) };
}

/**
 * A question as it was typed. Of one that is there already (`before`) it keeps what this page does not show: how it is to be
 * written, what the browser fills in.
 */
export function readQuestion(
  entries: ComposerEntries,
  type: QuestionType,
  before: FormQuestion | null,
  locked: { readonly optional: boolean; readonly sensitivity: boolean; readonly options: boolean },
): NewQuestion {
  const hint = entries.optionalWords('hint', HINT);
  const visibleIf = readVisibleIf(entries);
  const frozen = entries.count('frozen', 0, YEAR);
  const places = entries.list('places');
  const kept = before ? keptOf(before) : {};
  return {
    ...kept,
    type,
    label: entries.requiredWords('label', LABEL),
    ...(hint ? { hint } : {}),
    required: locked.optional && before ? before.required : entries.ticked('required'),
    ...sensitivityOf(entries, before, locked.sensitivity),
    ...(visibleIf ? { visibleIf } : {}),
    ...(places.length > 0 ? { places } : {}),
    ...(frozen === undefined ? {} : { frozenDaysBeforeClose: frozen }),
    ...readSettings(entries, type, before, locked.options),
  };
}

/** What the pages of the editor do not show. */
function keptOf({ script, autocomplete, institutionCountry }: FormQuestion): Partial<FormQuestion> {
  return {
    ...(script ? { script } : {}),
    ...(autocomplete ? { autocomplete } : {}),
    ...(institutionCountry ? { institutionCountry } : {}),
  };
}

function sensitivityOf(
  entries: ComposerEntries,
  before: { readonly sensitivity?: Sensitivity | 'open' } | null,
  locked: boolean,
): { readonly sensitivity?: Sensitivity | 'open' } {
  const sensitivity = locked && before ? before.sensitivity : entries.oneOf('sensitivity', CHOSEN_EYES);
  return sensitivity ? { sensitivity } : {};
}

/** What only questions of this type say. */
function readSettings(
  entries: ComposerEntries,
  type: QuestionType,
  before: FormQuestion | null,
  optionsLocked: boolean,
): Partial<FormQuestion> {
  const set = <K extends keyof FormQuestion>(name: K, value: FormQuestion[K]): Partial<FormQuestion> =>
    value === undefined ? {} : { [name]: value };
  switch (type) {
    case 'text':
      return set('maxLength', entries.count('maxLength', 1, 2000));
    case 'long_text':
      return {
        ...set('maxWords', entries.count('maxWords', 1, 10_000)),
        ...set('maxLength', entries.count('maxLength', 1, 50_000)),
      };
    case 'number': {
      const least = entries.number('min', -1_000_000_000, 1_000_000_000);
      const most = entries.number('max', -1_000_000_000, 1_000_000_000);
      if (least !== undefined && most !== undefined && least > most)
        entries.add('max', 'out_of_range', { min: least, max: '∞' });
      return { ...set('min', least), ...set('max', most) };
    }
    case 'date': {
      const range = entries.oneOf('dateRange', DATE_RANGES);
      return range && range !== 'past' ? { dateRange: range } : {};
    }
    case 'choice':
      return { options: optionsLocked ? (before?.options ?? []) : readOptions(entries, before?.options) };
    case 'table':
      return readTable(entries, before?.columns);
    case 'identifier': {
      const identifier = entries.oneOf('identifier', IDENTIFIERS);
      if (!identifier) entries.add('identifier', 'required_choice');
      return set('identifier', identifier);
    }
    case 'country':
    case 'institution':
    case 'email':
    case 'phone':
    case 'person':
      return set('maxLength', before?.maxLength);
  }
}

/** Numbers of the rows that were sent under this name, in their order. */
export function rowsOf(entries: ComposerEntries, name: string, most: number): readonly number[] {
  const sent = Number(entries.text(`${name}-rows`));
  const rows = Number.isInteger(sent) ? Math.min(Math.max(0, sent), most) : 0;
  return Array.from({ length: rows }, (_, row) => row);
}

function readOptions(
  entries: ComposerEntries,
  before: readonly QuestionOption[] | undefined,
): readonly QuestionOption[] {
  const options: QuestionOption[] = [];
  const known = new Set((before ?? []).map(({ value }) => value));
  for (const row of rowsOf(entries, 'option', MOST_OPTIONS)) {
    const label = entries.words(`option-${row}`, LABEL);
    if (isEmpty(label)) continue;
    const told = entries.text(`option-${row}-value`);
    const taken = options.map(({ value }) => value);
    // Values that are there already keep meaning what they meant; a new one takes no value that was there.
    const value = known.has(told) && !taken.includes(told) ? told : newNameAmong([...known, ...taken], label);
    options.push({ value, label });
  }
  if (options.length === 0) entries.add('options', 'required');
  return options;
}

function readTable(
  entries: ComposerEntries,
  before: readonly TableColumn[] | undefined,
): Partial<FormQuestion> {
  const columns: TableColumn[] = [];
  const known = new Set((before ?? []).map(({ id }) => id));
  for (const row of rowsOf(entries, 'column', MOST_COLUMNS)) {
    const label = entries.words(`column-${row}`, LABEL);
    if (isEmpty(label)) continue;
    const told = entries.text(`column-${row}-id`);
    const taken = columns.map((column) => column.id);
    const id = known.has(told) && !taken.includes(told) ? told : newNameAmong([...known, ...taken], label);
    const type = entries.oneOf(`column-${row}-type`, COLUMN_TYPES) ?? 'text';
    const written = before?.find((column) => column.id === id)?.options ?? [];
    const options = readLines(entries.text(`column-${row}-options`), written);
    if (type === 'choice' && options.length === 0) entries.add(`column-${row}-options`, 'required');
    columns.push({
      id,
      label,
      type,
      ...(type === 'choice' ? { options } : {}),
      ...(entries.ticked(`column-${row}-optional`) ? { optional: true } : {}),
    });
  }
  if (!columns.some(({ optional }) => !optional)) entries.add('columns', 'required');
  const minRows = entries.count('minRows', 1, MOST_ROWS);
  const maxRows = entries.count('maxRows', 1, MOST_ROWS);
  if (minRows !== undefined && maxRows !== undefined && minRows > maxRows)
    entries.add('maxRows', 'out_of_range', { min: minRows, max: MOST_ROWS });
  return {
    columns,
    ...(minRows === undefined ? {} : { minRows }),
    ...(maxRows === undefined ? {} : { maxRows }),
  };
}

/** Options of a column, one a line, in three languages parted by bars: положен | сдан | passed. */
function readLines(text: string, before: readonly QuestionOption[]): readonly QuestionOption[] {
  const options: QuestionOption[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [sr = '', ru = '', en = ''] = line.split('|').map((part) => part.trim().slice(0, LABEL));
    const label = { sr, ru, en };
    if (isEmpty(label) || options.length >= MOST_OPTIONS) continue;
    const same = before.find((option) => isSame(option.label, label))?.value;
    const taken = options.map(({ value }) => value);
    options.push({ value: same && !taken.includes(same) ? same : newNameAmong(taken, label), label });
  }
  return options;
}

/** The same options as they are typed. */
export function writeLines(options: readonly QuestionOption[] | undefined): string {
  return (options ?? []).map(({ label: { sr, ru, en } }) => [sr, ru, en].join(' | ')).join('\n');
}

function isSame(a: LocalizedText, b: LocalizedText): boolean {
  return a.sr === b.sr && a.ru === b.ru && a.en === b.en;
}

export function readDocument(entries: ComposerEntries, before: DocumentRequirement | null): NewDocument {
  const hint = entries.optionalWords('hint', HINT);
  const visibleIf = readVisibleIf(entries);
  const due = entries.count('dueDaysAfterClose', 0, YEAR);
  const translation = entries.oneOf('translation', TRANSLATIONS);
  return {
    label: entries.requiredWords('label', LABEL),
    ...(hint ? { hint } : {}),
    required: entries.ticked('required'),
    ...sensitivityOf(entries, before, false),
    ...(visibleIf ? { visibleIf } : {}),
    ...(due === undefined ? {} : { dueDaysAfterClose: due }),
    ...(translation ? { translation } : {}),
    ...(entries.ticked('legalisation') ? { legalisation: true } : {}),
    ...(entries.ticked('waivable') ? { waivable: true } : {}),
  };
}

export function readConsent(entries: ComposerEntries, locked: boolean): NewConsent {
  return { text: entries.requiredWords('text', CONSENT), required: locked || entries.ticked('required') };
}

/** On which answer it hangs: a question that was chosen, and those of its values that were ticked. */
function readVisibleIf(entries: ComposerEntries): VisibleIf | undefined {
  const question = entries.text('visibleIf');
  if (question === '') return undefined;
  const is = entries.list(`visibleIf-${question}`);
  if (is.length === 0) entries.add('visibleIf', 'required_choice');
  return { question, is };
}

/** Whether what was typed hangs on an answer that exists. */
export function checkVisibleIf(
  entries: ComposerEntries,
  visibleIf: VisibleIf | undefined,
  candidates: readonly FormQuestion[],
): void {
  if (!visibleIf) return;
  const question = candidates.find(({ id }) => id === visibleIf.question);
  const known = question?.options?.map(({ value }) => value);
  const exists = (value: string) => (known ? known.includes(value) : /^[A-Z]{2}$/.test(value));
  if (!question || !visibleIf.is.every(exists)) entries.add('visibleIf', 'not_in_list');
}
