import { describe, expect, it } from '@jest/globals';
import { valueProblem } from './correction.js';
import type { CorrectionField } from './correction.js';

describe('a value that somebody asks for', () => {
  it.each<[CorrectionField, string, string | null]>([
    ['native_family', 'Стојановић-Петровић', null],
    ['native_given', 'Đorđe', null],
    ['latin_family', 'Stojanović', null],
    ['passport_family', "O'NEILL JR.", null],
    ['latin_family', 'Стојановић', 'not_passport_spelling'],
    ['passport_given', 'ANNА', 'not_passport_spelling'],
    ['native_family', '1234', 'not_name'],
    ['native_family', '<b>Ana</b>', 'not_name'],
    ['native_family', '--', 'not_name'],
    ['native_family', 'А'.repeat(101), 'too_long'],
    ['native_family', '', 'required'],
    ['submission', 'The year of the diploma is 2019, not 2009.', null],
    ['submission', 'x'.repeat(2001), 'too_long'],
    ['record', '', 'required'],
  ])('%s: %s', (field, wanted, problem) => {
    expect(valueProblem(field, wanted)?.problem ?? null).toBe(problem);
  });
});
