import { readFileSync } from 'node:fs';
import type { LocalizedText } from '../../shared/language.js';

/** One field of ISCED-F 2013: two digits are a broad field, three a narrow one, four a detailed one. */
export interface FieldOfStudy extends LocalizedText {
  readonly code: string;
}

const FIELDS = JSON.parse(
  readFileSync(new URL('isced-fields.json', import.meta.url), 'utf8'),
) as readonly FieldOfStudy[];
const BY_CODE = new Map(FIELDS.map((field) => [field.code, field]));

/** Null for a code that the classification does not hold. */
export function fieldOfStudy(code: string): FieldOfStudy | null {
  return BY_CODE.get(code) ?? null;
}

/** Every field that is no finer than so many digits, in the order of the classification. */
export function fieldsOfStudy(digits: 2 | 3 | 4): readonly FieldOfStudy[] {
  return FIELDS.filter(({ code }) => code.length <= digits);
}
