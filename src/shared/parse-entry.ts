/** What a person typed, understood; or the problem with it, a translation key `problems.<problem>`. */
export type Entry<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: 'not_date' | 'not_phone' };

/** How people of one country write a number at home. Data of the country, never a condition in code. */
export interface DialingPlan {
  /** Without +, for example `381`. */
  readonly callingCode: string;
  /** What is dialled before the area code inside the country and left out from abroad: `0`, or `8`. */
  readonly trunkPrefix: string;
}

/** Serbian in both scripts, Russian and English: names alone, in a date, and short. */
const MONTHS: readonly (readonly string[])[] = [
  'јануар јануара јан januar januara jan январь января янв january',
  'фебруар фебруара феб februar februara feb февраль февраля фев февр february',
  'март марта мар mart marta mar march',
  'април априла апр april aprila apr апрель апреля',
  'мај маја maj maja май мая may',
  'јун јуна juni jun juna июнь июня июн june јуни',
  'јул јула juli jul jula июль июля июл july јули',
  'август августа авг avgust avgusta avg august aug',
  'септембар септембра сеп септ septembar septembra sep sept сентябрь сентября сен сент september',
  'октобар октобра окт oktobar oktobra okt октябрь октября october oct',
  'новембар новембра нов novembar novembra nov ноябрь ноября ноя нояб november',
  'децембар децембра дец decembar decembra dec декабрь декабря дек december',
].map((names) => names.split(' '));

/** Words and endings that stand in a date and say nothing: "27th", "27-го", "2003 г.", "2003. године". */
const SILENT = new Set('st nd rd th of го ог ga og г год года god godine године година year лета'.split(' '));

const INVISIBLE = /[\p{Cf}]/gu;

/**
 * A date as day, month and year, with any separators, the month as a number or by its name in any of our languages, in
 * the digits of any one script; year first (ISO 8601) is understood too. The year needs its four digits.
 *
 * @returns the day as YYYY-MM-DD
 */
export function parseDate(text: string): Entry<string> {
  const refused = { ok: false, problem: 'not_date' } as const;
  const entry = inAsciiDigits(text)?.toLowerCase();
  if (entry === undefined || entry.length > 60) return refused;
  const parts = (entry.match(/\d+|\p{L}+/gu) ?? []).filter((part) => !SILENT.has(part));
  const [first, second, third] = parts;
  if (parts.length !== 3 || first === undefined || second === undefined || third === undefined)
    return refused;

  // A month's name may stand first ("March 27, 2003"); a number there is the day, or a year of four digits.
  const [day, month, year] =
    monthByName(first) !== undefined
      ? [second, first, third]
      : first.length === 4
        ? [third, second, first]
        : [first, second, third];
  if (!/^\d{1,2}$/.test(day) || !/^\d{4}$/.test(year)) return refused;
  const monthNumber = monthByName(month) ?? (/^\d{1,2}$/.test(month) ? Number(month) : undefined);
  if (monthNumber === undefined) return refused;
  return onCalendar(Number(year), monthNumber, Number(day)) ?? refused;
}

/**
 * A telephone number as E.164, `+381111234567`: with the country's code, after + or 00, or as it is dialled inside the
 * country whose plan is given. Spaces, brackets, dots, slashes and hyphens are the writer's matter.
 */
export function parsePhone(text: string, plan?: DialingPlan): Entry<string> {
  const refused = { ok: false, problem: 'not_phone' } as const;
  const entry = inAsciiDigits(text);
  if (entry === undefined) return refused;
  // "+381 (0)11 …" shows both ways of dialling at once.
  const written = entry
    .trim()
    .replace(/^tel:/iu, '')
    .replace(/^(\+|00)([^(]*)\(0\)/u, '$1$2')
    .replace(/[\s()./\p{Pd}]/gu, '');
  const international = /^(?:\+|00)(\d+)$/u.exec(written)?.[1];
  const number = international ?? (plan ? fromInside(written, plan) : undefined);
  return number !== undefined && /^[1-9]\d{7,14}$/.test(number) ? { ok: true, value: `+${number}` } : refused;
}

/** Words as a reader counts them: letters and digits in a row, with the hyphens and apostrophes inside them. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’\-‑][\p{L}\p{M}\p{N}]+)*/gu)?.length ?? 0;
}

function fromInside(written: string, { callingCode, trunkPrefix }: DialingPlan): string | undefined {
  const digits = /^\d+$/.test(written) && written.startsWith(trunkPrefix);
  return digits ? callingCode + written.slice(trunkPrefix.length) : undefined;
}

function monthByName(part: string): number | undefined {
  const place = MONTHS.findIndex((names) => names.includes(part));
  return place === -1 ? undefined : place + 1;
}

/** 31 February is no day; `Date` would make it 3 March. */
function onCalendar(year: number, month: number, day: number): Entry<string> | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year >= 1 ? { ok: true, value: date.toISOString().slice(0, 10) } : undefined;
}

/**
 * The same text with 0–9 for the decimal digits of any one script (Arabic-Indic, Devanagari, full width…), without the
 * invisible marks that come along with them. Two kinds of digits in one entry are a slip of the keyboard or a trick,
 * and are not guessed at: then there is no answer.
 */
function inAsciiDigits(text: string): string | undefined {
  const zeros = new Set<number>();
  const read = text.replace(INVISIBLE, '').replace(/\p{Nd}/gu, (digit) => {
    const zero = zeroOf(digit);
    zeros.add(zero);
    return String((digit.codePointAt(0) ?? zero) - zero);
  });
  return zeros.size > 1 ? undefined : read;
}

/** Unicode keeps each script's ten digits side by side, from zero up. */
function zeroOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  // Full-width and mathematical digits: five mathematical sets follow each other without a gap.
  const plain = digit.normalize('NFKC');
  if (/^[0-9]$/.test(plain)) return code - Number(plain);
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return zero;
}
