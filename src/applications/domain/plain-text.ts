import { DomainError } from '../../shared/domain-error.js';

/**
 * What somebody wrote, as it is kept: a line ends as a browser ends it or otherwise; other signs that print nothing are
 * none of the text.
 */
export function plainText(typed: string): string {
  return typed
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

/** The same of a field that must be filled. @throws DomainError `invalid` where it is empty or too long. */
export function requiredText(typed: string, field: string, max: number): string {
  const text = plainText(typed);
  if (!text) throw new DomainError('invalid', { fields: [{ field, problem: 'required' }] });
  return shortText(text, field, max);
}

/** The same of a field that may be empty. */
export function optionalText(typed: string, field: string, max: number): string {
  return shortText(plainText(typed), field, max);
}

function shortText(text: string, field: string, max: number): string {
  if (text.length <= max) return text;
  throw new DomainError('invalid', { fields: [{ field, problem: 'too_long', values: { max } }] });
}
