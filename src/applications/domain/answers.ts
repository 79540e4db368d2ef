import type { FormQuestion, FormSection, TableColumn } from '../../calls/public.js';
import { DEFAULT_MAX_ROWS, MOST_ROWS, PERSON_PARTS } from '../../shared/compound-entry.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { readIdentifier } from '../../shared/identifiers.js';
import { countWords, parseDate, parsePhone } from '../../shared/parse-entry.js';
import { personText, tableText } from './structured-answers.js';
import type { TableRow } from './structured-answers.js';

/** Answers of one section by the question's id. What is empty is not there. */
export type Answers = Readonly<Record<string, string>>;

/** No stay, and no passport, is planned further ahead: a year beyond it is a slip of the finger. */
const LAST_DATE = '2100-12-31';

/** The longest text that a question takes where it sets no limit of its own, in characters. */
const DEFAULT_MAX_LENGTH: Readonly<Record<string, number>> = { long_text: 8000 };
const SHORT_TEXT = 200;

const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;

/**
 * What a person typed, brought into the form in which it is kept (a date as ISO 8601, a telephone number as E.164), and
 * what cannot be understood. An answer that is missing is no problem here: a page may be saved half done, and what is
 * missing stops the submission (see blockers.ts).
 */
export function readAnswers(
  section: FormSection,
  typed: Readonly<Record<string, unknown>>,
  today: string,
): { readonly answers: Answers; readonly problems: readonly FieldProblem[] } {
  const answers: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  for (const question of section.questions) {
    if (question.type === 'table' || question.type === 'person') {
      const read =
        question.type === 'table' ? readTable(question, typed, today) : readPerson(question, typed);
      problems.push(...read.problems);
      if (read.value !== '' && read.problems.length === 0) answers[question.id] = read.value;
      continue;
    }
    const text = typedText(question, typed);
    if (text === '') continue;
    const read = readAnswer(question, text, today);
    if ('problem' in read) problems.push({ field: question.id, ...read });
    else answers[question.id] = read.value;
  }
  return { answers, problems };
}

/** The entry as one text. A date may come in three controls (`birth_date-day`, `-month`, `-year`) or in one. */
function typedText(question: FormQuestion, typed: Readonly<Record<string, unknown>>): string {
  if (question.type === 'date') {
    const parts = ['day', 'month', 'year'].map((part) => entryOf(typed[`${question.id}-${part}`]));
    if (parts.some((part) => part !== '')) return parts.join(' ').trim();
  }
  return entryOf(typed[question.id]);
}

function entryOf(value: unknown): string {
  return typeof value === 'string' ? value.normalize('NFC').replace(/\r\n?/g, '\n').trim() : '';
}

interface StructuredRead {
  /** Empty where nothing was typed. */
  readonly value: string;
  readonly problems: readonly FieldProblem[];
}

/**
 * A table as it was typed: in a control for each cell (`<question>-<row>-<column>`, rows from 1), or at once, as the rows or
 * their JSON. A row without any entry is none. A problem names its cell, by the row as it was typed.
 */
function readTable(
  question: FormQuestion,
  typed: Readonly<Record<string, unknown>>,
  today: string,
): StructuredRead {
  const columns = question.columns ?? [];
  const entries = typedRows(question, typed);
  if (entries === null) return { value: '', problems: [{ field: question.id, problem: 'not_table' }] };
  const max = question.maxRows ?? DEFAULT_MAX_ROWS;
  const rows: TableRow[] = [];
  const problems: FieldProblem[] = [];
  for (const { place, cells } of entries) {
    const row: Record<string, string> = {};
    for (const column of columns) {
      const text = entryOf(cells[column.id]);
      if (text === '') continue;
      const read = readAnswer(asQuestion(column), text, today);
      if ('problem' in read) problems.push({ field: cellName(question.id, place, column.id), ...read });
      else row[column.id] = read.value;
    }
    if (Object.keys(row).length > 0) rows.push(row);
  }
  if (rows.length > max) problems.push({ field: question.id, problem: 'too_many_rows', values: { max } });
  return { value: rows.length > 0 ? tableText(rows) : '', problems };
}

/** The name of the control of a cell; rows are counted from 1. */
export function cellName(question: string, row: number, column: string): string {
  return `${question}-${row}-${column}`;
}

/** More rows than any page sends are not looked at one by one. */
const MOST_TYPED_ROWS = 5 * MOST_ROWS;

/** The rows as they stand in the controls. Null: what was sent is no table. */
export function typedRows(
  { id, columns = [] }: FormQuestion,
  typed: Readonly<Record<string, unknown>>,
): readonly { readonly place: number; readonly cells: Readonly<Record<string, unknown>> }[] | null {
  const whole = wholeOf(typed[id]);
  if (whole !== undefined) {
    if (!Array.isArray(whole) || whole.length > MOST_TYPED_ROWS) return null;
    return whole.every(isPlain) ? whole.map((cells, index) => ({ place: index + 1, cells })) : null;
  }
  const rows = [];
  for (let place = 1; place <= MOST_TYPED_ROWS; place++) {
    const cells = Object.fromEntries(
      columns.map((column) => [column.id, typed[cellName(id, place, column.id)]] as const),
    );
    if (Object.values(cells).some((cell) => cell !== undefined)) rows.push({ place, cells });
  }
  return rows;
}

