import { Readable } from 'node:stream';
import { answerFile } from '../http/page.js';
import type { FileResult } from '../http/page.js';
import { BYTE_ORDER_MARK, csvRow } from './csv.js';
import { xlsx } from './xlsx.js';

export const TABLE_FORMATS = ['csv', 'xlsx'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const MEDIA_TYPES: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: XLSX,
};

type Batches = AsyncIterable<readonly (readonly string[])[]>;

/** A table of any length as a file, written as its rows come. */
export function tableFile(table: {
  /** Of the sheet, and with the day of the file. */
  readonly title: string;
  /** `2027-03-15` */
  readonly day: string;
  readonly format: TableFormat;
  readonly columns: readonly string[];
  readonly batches: Batches;
}): FileResult {
  const { title, day, format, columns, batches } = table;
  return answerFile({
    content: Readable.from(format === 'csv' ? csv(columns, batches) : xlsx(title, columns, batches)),
    contentType: MEDIA_TYPES[format],
    fileName: `${title} ${day}.${format}`,
  });
}

/** A few rows as CSV, of which the first may name the columns. */
export function csvFile(fileName: string, rows: readonly (readonly string[])[]): FileResult {
  return answerFile({
    content: Buffer.from(BYTE_ORDER_MARK + rows.map(csvRow).join('')),
    contentType: 'text/csv; charset=utf-8',
    fileName,
  });
}

async function* csv(columns: readonly string[], batches: Batches): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvRow(columns));
  for await (const rows of batches) yield Buffer.from(rows.map((row) => csvRow(row)).join(''));
}
