import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IDENTIFIERS, mrzCheckDigit, readIdentifier, shownIdentifier } from './identifiers.js';
import type { IdentifierKind } from './identifiers.js';

/** From the standards and registers themselves, or made for the purpose where a real one would be somebody's. */
const VALID: readonly (readonly [IdentifierKind, string, string])[] = [
  ['orcid', '0000-0002-1825-0097', '0000-0002-1825-0097'],
  ['orcid', 'https://orcid.org/0000-0001-5109-3700', '0000-0001-5109-3700'],
  ['orcid', '0000 0002 1694 233x', '0000-0002-1694-233X'],
  ['orcid', '0000–0002–1694–233Х', '0000-0002-1694-233X'],
  ['orcid', 'OOOO-OOO2-I825-OO97', '0000-0002-1825-0097'],
  ['jmbg', '0101006500006', '0101006500006'],
  ['jmbg', '010100 650000 6', '0101006500006'],
  ['jmbg', '2902000710009', '2902000710009'],
  ['snils', '112-233-445 95', '11223344595'],
  ['snils', '087-654-303 00', '08765430300'],
  ['snils', '001-001-998 00', '00100199800'],
  ['inn', '7707083893', '7707083893'],
  ['inn', '500100732259', '500100732259'],
  ['inn', '7707 083 893', '7707083893'],
  ['iban', 'GB82 WEST 1234 5698 7654 32', 'GB82WEST12345698765432'],
  ['iban', 'IBAN: RS35 2600 0560 1001 6113 79', 'RS35260005601001611379'],
  ['iban', 'rs35-2600-0560-1001-6113-79', 'RS35260005601001611379'],
  ['iban', 'DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
  ['iban', 'ТR33 0006 1005 1978 6457 8413 26', 'TR330006100519786457841326'],
  [
    'passport_mrz',
    'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
    'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
  ],
  [
    'passport_mrz',
    'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10',
    'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
  ],
  [
    'passport_mrz',
    'l898902с36utо7408122f1204159ze184226b«««««10',
    'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
  ],
];

const BROKEN: readonly (readonly [IdentifierKind, string, string])[] = [
  ['orcid', '0000-0002-1825-0098', 'orcid_check'],
  ['orcid', '0000-0002-8125-0097', 'orcid_check'],
  ['orcid', '0000-0002-1825', 'not_orcid'],
  ['orcid', '0000-0002-1825-00970', 'not_orcid'],
  ['jmbg', '0101006500005', 'jmbg_check'],
  ['jmbg', '010100650000', 'not_jmbg'],
  ['jmbg', '3002000710001', 'not_jmbg'],
  ['snils', '112-233-445 96', 'snils_check'],
  ['snils', '112-233-445', 'not_snils'],
  ['snils', '000-000-000 00', 'not_snils'],
  ['inn', '7707083894', 'inn_check'],
  ['inn', '500100732258', 'inn_check'],
  ['inn', '500100732249', 'inn_check'],
  ['inn', '50010073225', 'not_inn'],
  ['iban', 'GB82 WEST 1234 5698 7654 23', 'iban_check'],
  ['iban', 'RS35 2600 0560 1001 6113', 'not_iban'],
  ['iban', '260-0056010016113-79', 'not_iban'],
  ['passport_mrz', 'L898902C36UTO7408122F1204159ZE184226B<<<<<11', 'passport_mrz_check'],
  ['passport_mrz', 'L898902C37UTO7408122F1204159ZE184226B<<<<<10', 'passport_mrz_check'],
  ['passport_mrz', 'L898902C36UTO7408122F1204159ZE184226B<<<<10', 'not_passport_mrz'],
  ['passport_mrz', 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'not_passport_mrz'],
];

it.each(VALID)('%s: %j is kept as %s', (kind, typed, value) => {
  expect(readIdentifier(kind, typed)).toEqual({ ok: true, value });
});

it.each(BROKEN)('%s: %j is refused: %s', (kind, typed, problem) => {
  expect(readIdentifier(kind, typed)).toEqual({ ok: false, problem });
});

it.each(VALID)('%s: what is shown of %j is read again as the same', (kind, _typed, value) => {
  expect(readIdentifier(kind, shownIdentifier(kind, value))).toEqual({ ok: true, value });
});

it.each(IDENTIFIERS)('%s: whatever is typed, it is answered and nothing is thrown', (kind) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (typed) => {
      const read = readIdentifier(kind, typed);
      expect(read.ok ? readIdentifier(kind, read.value) : read).toEqual(read);
    }),
  );
});

