import type { Condition } from '../../calls/public.js';
import type { Language } from '../../shared/language.js';

// Types and not interfaces, because only of a type TypeScript knows that it is plain data that can be hashed.

/** One answer as it was given: the question in the wording and language that the applicant saw, and the answer as it reads. */
export type SubmittedAnswer = {
  readonly question: string;
  readonly label: string;
  /** As stored, for machines: an ISO date, a code, an id. */
  readonly value: string;
  /** As it is read: a date in words, the name behind a code. */
  readonly shown: string;
  /** The same as a table, where it is one. */
  readonly table?: SubmittedTable;
  /** Beside an answer of few possible ones that offices are not told: they know the hash of all, and could try them. */
  readonly salt?: string;
};

/** A table as it was given, in the words of the form: every row has a cell for every column. */
export type SubmittedTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

export type SubmittedSection = {
  readonly section: string;
  readonly title: string;
  readonly answers: readonly SubmittedAnswer[];
};

export type SubmittedChoice = {
  readonly rank: number;
  readonly placeId: string;
  readonly institutionId: string;
  readonly institution: string;
  readonly detail: string;
};

export type SubmittedDocument = {
  readonly requirement: string;
  readonly label: string;
  readonly uploadId: string;
  readonly fileName: string;
  readonly version: number;
  readonly sizeBytes: number;
  readonly pages: number | null;
  readonly sha256: string;
};

export type SubmittedConsent = {
  readonly purpose: string;
  readonly textVersion: string;
  readonly wording: string;
  readonly givenAt: string;
};

/** Somebody who applied together with the applicant, as they were when it was submitted. */
export type SubmittedCoApplicant = {
  readonly id: string;
  readonly name: string;
  readonly latinName: string;
  readonly passportName: string;
  readonly part: string;
  readonly country: string;
  /** When they confirmed the text that was submitted. */
  readonly confirmedAt: string;
};

type ConditionKind = Condition['kind'];

/** What a condition of the call said of the applicant when they submitted, in the words that they saw. */
export type SubmittedCondition = {
  readonly kind: ConditionKind;
  readonly label: string;
  readonly outcome: 'met' | 'not_met' | 'unknown';
};

/** What was submitted, frozen: later edits of the call, the form or a person's data do not reach it. Both countries decide on its hash. */
export type SubmittedContent = {
  readonly language: Language;
  readonly formVersion: number;
  readonly call: string;
  readonly sections: readonly SubmittedSection[];
  readonly choices: readonly SubmittedChoice[];
  readonly documents: readonly SubmittedDocument[];
  readonly consents: readonly SubmittedConsent[];
  /** Evidence that the conditions were met; absent where the call sets none. */
  readonly eligibility?: readonly SubmittedCondition[];
  /** Absent where nobody else applies. */
  readonly coApplicants?: readonly SubmittedCoApplicant[];
};

/** The answers of what was submitted, as stored: by section and question. */
export function answersOf({
  sections,
}: SubmittedContent): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    sections.map(({ section, answers }) => [
      section,
      Object.fromEntries(answers.map(({ question, value }) => [question, value])),
    ]),
  );
}
