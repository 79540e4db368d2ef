import { DomainError } from '../../shared/domain-error.js';

export const ENTRY_MAX = 4000;
export const SUMMARY_MAX = 8000;
export const REMARK_MAX = 2000;
/** More in an hour is no discussion. */
export const ENTRIES_AN_HOUR = 60;

/** What a member says to a summary: only a bare agreement needs no words. */
export const SUMMARY_ANSWERS = ['agree', 'agree_with_remark', 'ask_change'] as const;
export type SummaryAnswer = (typeof SUMMARY_ANSWERS)[number];

/** What somebody wrote, as it is kept. */
export function tidied(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

/** @throws DomainError `invalid` where it is empty or too long. */
export function neededWords(text: string, field: string, max: number): string {
  const words = tidied(text);
  if (words === '') throw new DomainError('invalid', { fields: [{ field, problem: 'required' }] });
  return withinLimit(words, field, max);
}

/** The same where nothing may be said as well. @throws DomainError `invalid` where it is too long. */
export function wordsIfAny(text: string, field: string, max: number): string {
  return withinLimit(tidied(text), field, max);
}

function withinLimit(words: string, field: string, max: number): string {
  if (words.length <= max) return words;
  throw new DomainError('invalid', { fields: [{ field, problem: 'too_long', values: { max } }] });
}
