import type { FormQuestion, TableColumn } from '../../calls/public.js';
import { PERSON_PARTS } from '../../shared/compound-entry.js';
import { canonicalJson } from '../../shared/content-hash.js';

/** A row of a table by the column's id; what is empty is not there. */
export type TableRow = Readonly<Record<string, string>>;
export type PersonAnswer = Readonly<Record<string, string>>;

/** The answer to a table as it is kept: the same rows are the same text, so that versions can be compared and hashed. */
export function tableText(rows: readonly TableRow[]): string {
  return canonicalJson(rows);
}

export function personText(person: PersonAnswer): string {
  return canonicalJson(person);
}

/** The rows of a kept answer. What is no table has none: an answer may be older than the question's present type. */
export function tableRows(value: string | undefined): readonly TableRow[] {
  const parsed = parsedJson(value);
  return Array.isArray(parsed) ? parsed.map(textsOf) : [];
}

export function personOf(value: string | undefined): PersonAnswer {
  return textsOf(parsedJson(value));
}

function parsedJson(value: string | undefined): unknown {
  if (!value) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Whether nothing of an answer is left open: every row in all its cells, a person in all their parts. */
export function isWhole(question: FormQuestion, value: string): boolean {
  switch (question.type) {
    case 'table':
      return tableRows(value).every((row) => isWholeRow(question.columns ?? [], row));
    case 'person': {
      const person = personOf(value);
      return PERSON_PARTS.every((part) => person[part]);
    }
    default:
      return true;
  }
}

function isWholeRow(columns: readonly TableColumn[], row: TableRow): boolean {
  return columns.every(({ id, optional }) => optional || row[id]);
}