/** What was sent at once under the question's own name: a value of JSON, or its text. Undefined: nothing was. */
function wholeOf(sent: unknown): unknown {
  if (typeof sent !== 'string') return sent ?? undefined;
  if (sent.trim() === '') return undefined;
  try {
    return JSON.parse(sent);
  } catch {
    return null;
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A cell is read as a question of the same type is. Its dates may lie on either side of today. */
function asQuestion({ id, type, label, options }: TableColumn): FormQuestion {
  return { id, type, label, required: false, dateRange: 'any', ...(options ? { options } : {}) };
}

/** Somebody else, in a control for each part (`<question>-name` …), or at once, as an object or its JSON. */
function readPerson(question: FormQuestion, typed: Readonly<Record<string, unknown>>): StructuredRead {
  const whole = wholeOf(typed[question.id]);
  if (whole !== undefined && !isPlain(whole)) {
    return { value: '', problems: [{ field: question.id, problem: 'not_person' }] };
  }
  const person: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  for (const part of PERSON_PARTS) {
    const field = `${question.id}-${part}`;
    const text = entryOf(whole ? whole[part] : typed[field]).replace(/\n+/g, ' ');
    if (text === '') continue;
    const read = readAnswer(
      { id: field, type: part === 'email' ? 'email' : 'text', label: question.label, required: false },
      text,
      '',
    );
    const unfit = part === 'name' && !/\p{L}/u.test(text) ? { problem: 'not_name' } : read;
    if ('problem' in unfit) problems.push({ field, ...unfit });
    else person[part] = unfit.value;
  }
  return { value: Object.keys(person).length > 0 ? personText(person) : '', problems };
}

type Read = { readonly value: string } | Omit<FieldProblem, 'field'>;

function readAnswer(question: FormQuestion, text: string, today: string): Read {
  switch (question.type) {
    case 'text':
      return tooLong(question, text) ?? wrongScript(question, text) ?? { value: text };
    case 'long_text': {
      const words = countWords(text);
      if (question.maxWords && words > question.maxWords) {
        return { problem: 'too_many_words', values: { max: question.maxWords, count: words } };
      }
      return tooLong(question, text) ?? { value: text };
    }
    case 'date': {
      const read = parseDate(text);
      if (!read.ok) return { problem: read.problem };
      const date = read.value;
      if (date < '1900-01-01') return { problem: 'date_too_early' };
      const range = question.dateRange ?? 'past';
      if (range === 'past' && date > today) return { problem: 'date_in_future' };
      if (range === 'future' && date <= today) return { problem: 'date_in_past' };
      return date > LAST_DATE ? { problem: 'date_too_late' } : { value: date };
    }
    case 'email':
      return EMAIL.test(text) && text.length <= 254 ? { value: text } : { problem: 'not_email' };
    case 'phone': {
      const phone = parsePhone(text);
      return phone.ok ? { value: phone.value } : { problem: phone.problem };
    }
    case 'number': {
      const number = Number(text.replace(',', '.'));
      if (!Number.isFinite(number)) return { problem: 'not_number' };
      const low = question.min ?? Number.NEGATIVE_INFINITY;
      const high = question.max ?? Number.POSITIVE_INFINITY;
      if (number < low || number > high) {
        return { problem: 'out_of_range', values: { min: question.min ?? '−∞', max: question.max ?? '∞' } };
      }
      return { value: String(number) };
    }
    case 'choice':
      return question.options?.some((option) => option.value === text)
        ? { value: text }
        : { problem: 'not_in_list' };
    case 'country':
      return /^[A-Z]{2}$/.test(text) ? { value: text } : { problem: 'not_in_list' };
    case 'institution':
      // Whether it exists, and in the right country, is asked of the register when it is saved.
      return { value: text };
    case 'identifier': {
      if (!question.identifier) return { value: text };
      const read = readIdentifier(question.identifier, text);
      return read.ok ? { value: read.value } : { problem: read.problem };
    }
    case 'table':
    case 'person':
      throw new Error(`${question.type} is read from its parts`);
  }
}

function tooLong(question: FormQuestion, text: string): Omit<FieldProblem, 'field'> | undefined {
  const max = question.maxLength ?? DEFAULT_MAX_LENGTH[question.type] ?? SHORT_TEXT;
  return text.length > max ? { problem: 'too_long', values: { max } } : undefined;
}

/** A passport is written in Latin letters of the machine-readable zone; diacritics belong to the other forms of the name. */
function wrongScript(question: FormQuestion, text: string): Omit<FieldProblem, 'field'> | undefined {
  if (question.script === 'passport' && !/^[A-Za-z][A-Za-z' -]*$/.test(text)) {
    return { problem: 'not_passport_spelling' };
  }
  if (question.script === 'latin' && !/^[\p{Script=Latin}' .-]+$/u.test(text)) {
    return { problem: 'wrong_script' };
  }
  if (question.script === 'native' && !/^[\p{L}\p{M}' ’.-]+$/u.test(text)) return { problem: 'not_name' };
  return undefined;
}
