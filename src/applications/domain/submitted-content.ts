import { createHash } from 'node:crypto';
import type { Language } from '../../shared/language.js';

/** One answer as it was given: the question in the wording and language that the applicant saw, and the answer as it reads. */
export interface SubmittedAnswer {
  readonly question: string;
  readonly label: string;
  /** As stored, for machines: an ISO date, a code, an id. */
  readonly value: string;
  /** As it is read: a date in words, the name behind a code. */
  readonly shown: string;
}

export interface SubmittedSection {
  readonly section: string;
  readonly title: string;
  readonly answers: readonly SubmittedAnswer[];
}

export interface SubmittedChoice {
  readonly rank: number;
  readonly placeId: string;
  readonly institutionId: string;
  readonly institution: string;
  readonly detail: string;
}

export interface SubmittedDocument {
  readonly requirement: string;
  readonly label: string;
  readonly uploadId: string;
  readonly fileName: string;
  readonly version: number;
  readonly sizeBytes: number;
  readonly pages: number | null;
  readonly sha256: string;
}

export interface SubmittedConsent {
  readonly purpose: string;
  readonly textVersion: string;
  readonly wording: string;
  readonly givenAt: string;
}

/** What was submitted, frozen: later edits of the call, the form or a person's data do not reach it. */
export interface SubmittedContent {
  readonly language: Language;
  readonly formVersion: number;
  readonly call: string;
  readonly sections: readonly SubmittedSection[];
  readonly choices: readonly SubmittedChoice[];
  readonly documents: readonly SubmittedDocument[];
  readonly consents: readonly SubmittedConsent[];
}

/** SHA-256 of the content in its canonical form; what both countries decide on is named by it. */
export function contentHash(content: SubmittedContent): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/** JSON with sorted keys, so that equal contents are equal texts however they were built. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
