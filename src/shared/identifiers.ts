/** Numbers of persons and accounts that prove their own spelling by check digits. */
export const IDENTIFIERS = ['orcid', 'jmbg', 'snils', 'inn', 'iban', 'passport_mrz'] as const;
export type IdentifierKind = (typeof IDENTIFIERS)[number];

/** An identifier as it is kept, or the problem with what was typed: the translation key `problems.<problem>`. */
export type IdentifierRead =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly problem: `not_${IdentifierKind}` | `${IdentifierKind}_check` };

/**
 * An identifier as people type it: with spaces and hyphens anywhere, in small letters, with Cyrillic letters that look like
 * Latin ones. `not_<kind>`: it does not have the shape of one; `<kind>_check`: it has, and its check digits say that a
 * character was mistyped.
 */
export function readIdentifier(kind: IdentifierKind, typed: string): IdentifierRead {
  const read = READERS[kind](typed);
  if (read === 'shape') return { ok: false, problem: `not_${kind}` };
  if (read === 'check') return { ok: false, problem: `${kind}_check` };
  return { ok: true, value: read.value };
}

/** As it is written for people: in the groups that its standard prints. */
export function shownIdentifier(kind: IdentifierKind, value: string): string {
  switch (kind) {
    case 'iban':
      return value.replace(/(.{4})(?=.)/g, '$1 ');
    case 'snils':
      return value.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1-$2-$3 $4');
    case 'orcid':
    case 'jmbg':
    case 'inn':
    case 'passport_mrz':
      return value;
  }
}

type Read = { readonly value: string } | 'shape' | 'check';

const READERS: Readonly<Record<IdentifierKind, (typed: string) => Read>> = {
  orcid: readOrcid,
  jmbg: readJmbg,
  snils: readSnils,
  inn: readInn,
  iban: readIban,
  passport_mrz: readPassportMrz,
};

