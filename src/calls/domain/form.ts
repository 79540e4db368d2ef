import type { IdentifierKind } from '../../shared/identifiers.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { Rule } from './eligibility.js';

export type QuestionType =
  | 'text'
  | 'long_text'
  | 'date'
  | 'choice'
  | 'country'
  | 'email'
  | 'phone'
  | 'number'
  | 'institution'
  /** Rows of columns; kept as canonical JSON, see answers.ts of the applications. */
  | 'table'
  /** Somebody else: name, role, institution, e-mail. Kept as canonical JSON. */
  | 'person'
  /** A number with check digits, see `IDENTIFIERS`. */
  | 'identifier';

export interface QuestionOption {
  readonly value: string;
  readonly label: LocalizedText;
}

/**
 * Asked only of whom an earlier question of the same form was answered by with one of these values. Where that question is
 * itself not asked, neither is what hangs on it. What is not asked is not required, not submitted and not in the dossier;
 * an answer that was given before is kept in the draft.
 */
export interface VisibleIf {
  readonly question: string;
  readonly is: readonly string[];
}

/** One column of a table. Every cell of a row that was begun is filled, but for the optional ones. */
export interface TableColumn {
  readonly id: string;
  readonly label: LocalizedText;
  readonly type: 'text' | 'number' | 'date' | 'choice';
  readonly options?: readonly QuestionOption[];
  readonly optional?: boolean;
}

/**
 * Whose eyes what is asked is for, beyond those who may read the file at all: who somebody is, what their passport says, how
 * to reach them, their health and what they need because of it, what others say of them. `statistics`: nobody but who gave it,
 * and whoever reads totals. `open`: every reader of the file.
 * The applications' policy has an action for each (`application.read_<sensitivity>`).
 */
export const SENSITIVITIES = [
  'identity',
  'passport',
  'contact',
  'health',
  'references',
  'statistics',
] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];
/** What whoever prepares a call may say of a question or a document: what is for statistics is known to the programme. */
export const CHOSEN_EYES = ['open', ...SENSITIVITIES.filter((each) => each !== 'statistics')] as const;

export interface FormQuestion {
  /** Key of the answer; never changed once somebody has answered. */
  readonly id: string;
  readonly type: QuestionType;
  readonly label: LocalizedText;
  readonly hint?: LocalizedText;
  readonly required: boolean;
  /** In characters, for `text`. */
  readonly maxLength?: number;
  readonly maxWords?: number;
  readonly min?: number;
  readonly max?: number;
  readonly options?: readonly QuestionOption[];
  /** How it is to be written: in the person's own script, in any Latin letters, or in the capitals A–Z of a passport. */
  readonly script?: 'native' | 'latin' | 'passport';
  /** Value of the HTML attribute, so that the browser can fill it in. */
  readonly autocomplete?: string;
  /** Absent in forms from before there were such classes: see `sensitivityOf`. */
  readonly sensitivity?: Sensitivity | 'open';
  /** An institution of the applicant's own country only. */
  readonly institutionCountry?: 'home';
  readonly visibleIf?: VisibleIf;
  /** What a chosen host asks in addition: asked only where one of these places (by id) is among the choices. */
  readonly places?: readonly Id[];
  /** Of a table. */
  readonly columns?: readonly TableColumn[];
  readonly minRows?: number;
  /** Absent: `DEFAULT_MAX_ROWS`. */
  readonly maxRows?: number;
  /** Of an identifier. */
  readonly identifier?: IdentifierKind;
  /** Of a date: whether the day is to be before today, after it, or either. Absent: in the past. */
  readonly dateRange?: 'past' | 'future' | 'any';
  /**
   * From so many days before the closing of the call an answer that was given cannot be changed any more. Who has not
   * answered yet still can, once; a return for correction that names the field unlocks it.
   */
  readonly frozenDaysBeforeClose?: number;
}

export interface DocumentRequirement {
  readonly id: string;
  readonly label: LocalizedText;
  readonly hint?: LocalizedText;
  readonly required: boolean;
  /** Of its content and of the file's name; absent in older forms. */
  readonly sensitivity?: Sensitivity | 'open';
  /** Whether whoever checks the file may do without it, with a reason. */
  readonly waivable?: boolean;
  readonly visibleIf?: VisibleIf;
  /** Days after the closing of the call until which it is taken; absent: it has to be there to submit. */
  readonly dueDaysAfterClose?: number;
  /** What is asked beside it where its language is none of the other side. */
  readonly translation?: 'certified' | 'plain';
  /** Whether its origin is to be certified for use in the other country, unless a treaty does without that. */
  readonly legalisation?: boolean;
}

/** One consent with its own wording: its version changes with each word, so that a receipt says to what somebody agreed. */
export interface ConsentText {
  readonly purpose: string;
  readonly version: string;
  readonly text: LocalizedText;
  readonly required: boolean;
}

/** What a section of references asks for: letters of people who know the applicant, each through a link of its own. */
export interface ReferenceRequirement {
  /** Letters without which the application is not whole; 0 where none has to be there. */
  readonly min: number;
  readonly max: number;
  /** Days after the closing of the call until which letters are taken. Null: they have to be there to submit. */
  readonly daysAfterClose: number | null;
  /** Whether the letters are kept from the applicant. */
  readonly confidential: boolean;
}

/** The section of references has this name in every form: its page stands at it. */
export const REFERENCES_SECTION = 'references';

/** Who else may stand in an application beside the one who leads it; a form without such a section admits nobody. */
export interface CoApplicantRule {
  /** Without so many the application is not whole; 0 where it may also be one person's alone. */
  readonly min: number;
  readonly max: number;
  /** Which parts in the work they have, in the words of the call. */
  readonly roles?: LocalizedText;
}

/** The section of co-applicants has this name in every form: its page stands at it. */
export const CO_APPLICANTS_SECTION = 'co_applicants';
export const MOST_CO_APPLICANTS = 10;

export interface FormSection {
  readonly id: string;
  readonly kind: 'questions' | 'choices' | 'documents' | 'consents' | 'references' | 'co_applicants';
  readonly title: LocalizedText;
  readonly intro?: LocalizedText;
  readonly questions: readonly FormQuestion[];
  readonly documents: readonly DocumentRequirement[];
  readonly consents: readonly ConsentText[];
  readonly visibleIf?: VisibleIf;
  /** Of a section of references alone. */
  readonly references?: ReferenceRequirement;
  /** Of a section of co-applicants alone. */
  readonly coApplicants?: CoApplicantRule;
}

/** What a call asks for, as a version that never changes: an application keeps the one that it began with. */
export interface FormDefinition {
  /** Who may submit it; absent: everybody. */
  readonly eligibility?: Rule;
  readonly sections: readonly FormSection[];
}
