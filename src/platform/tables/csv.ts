/** A text file that begins with it is read as UTF-8 by spreadsheets too. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Where a spreadsheet would begin to calculate: at a sign, or the full-width form of one, after a white space that it leaves
 * out. Where rows are cut at semicolons, as in the regions of both countries, a cell begins after each of them, and quotes
 * do not help. A leading space of ours is no protection, an apostrophe is: to a spreadsheet it says "this is text".
 */
const FORMULA = /(^|[;\t\r\n])(\s*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const BLANK_FIRST = /^[\t\r\n]/;

/** Calculates nothing: a number below nought stays one. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** One row by RFC 4180, with its end. What would be a formula is text. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** What most cells have nothing of: where no rule begins, none need be asked. */
const RULED = /[",;\r\n\t']|^[\s=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|\s$/;

function csvCell(value: string): string {
  if (!RULED.test(value)) return value;
  if (NUMBER.test(value)) return value;
  const safe = value.replace(FORMULA, "$1$2'");
  const text = BLANK_FIRST.test(safe) ? `'${safe}` : safe;
  return /[",;\r\n\t']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
