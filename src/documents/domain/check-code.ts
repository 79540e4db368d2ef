import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: without I, L, O and U, which are misread or spell words. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;

/** What people type for a letter that they see: the look-alikes of both alphabets that the programme writes in. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  O: '0',
  I: '1',
  L: '1',
  А: 'A',
  В: 'B',
  С: 'C',
  Е: 'E',
  Н: 'H',
  Ј: 'J',
  К: 'K',
  М: 'M',
  О: '0',
  Р: 'P',
  Ѕ: 'S',
  Т: 'T',
  Х: 'X',
  У: 'Y',
};

/** 50 random bits as ten characters: with the rate limit of the public page, not to be guessed. */
export function newCheckCode(random: (bytes: number) => Buffer = randomBytes): string {
  let code = '';
  // Five bits from each byte: 256 is a multiple of 32, so every character is equally likely.
  for (const byte of random(LENGTH)) code += ALPHABET.charAt(byte & 31);
  return code;
}

/** As it is printed: `XXXXX-XXXXX`. */
export function showCheckCode(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** What a person typed, as a code; undefined when it cannot be one. Case, spaces, dashes and look-alikes do not matter. */
export function readCheckCode(typed: string): string | undefined {
  const code = [...typed.toUpperCase().replace(/[\s\p{Pd}]/gu, '')]
    .map((character) => LOOK_ALIKES[character] ?? character)
    .join('');
  return code.length === LENGTH && [...code].every((character) => ALPHABET.includes(character))
    ? code
    : undefined;
}

/** Whether what a person typed is this code. How long it takes tells nothing of how much of it was right. */
export function isSameCheckCode(code: string, typed: string): boolean {
  const given = readCheckCode(typed);
  const equal = timingSafeEqual(Buffer.from(code), Buffer.from(given ?? '-'.repeat(LENGTH)));
  return equal && given !== undefined;
}
