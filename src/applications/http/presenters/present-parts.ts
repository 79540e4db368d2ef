import type { FormQuestion, TableColumn } from '../../../calls/public.js';
import { DEFAULT_MAX_ROWS, PERSON_PARTS } from '../../../shared/compound-entry.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { cellName, typedRows } from '../../domain/answers.js';
import { personOf, tableRows } from '../../domain/structured-answers.js';
import type { CellView, PersonFieldView, TableFieldView } from '../views/applicant-views.js';
import type { Reader } from './reader.js';

/** Rows that stand empty beneath those that are filled, for whoever has no scripts to add one. */
const SPARE_ROWS = 2;
const FIRST_ROWS = 3;

/** What is in the controls of a question that has several, and what is wrong with it. */
interface Filled {
  readonly typed: Readonly<Record<string, string>> | null;
  readonly stored: string;
  readonly problemAt: (field: string) => FieldProblem | undefined;
}

/** A table as it is filled in: what is there, and room for more. */
export function presentTable(reader: Reader, question: FormQuestion, filled: Filled): TableFieldView {
  const columns = question.columns ?? [];
  const max = question.maxRows ?? DEFAULT_MAX_ROWS;
  const rows = valuesOf(reader, question, filled);
  const least = Math.min(max, Math.max(question.minRows ?? 1, FIRST_ROWS, rows.length + SPARE_ROWS));
  while (rows.length < least) rows.push({});
  const say = (column: TableColumn) => reader.translator.localized(reader.language, column.label);
  return {
    max,
    least: question.minRows ?? 1,
    columns: columns.map((column) => ({ label: say(column), optional: column.optional === true })),
    rows: rows.map((row, index) => ({
      number: index + 1,
      cells: columns.map((column): CellView => {
        const name = cellName(question.id, index + 1, column.id);
        const problem = filled.problemAt(name);
        return {
          name,
          label: say(column),
          type: column.type,
          value: row[column.id] ?? '',
          options: (column.options ?? []).map(({ value, label }) => ({
            value,
            label: reader.translator.localized(reader.language, label),
          })),
          error: problem ? wordsOf(problem) : null,
        };
      }),
    })),
  };
}

/** The rows as they are shown in the controls: as they were typed, or as somebody would type what is kept. */
function valuesOf(
  reader: Reader,
  question: FormQuestion,
  { typed, stored }: Filled,
): Readonly<Record<string, string>>[] {
  const columns = question.columns ?? [];
  if (!typed) return tableRows(stored).map((row) => asTyped(reader, columns, row));
  const entries = typedRows(question, typed) ?? [];
  const rows: Readonly<Record<string, string>>[] = [];
  for (const { place, cells } of entries) {
    // Where they stood when they were typed: a problem names its row by that.
    while (rows.length < place - 1) rows.push({});
    rows.push(
      Object.fromEntries(
        Object.entries(cells).map(([column, cell]) => [column, typeof cell === 'string' ? cell : '']),
      ),
    );
  }
  while (rows.length > 0 && Object.values(rows.at(-1) ?? {}).every((cell) => cell.trim() === '')) rows.pop();
  return rows;
}

function asTyped(
  reader: Reader,
  columns: readonly TableColumn[],
  row: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    columns.map(({ id, type }) => {
      const value = row[id] ?? '';
      if (type === 'date') return [id, dateAsTyped(value)];
      return [id, type === 'number' ? numberAsTyped(reader, value) : value];
    }),
  );
}

/** Day, month and year, as in the three controls of a date. */
function dateAsTyped(value: string): string {
  const [year, month, day] = value.split('-');
  return year && month && day ? `${Number(day)}.${Number(month)}.${year}` : value;
}

/** With the reader's decimal sign and no grouping: as they would type it. */
export function numberAsTyped({ translator, language }: Reader, stored: string): string {
  return translator.number(language, 0.5).includes(',') ? stored.replace('.', ',') : stored;
}

export function presentPerson(question: FormQuestion, { typed, stored, problemAt }: Filled): PersonFieldView {
  const person = personOf(stored);
  return {
    parts: PERSON_PARTS.map((part) => {
      const name = `${question.id}-${part}`;
      const problem = problemAt(name);
      return {
        kind: part === 'email' ? 'email' : 'text',
        name,
        label: { key: `applications.form.person.${part}` },
        value: (typed ? typed[name] : person[part]) ?? '',
        ...(problem ? { error: wordsOf(problem) } : {}),
      };
    }),
  };
}

function wordsOf({ problem, values }: FieldProblem) {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

/** What each control of a question with several is called, for the list of problems above the page. */
export function partLabels(reader: Reader, question: FormQuestion): readonly (readonly [string, string])[] {
  const { translator, language } = reader;
  const own = translator.localized(language, question.label);
  if (question.type === 'person') {
    return PERSON_PARTS.map((part) => [
      `${question.id}-${part}`,
      `${own}: ${translator.t(language, `applications.form.person.${part}`)}`,
    ]);
  }
  if (question.type !== 'table') return [];
  const rows = Array.from({ length: (question.maxRows ?? DEFAULT_MAX_ROWS) * 2 }, (_, index) => index + 1);
  return rows.flatMap((row) =>
    (question.columns ?? []).map(
      (column) =>
        [
          cellName(question.id, row, column.id),
          translator.t(language, 'applications.form.table.cell', {
            question: own,
            row,
            column: translator.localized(language, column.label),
          }),
        ] as const,
    ),
  );
}
