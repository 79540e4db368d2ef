/** Names as the account holds them: one that is granted is carried out at once. */
export const CORRECTABLE_NAMES = [
  'native_given',
  'native_family',
  'latin_given',
  'latin_family',
  'passport_given',
  'passport_family',
] as const;
export type CorrectableName = (typeof CORRECTABLE_NAMES)[number];

/**
 * What a correction may be asked of. What was submitted is frozen by its hash, and a letter is issued once: one that is granted
 * there stands beside it, for both sides to read.
 */
export const CORRECTION_FIELDS = [...CORRECTABLE_NAMES, 'submission', 'record'] as const;
export type CorrectionField = (typeof CORRECTION_FIELDS)[number];

export const CORRECTION_STATES = ['asked', 'withdrawn', 'refused', 'done'] as const;
export type CorrectionState = (typeof CORRECTION_STATES)[number];

/** How long a name may be, and what is asked in one's own words. */
export const NAME_LENGTH = 100;
export const WORDS_LENGTH = 2000;

export function isName(field: CorrectionField): field is CorrectableName {
  return CORRECTABLE_NAMES.some((name) => name === field);
}

/** What is wrong with a new value of the field; null where it may be asked for. */
export function valueProblem(
  field: CorrectionField,
  wanted: string,
): { readonly problem: string; readonly values?: { readonly max: number } } | null {
  if (wanted === '') return { problem: 'required' };
  const max = isName(field) ? NAME_LENGTH : WORDS_LENGTH;
  if (wanted.length > max) return { problem: 'too_long', values: { max } };
  if (!isName(field)) return null;
  if (/[\p{Cc}\p{Nd}<>]/u.test(wanted) || !/\p{L}/u.test(wanted)) return { problem: 'not_name' };
  // A passport and a name in Latin letters hold no others.
  const latin = !field.startsWith('native_');
  return latin && /[^\p{Script=Latin}\p{M}\p{Zs}'’.-]/u.test(wanted)
    ? { problem: 'not_passport_spelling' }
    : null;
}
