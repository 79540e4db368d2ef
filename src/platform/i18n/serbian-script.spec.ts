import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SERBIAN_LATIN } from '../../shared/transliteration.js';
import { stripProtection, toSerbianLatin } from './serbian-script.js';

const SERBIAN = Object.keys(SERBIAN_LATIN).flatMap((letter) => [letter, letter.toUpperCase()]);
const cyrillic = fc.string({ unit: fc.constantFrom(...SERBIAN, ' ', '.', '-', '1') });
/** Anything that cannot be taken for brackets or for Cyrillic. */
const other = fc
  .string({ unit: 'grapheme' })
  .map((text) => text.replace(/[[\]\p{Script=Cyrillic}]/gu, '').normalize('NFC'));

describe('toSerbianLatin', () => {
  it.each([
    ['Џак љубичастих њорки ђака Ћире', 'Džak ljubičastih njorki đaka Ćire'],
    ['Љубљана, Његош, Џон', 'Ljubljana, Njegoš, Džon'],
    ['ЉУБЉАНА, ЊЕГОШ, ЏОН', 'LJUBLJANA, NJEGOŠ, DŽON'],
    ['Љ. Њ. Џ.', 'Lj. Nj. Dž.'],
    ['НИШ и Ниш', 'NIŠ i Niš'],
    ['Ана-Марија Чолић, е-пошта: ana@example.org', 'Ana-Marija Čolić, e-pošta: ana@example.org'],
    ['PDF датотека до {{max}} MB', 'PDF datoteka do {{max}} MB'],
    ['Пријава RS-2027-000123', 'Prijava RS-2027-000123'],
    ['адреса https://example.org/пут', 'adresa https://example.org/put'],
  ])('writes %s as %s', (text, latin) => {
    expect(toSerbianLatin(text)).toBe(latin);
  });

  it('leaves protected passages in their script, without brackets', () => {
    expect(toSerbianLatin('Универзитет [[МГУ имени Ломоносова]] и [[Наука]].')).toBe(
      'Univerzitet МГУ имени Ломоносова i Наука.',
    );
    expect(toSerbianLatin('[[прва\nдруга]] и једна [ заграда ]')).toBe('прва\nдруга i jedna [ zagrada ]');
    expect(toSerbianLatin('недовршено [[овде')).toBe('nedovršeno [[ovde');
  });

  it('leaves words with letters that Serbian does not have', () => {
    expect(toSerbianLatin('факултет Высшая школа, щ, подъезд')).toBe('fakultet Высшая škola, щ, подъезд');
  });

  it('survives what is not Serbian Cyrillic, and its own result', () => {
    fc.assert(
      fc.property(other, (text) => {
        expect(toSerbianLatin(text)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(cyrillic, (text) => {
        expect(toSerbianLatin(toSerbianLatin(text))).toBe(toSerbianLatin(text));
      }),
    );
  });

  it('leaves no Cyrillic of a Serbian text, and keeps capitals and small letters', () => {
    fc.assert(
      fc.property(cyrillic, (text) => {
        const latin = toSerbianLatin(text);
        expect(latin).not.toMatch(/\p{Script=Cyrillic}/u);
        expect(toSerbianLatin(text.toLowerCase())).toBe(latin.toLowerCase());
      }),
    );
  });

  it('protects whatever stands in brackets', () => {
    fc.assert(
      fc.property(cyrillic, cyrillic, cyrillic, (before, kept, after) => {
        const text = `${before} [[${kept}]] ${after}`;
        expect(toSerbianLatin(text)).toBe(`${toSerbianLatin(before)} ${kept} ${toSerbianLatin(after)}`);
        expect(stripProtection(text)).toBe(`${before} ${kept} ${after}`);
      }),
    );
  });
});
