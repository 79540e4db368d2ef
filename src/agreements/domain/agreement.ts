import type { Hashable } from '../../shared/content-hash.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { AgreementState } from './agreement.states.js';

export type AgreementKind = 'memorandum' | 'inter_institutional';

/** Who signs: a state's ministry, or an institution of the register. */
export interface AgreementParty {
  readonly country: CountryCode;
  readonly name: LocalizedText;
  /** Null where a state itself is the party. */
  readonly institutionId: Id | null;
}

export interface AgreementArticle {
  readonly title: LocalizedText;
  readonly body: LocalizedText;
}

/** What is approved and signed, article by article, in all languages of the agreement. */
export interface AgreementText {
  readonly articles: readonly AgreementArticle[];
}

/** How many may go from one country to another in an academic year, and how many of them are promised to calls. */
export interface QuotaView {
  readonly id: Id;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly category: string;
  /** "2027/28". */
  readonly academicYear: string;
  readonly persons: number;
  /** Months of stay in all. */
  readonly months: number;
  /** Persons that published calls have reserved. */
  readonly committed: number;
}

export interface AgreementView {
  readonly id: Id;
  readonly kind: AgreementKind;
  readonly reference: string;
  readonly title: LocalizedText;
  readonly parties: readonly AgreementParty[];
  readonly themes: readonly string[];
  readonly state: AgreementState;
  readonly text: AgreementText;
  readonly textHash: string;
  /** YYYY-MM-DD; null while it is not signed. */
  readonly signedOn: string | null;
  readonly inForceFrom: string | null;
  /** The last day; null for an agreement without an end. */
  readonly inForceUntil: string | null;
  readonly quotas: readonly QuotaView[];
}

/** Which quota is meant: one row of the ledger. */
export interface QuotaKey {
  readonly agreementId: Id;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly category: string;
  readonly academicYear: string;
}

/** Whether an agreement binds on a day (YYYY-MM-DD): both its first and its last day count. */
export function isInForce(
  { state, inForceFrom, inForceUntil }: Pick<AgreementView, 'state' | 'inForceFrom' | 'inForceUntil'>,
  day: string,
): boolean {
  return (
    state === 'in_force' &&
    inForceFrom !== null &&
    inForceFrom <= day &&
    (inForceUntil === null || day <= inForceUntil)
  );
}

/** What both sides approve when they approve an agreement. */
export function agreementContent(
  agreement: Pick<AgreementView, 'kind' | 'reference' | 'title' | 'parties' | 'themes' | 'text'> & {
    readonly quotas: readonly Omit<QuotaView, 'id' | 'committed'>[];
  },
): Hashable {
  return {
    kind: agreement.kind,
    reference: agreement.reference,
    title: { ...agreement.title },
    parties: agreement.parties.map((party) => ({ ...party, name: { ...party.name } })),
    themes: agreement.themes,
    articles: agreement.text.articles.map(({ title, body }) => ({ title: { ...title }, body: { ...body } })),
    quotas: agreement.quotas.map(({ homeCountry, hostCountry, category, academicYear, persons, months }) => ({
      homeCountry,
      hostCountry,
      category,
      academicYear,
      persons,
      months,
    })),
  };
}

/** What was once agreed stays readable for everybody; a draft is for those who write it and decide on it. */
export const PUBLISHED_STATES: readonly AgreementState[] = ['in_force', 'expired', 'terminated'];

export function isPublished(state: AgreementState): boolean {
  return PUBLISHED_STATES.includes(state);
}