/** All the kinds and positions for which the standard guarantees that one wrong digit is found. */
const GUARANTEED: readonly (readonly [string, IdentifierKind, string, (place: number) => boolean])[] = [
  ['ORCID', 'orcid', '0000000218250097', () => true],
  ['JMBG', 'jmbg', '0101006500006', () => true],
  ['IBAN', 'iban', 'RS35260005601001611379', (place) => place >= 2],
  ['passport line', 'passport_mrz', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10', () => true],
  ['SNILS', 'snils', '11223344595', () => true],
];

describe.each(GUARANTEED)('a wrong digit in %s', (_name, kind, value, at) => {
  const places = [...value].flatMap((character, place) => (/\d/.test(character) && at(place) ? [place] : []));
  it.each(places)('is found at place %i', (place) => {
    for (const digit of '0123456789') {
      if (digit === value[place]) continue;
      const broken = value.slice(0, place) + digit + value.slice(place + 1);
      expect([broken, readIdentifier(kind, broken).ok]).toEqual([broken, false]);
    }
  });
});

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(''));

/** The number with the check that this house says is right, found by trying: there is exactly one, or none. */
function completed(kind: IdentifierKind, body: string, checks: readonly string[]): readonly string[] {
  return checks.map((check) => body + check).filter((whole) => readIdentifier(kind, whole).ok);
}

const ORCID_CHECKS = [...'0123456789X'];
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

it('every body of an ORCID has one check character, and a digit changed or two neighbours swapped are found', () => {
  fc.assert(
    fc.property(digits(15), fc.nat(14), fc.integer({ min: 1, max: 9 }), (body, place, shift) => {
      const found = completed('orcid', body, ORCID_CHECKS);
      expect(found).toHaveLength(1);
      const [whole = ''] = found;
      const other = String((Number(whole[place]) + shift) % 10);
      const changed = whole.slice(0, place) + other + whole.slice(place + 1);
      expect(readIdentifier('orcid', changed).ok).toBe(false);
      const [left, right] = [whole[place], whole[place + 1]];
      if (left !== right && right !== 'X') {
        const swapped = `${whole.slice(0, place)}${right}${left}${whole.slice(place + 2)}`;
        expect(readIdentifier('orcid', swapped).ok).toBe(false);
      }
    }),
  );
});

it('every body of a SNILS has one check number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_001_999, max: 999_999_999 }), (body) => {
      expect(completed('snils', String(body).padStart(9, '0'), TWO_DIGITS)).toHaveLength(1);
    }),
    { numRuns: 40 },
  );
});

it('a digit changed in an INN of a person is found unless both its checks say the same by chance', () => {
  fc.assert(
    fc.property(digits(8), fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, place, shift) => {
      const [whole] = completed('inn', `77${body}`, TWO_DIGITS);
      expect(whole).toBeDefined();
      if (whole === undefined) return;
      const changed = `${whole.slice(0, place)}${(Number(whole[place]) + shift) % 10}${whole.slice(place + 1)}`;
      // The remainder 10 is written as 0, so that a check of 0 stands for two remainders: only there a change may pass.
      if (!whole.slice(10).includes('0')) expect(readIdentifier('inn', changed).ok).toBe(false);
    }),
    { numRuns: 60 },
  );
});

it('every account has one pair of check digits from 02 to 98, and two neighbours swapped are found', () => {
  fc.assert(
    fc.property(digits(18), fc.integer({ min: 0, max: 16 }), (account, place) => {
      const found = TWO_DIGITS.slice(2, 99).filter(
        (check) => readIdentifier('iban', `RS${check}${account}`).ok,
      );
      expect(found).toHaveLength(1);
      const [left, right] = [account[place], account[place + 1]];
      if (left === right) return;
      const swapped = `${account.slice(0, place)}${right}${left}${account.slice(place + 2)}`;
      expect(readIdentifier('iban', `RS${found[0]}${swapped}`).ok).toBe(false);
    }),
    { numRuns: 60 },
  );
});

it('a digit of a field of the machine-readable zone cannot be changed without its check digit', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Z0-9<]{1,20}$/),
      fc.nat(19),
      fc.integer({ min: 1, max: 9 }),
      (field, at, shift) => {
        const place = at % field.length;
        const digit = field[place] ?? '';
        fc.pre(/\d/.test(digit));
        const changed = `${field.slice(0, place)}${(Number(digit) + shift) % 10}${field.slice(place + 1)}`;
        expect(mrzCheckDigit(changed)).not.toBe(mrzCheckDigit(field));
      },
    ),
  );
});
