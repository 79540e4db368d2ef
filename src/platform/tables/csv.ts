/** A text file that begins with it is read as UTF-8 by spreadsheets too. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * How a spreadsheet would begin to calculate: with a sign, with the full-width form of one, or after a white space that it
 * leaves out. A leading space of ours is no protection, an apostrophe is: to a spreadsheet it says "this is text".
 */
const FORMULA = /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/** One row by RFC 4180, with its end. What would be a formula is text. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n\t']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