/** ORCID iD: 15 digits and the check character of ISO 7064 MOD 11-2, which may be X. Kept as 0000-0002-1825-0097. */
function readOrcid(typed: string): Read {
  const written = digitCharacters(typed.trim().replace(/^(https?:\/\/)?(www\.)?orcid\.org\//i, ''));
  if (!/^\d{15}[\dX]$/.test(written)) return 'shape';
  let total = 0;
  for (const digit of written.slice(0, 15)) total = ((total + Number(digit)) * 2) % 11;
  const check = (12 - total) % 11;
  if (written[15] !== (check === 10 ? 'X' : String(check))) return 'check';
  return { value: written.replace(/(.{4})(?=.)/g, '$1-') };
}

/**
 * JMBG: DDMMYYY (the year without its first digit), two digits of the region, three of the order and sex, one check digit
 * modulo 11. A number whose remainder would call for a check of ten is never given out.
 */
function readJmbg(typed: string): Read {
  const written = digitCharacters(typed);
  if (!/^\d{13}$/.test(written)) return 'shape';
  const digits = digitsOf(written);
  const sum = weighted(digits, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
  const check = (11 - (sum % 11)) % 11;
  if (check !== digits[12]) return 'check';
  const [day, month, year] = [written.slice(0, 2), written.slice(2, 4), written.slice(4, 7)];
  return isDay(`${Number(year) >= 800 ? '1' : '2'}${year}-${month}-${day}`) ? { value: written } : 'shape';
}

/** The first number that carries check digits; those before it were given out without. */
const FIRST_CHECKED_SNILS = 1_001_999;

/** SNILS: nine digits and two check digits, the weighted sum modulo 101, where 100 is written as 00. */
function readSnils(typed: string): Read {
  const written = digitCharacters(typed);
  if (!/^\d{11}$/.test(written) || /^0{9}/.test(written)) return 'shape';
  if (Number(written.slice(0, 9)) < FIRST_CHECKED_SNILS) return { value: written };
  const check = (weighted(digitsOf(written), [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100;
  return check === Number(written.slice(9)) ? { value: written } : 'check';
}

/** INN: twelve digits for a person, with two check digits; ten for an organisation, with one. */
function readInn(typed: string): Read {
  const written = digitCharacters(typed);
  if (!/^(\d{10}|\d{12})$/.test(written) || /^00/.test(written)) return 'shape';
  const digits = digitsOf(written);
  const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
  const check = (length: number) => (weighted(digits, weights.slice(11 - length)) % 11) % 10;
  const right =
    digits.length === 10 ? check(9) === digits[9] : check(10) === digits[10] && check(11) === digits[11];
  return right ? { value: written } : 'check';
}

/** Lengths of IBANs by country, of those that write one (registry of SWIFT). Of any other the checksum alone decides. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AT: 20,
  BA: 20,
  BE: 16,
  BG: 22,
  BY: 28,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IT: 27,
  KZ: 20,
  LT: 20,
  LU: 20,
  LV: 21,
  MD: 24,
  ME: 22,
  MK: 19,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  RS: 22,
  RU: 33,
  SE: 24,
  SI: 19,
  SK: 24,
  TR: 26,
  UA: 29,
};

/** IBAN (ISO 13616): the first four characters moved to the end and letters read as numbers leave 1 modulo 97. */
function readIban(typed: string): Read {
  const written = characters(typed.replace(/^\s*iban\b:?/i, ''));
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(written)) return 'shape';
  const length = IBAN_LENGTHS[written.slice(0, 2)];
  if (length !== undefined && length !== written.length) return 'shape';
  let remainder = 0;
  for (const character of written.slice(4) + written.slice(0, 4)) {
    for (const digit of String(valueOf(character))) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder === 1 ? { value: written } : 'check';
}

/**
 * The second line of a passport's machine-readable zone (ICAO 9303 part 4, TD3): number, nationality, birth, sex, expiry and
 * personal number, four fields of which have a check digit and all of them one more. Both lines may be given; the second
 * is kept.
 */
function readPassportMrz(typed: string): Read {
  // Chevrons come as they were copied: typographic ones are the filler too.
  const whole = characters(typed.replace(/[«‹≤＜]/g, '<'));
  const line = whole.length === 88 && whole.startsWith('P') ? whole.slice(44) : whole;
  if (!/^[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[0-9<]\d$/.test(line)) return 'shape';
  const checked = (field: string, check: string | undefined) => mrzCheckDigit(field) === Number(check);
  const personal = line.slice(28, 42);
  // An empty personal number may be checked by a filler instead of 0.
  const personalChecked = /^<+$/.test(personal) && line[42] === '<' ? true : checked(personal, line[42]);
  const right =
    checked(line.slice(0, 9), line[9]) &&
    checked(line.slice(13, 19), line[19]) &&
    checked(line.slice(21, 27), line[27]) &&
    personalChecked &&
    checked(line.slice(0, 10) + line.slice(13, 20) + line.slice(21, 43), line[43]);
  return right ? { value: line } : 'check';
}

/** ICAO 9303 part 3: weights 7, 3, 1; letters from A = 10, the filler is 0. */
export function mrzCheckDigit(field: string): number {
  return (
    [...field].reduce((sum, character, place) => sum + mrzValue(character) * ([7, 3, 1][place % 3] ?? 0), 0) %
    10
  );
}

function mrzValue(character: string): number {
  return character === '<' ? 0 : valueOf(character);
}

/** 0–9 as they are, A = 10 … Z = 35. */
function valueOf(character: string): number {
  return Number.parseInt(character, 36);
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  А: 'A',
  В: 'B',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Т: 'T',
  У: 'Y',
  Х: 'X',
  Ј: 'J',
  І: 'I',
  Ѕ: 'S',
};

/** The characters alone: without spaces, any kind of hyphen and what cannot be seen, in capitals, Latin for what looks like it. */
function characters(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}−._]/gu, '')
    .toUpperCase()
    .replace(/[А-ЯЈІЅ]/gu, (letter) => LOOK_ALIKES[letter] ?? letter);
}

/** Where no letter can stand (but the X of a check), the letters that are typed for a digit are that digit. */
function digitCharacters(typed: string): string {
  return characters(typed).replace(/O/g, '0').replace(/[IL]/g, '1');
}

function digitsOf(written: string): readonly number[] {
  return [...written].map(Number);
}

function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * (digits[place] ?? 0), 0);
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
