import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/**
 * What MOST issues under a number and a check code: the letter by which a place is awarded, the record of what two countries
 * decided, the protocol of a session of their commission, the text of a version of an agreement.
 */
export const DOCUMENT_KINDS = ['award_letter', 'decision_record', 'protocol', 'agreement'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** Counters of running numbers, as the database knows them. */
export const SERIES: Readonly<Record<DocumentKind, string>> = {
  award_letter: 'award',
  decision_record: 'decision_record',
  protocol: 'protocol',
  agreement: 'agreement',
};

/** Between which two countries: all that a stranger learns of a document of offices besides who signed it and when. */
export interface OfficialVerification {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
}

/** Of a letter of award: that it is genuine, for whom by initials, for what; never more. */
export interface AwardVerification extends OfficialVerification {
  /** "Ј. П." */
  readonly holderInitials: string;
  /** Null: of a freemover, for whom their ministry acted at home. */
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id;
  /** First and last day of the stay, YYYY-MM-DD. */
  readonly stayFrom: string;
  readonly stayUntil: string;
}

/** Of a version of an agreement: which, by its hash, and how far it had come when the document was made. */
export interface AgreementVerification extends OfficialVerification {
  readonly reference: string;
  readonly version: number;
  /** SHA-256 of all that the version says; what those who agree approve. */
  readonly contentHash: string;
  /**
   * `to_sign`: put before those who decide, and nothing more; `to_confirm` the same of what was signed on paper. `on_paper`: signed
   * on paper, and confirmed by both countries.
   */
  readonly standing: 'to_sign' | 'to_confirm' | 'signed' | 'on_paper';
}

/** What the public page tells of a document, by its kind. */
export interface Verifications {
  readonly award_letter: AwardVerification;
  readonly decision_record: OfficialVerification;
  readonly protocol: OfficialVerification;
  readonly agreement: AgreementVerification;
}
