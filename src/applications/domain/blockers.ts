import type { FormDefinition, FormQuestion, FormSection } from '../../calls/public.js';
import type { Blocker } from '../../shared/domain-error.js';
import type { Answers } from './answers.js';
import { isWhole, tableRows } from './structured-answers.js';

/** Letters of reference as the rules count them. */
export interface ReferencesGiven {
  /** Referees who were asked and have not ended without a letter. */
  readonly asked: number;
  readonly received: number;
  /** Whether they hold up a submission. What was submitted once is not held up by letters: they come later, or no more. */
  readonly binding: boolean;
}

/** Co-applicants as the rules count them; who is out of it is in none of these. */
export interface CoApplicantsGiven {
  readonly invited: number;
  readonly unconfirmed: number;
  readonly confirmed: number;
}

/** What of an application is there, as the rules see it. */
export interface ApplicationContents {
  readonly answers: Readonly<Record<string, Answers>>;
  /** Place ids in the applicant's order. */
  readonly choices: readonly string[];
  /** Requirements that have a document. */
  readonly documents: readonly string[];
  /** Purposes of consents in force, with the version agreed to. */
  readonly consents: Readonly<Record<string, string>>;
  readonly references: ReferencesGiven;
  readonly coApplicants: CoApplicantsGiven;
}

/**
 * All that still keeps an application from being submitted, in the order of its pages. Empty means: it may go.
 * `form`: as it is asked of this applicant.
 */
export function blockersOf(form: FormDefinition, contents: ApplicationContents): Blocker[] {
  return form.sections.flatMap((section) => sectionBlockers(section, contents));
}

function sectionBlockers(section: FormSection, contents: ApplicationContents): Blocker[] {
  const at = (code: string, field: string): Blocker => ({ code, section: section.id, field });
  switch (section.kind) {
    case 'questions':
      return section.questions.flatMap((question) =>
        answerBlockers(section.id, question, contents.answers[section.id]?.[question.id]),
      );
    case 'choices':
      return contents.choices.length === 0 ? [at('choice_missing', 'choice_1')] : [];
    case 'documents':
      return section.documents
        .filter(
          ({ id, required, dueDaysAfterClose }) =>
            // What may come later does not hold up the submission.
            required && dueDaysAfterClose === undefined && !contents.documents.includes(id),
        )
        .map((document) => at('document_missing', document.id));
    case 'consents':
      return section.consents
        .filter((consent) => consent.required && contents.consents[consent.purpose] !== consent.version)
        .map((consent) => at('consent_missing', consent.purpose));
    case 'references':
      return referenceBlockers(section, contents.references);
    case 'co_applicants':
      return coApplicantBlockers(section, contents.coApplicants);
  }
}

/** An answer that was begun is to be finished, also where none is required. */
function answerBlockers(section: string, question: FormQuestion, answer: string | undefined): Blocker[] {
  const field = question.id;
  if (!answer) return question.required ? [{ code: 'answer_missing', section, field }] : [];
  if (!isWhole(question, answer)) return [{ code: 'answer_incomplete', section, field }];
  const missing = question.type === 'table' ? (question.minRows ?? 1) - tableRows(answer).length : 0;
  return missing > 0 ? [{ code: 'rows_missing', section, field, values: { count: missing } }] : [];
}

/** Where letters may come after the submission, it is enough that they were asked for. */
function referenceBlockers(
  { id, references }: FormSection,
  { asked, received, binding }: ReferencesGiven,
): Blocker[] {
  if (!references || !binding) return [];
  const { min, daysAfterClose } = references;
  if (asked < min) {
    return [{ code: 'referee_missing', section: id, field: 'referees', values: { count: min - asked } }];
  }
  if (daysAfterClose === null && received < min) {
    return [{ code: 'letter_missing', section: id, field: 'referees', values: { count: min - received } }];
  }
  return [];
}

/** Nobody is submitted for who has not said yes, and who said yes stands behind this very text. */
function coApplicantBlockers(
  { id, coApplicants }: FormSection,
  { invited, unconfirmed, confirmed }: CoApplicantsGiven,
): Blocker[] {
  if (!coApplicants) return [];
  const lacking = (code: string, count: number): Blocker[] =>
    count > 0 ? [{ code, section: id, field: 'co_applicants', values: { count } }] : [];
  return [
    ...lacking('co_applicant_missing', coApplicants.min - invited - unconfirmed - confirmed),
    ...lacking('co_applicant_unanswered', invited),
    ...lacking('co_applicant_unconfirmed', unconfirmed),
  ];
}

/** The state of one page in the task list. */
export function sectionState(
  form: FormDefinition,
  sectionId: string,
  contents: ApplicationContents,
): 'not_started' | 'in_progress' | 'complete' {
  const section = form.sections.find((candidate) => candidate.id === sectionId);
  if (!section) throw new Error(`no section ${sectionId}`);
  if (sectionBlockers(section, contents).length === 0) {
    return isOptional(form, sectionId) && !isStarted(form, sectionId, contents) ? 'not_started' : 'complete';
  }
  return isStarted(form, sectionId, contents) ? 'in_progress' : 'not_started';
}

function isOptional(form: FormDefinition, sectionId: string): boolean {
  const section = form.sections.find((candidate) => candidate.id === sectionId);
  return (
    section !== undefined &&
    section.kind !== 'choices' &&
    !(section.references && section.references.min > 0) &&
    !(section.coApplicants && section.coApplicants.min > 0) &&
    ![...section.questions, ...section.documents, ...section.consents].some((each) => each.required)
  );
}

function isStarted(form: FormDefinition, sectionId: string, contents: ApplicationContents): boolean {
  const section = form.sections.find((candidate) => candidate.id === sectionId);
  switch (section?.kind) {
    case 'questions':
      return Object.keys(contents.answers[sectionId] ?? {}).length > 0;
    case 'choices':
      return contents.choices.length > 0;
    case 'documents':
      return section.documents.some((document) => contents.documents.includes(document.id));
    case 'consents':
      return section.consents.some((consent) => consent.purpose in contents.consents);
    case 'references':
      return contents.references.asked > 0;
    case 'co_applicants':
      return Object.values(contents.coApplicants).some((count) => count > 0);
    case undefined:
      return false;
  }
}
