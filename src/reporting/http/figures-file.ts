import type { FileResult } from '../../platform/http/page.js';
import type { Translator } from '../../platform/i18n/translator.js';
import { csvFile } from '../../platform/tables/table-file.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Language } from '../../shared/language.js';
import type { FiguresTable, Words } from './views/figures.js';

/** One of the tables of a page as CSV. @throws DomainError `not_found` where the page has no such table */
export function figuresFile(
  translator: Translator,
  language: Language,
  tables: readonly FiguresTable[],
  wanted: string | undefined,
): FileResult {
  const table = tables.find(({ key }) => key === wanted);
  if (!table) throw new DomainError('not_found');
  const say = (words: Words) =>
    typeof words === 'string' ? words : translator.t(language, words.key, words.values);
  const lines = [
    table.columns.map(({ label }) => say(label)),
    ...table.rows.map(({ cells }) => cells.map(({ text }) => say(text))),
  ];
  return csvFile(`${table.key}.csv`, lines);
}
