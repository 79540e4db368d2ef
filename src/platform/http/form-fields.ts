import type { FormFields } from './session-data.js';

/** The text of one field; of a repeated one what stands last, as a browser shows it. Empty where it did not come. */
export function textOf(fields: FormFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : (value?.at(-1) ?? '');
}

/** Every field of a form once: of a repeated one what stands last. */
export function eachOnce(fields: FormFields): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, textOf(fields, name)]));
}
