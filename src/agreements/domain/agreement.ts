import type { Hashable } from '../../shared/content-hash.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { BOUND_STATES } from './agreement.states.js';
import type { AgreementState, VersionState } from './agreement.states.js';

export const AGREEMENT_KINDS = ['memorandum', 'inter_institutional'] as const;
export type AgreementKind = (typeof AGREEMENT_KINDS)[number];

/** What may be exchanged under an agreement between institutions. */
export interface ExchangeTerms {
  /** ISCED-F 2013; none: all fields. */
  readonly fields: readonly string[];
  /** EQF levels; none: all. */
  readonly levels: readonly number[];
  /** What is taught in, and from which level of the CEFR on. */
  readonly languages: readonly { readonly language: string; readonly level: string }[];
  /** Whether a part may be done at a distance. */
  readonly blended: boolean;
}

/** What an agreement may say beside its text; what is absent it does not say. */
export interface AgreementTerms {
  /** The days that are agreed, YYYY-MM-DD. Absent: they are entered when it is signed. */
  readonly validFrom?: string;
  /** The last day. Absent: without an end. */
  readonly validUntil?: string;
  /** How long before its end by either side it has to be told. */
  readonly noticeDays?: number;
  /** The reference of the memorandum that it stands under. */
  readonly under?: string;
  readonly exchange?: ExchangeTerms;
}

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
  /** Months of stay in all; 0 with `days` 0: persons alone are counted. */
  readonly months: number;
  /** Days of stay in all, beside the months. */
  readonly days?: number;
  /** Persons that published calls have reserved. */
  readonly committed: number;
  /** Days of stay that published calls have reserved, thirty to a month. */
  readonly committedDays: number;
}

/** What is agreed of a quota: all of it but what is promised. */
export type QuotaDraft = Omit<QuotaView, 'id' | 'committed' | 'committedDays'>;

/** A file that belongs to the text: whoever approves the text approves these very bytes. */
export interface AgreementAnnex {
  /** Under which the file lies with its version; the same from version to version. */
  readonly key: string;
  readonly title: LocalizedText;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly pages: number | null;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** That a version was signed on paper before it came here, as whoever brought it says. It counts once both countries confirm it. */
export interface SignedOnPaper {
  /** YYYY-MM-DD. */
  readonly signedOn: string;
  /** By which whoever keeps the paper knows it. */
  readonly externalReference: string;
}

/** Everything that a version says, and what all who agree to it approve. */
export interface AgreementContent extends AgreementTerms {
  readonly kind: AgreementKind;
  readonly reference: string;
  readonly title: LocalizedText;
  readonly parties: readonly AgreementParty[];
  readonly themes: readonly string[];
  readonly text: AgreementText;
  readonly quotas: readonly QuotaDraft[];
  readonly annexes?: readonly AgreementAnnex[];
  /** Absent: it is signed here, by hash. */
  readonly paper?: SignedOnPaper;
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
  /** Which version this is. */
  readonly version: number;
  readonly terms: AgreementTerms;
  /** The last day, where a side has given notice. */
  readonly terminatesOn: string | null;
  readonly termination: Termination | null;
  readonly quotas: readonly QuotaView[];
}

/** Who gave notice, and why. */
export interface Termination {
  readonly country: CountryCode;
  readonly institutionId: Id | null;
  readonly reason: string;
  readonly at: string;
}

/** Why a version was returned, declined or withdrawn, and by which side. */
export interface Closing {
  readonly country: CountryCode | null;
  readonly institutionId: Id | null;
  readonly reason: string;
}

/** A version of an agreement, with all that it said. */
export interface VersionView {
  readonly id: Id;
  readonly agreementId: Id;
  readonly number: number;
  readonly state: VersionState;
  readonly content: AgreementContent;
  readonly contentHash: string;
  /** Grows with every change of a draft. */
  readonly edit: number;
  readonly preparers: readonly Id[];
  readonly ministries: boolean | null;
  readonly createdAt: Date;
  readonly proposedAt: Date | null;
  readonly closedAt: Date | null;
  readonly closing: Closing | null;
  readonly signedOn: string | null;
  readonly inForceFrom: string | null;
  readonly inForceUntil: string | null;
  readonly endedOn: string | null;
  /** When its writers were told that all agreed, and that it allows less than what is promised. */
  readonly heldUpAt: Date | null;
}

/** Which quota is meant: one row of the ledger. */
export interface QuotaKey {
  readonly agreementId: Id;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly category: string;
  readonly academicYear: string;
}

/** The last day on which an agreement binds: by its own term, or by notice, whichever is earlier. Null: without an end. */
export function lastDay({
  inForceUntil,
  terminatesOn,
}: Pick<AgreementView, 'inForceUntil' | 'terminatesOn'>): string | null {
  if (inForceUntil === null || terminatesOn === null) return inForceUntil ?? terminatesOn;
  return terminatesOn < inForceUntil ? terminatesOn : inForceUntil;
}

/** Whether an agreement binds on a day (YYYY-MM-DD): both its first and its last day count. */
export function isInForce(
  agreement: Pick<AgreementView, 'state' | 'inForceFrom' | 'inForceUntil' | 'terminatesOn'>,
  day: string,
): boolean {
  const until = lastDay(agreement);
  return (
    agreement.state === 'in_force' &&
    agreement.inForceFrom !== null &&
    agreement.inForceFrom <= day &&
    (until === null || day <= until)
  );
}

/** Whether it binds on every day of a stay. */
export function coversStay(
  agreement: Pick<AgreementView, 'state' | 'inForceFrom' | 'inForceUntil' | 'terminatesOn'>,
  stay: { readonly from: string; readonly until: string },
): boolean {
  return isInForce(agreement, stay.from) && isInForce(agreement, stay.until);
}

/** Which version bound on a day; null where none did. */
export function versionOn(versions: readonly VersionView[], day: string): VersionView | null {
  const bound = versions.filter(({ inForceFrom, inForceUntil, endedOn, state }) => {
    if (!BOUND_STATES.includes(state)) return false;
    const until = endedOn ?? inForceUntil;
    return inForceFrom !== null && inForceFrom <= day && (until === null || day <= until);
  });
  return bound.reduce<VersionView | null>(
    (last, each) => (last && last.number > each.number ? last : each),
    null,
  );
}

/**
 * What both sides approve when they approve an agreement. What it does not say leaves no trace in the hash; a later version is
 * another text although it says the same, because it is approved anew.
 */
export function agreementContent(agreement: AgreementContent, version = 1): Hashable {
  const { validFrom, validUntil, noticeDays, under, exchange, annexes = [], paper } = agreement;
  return {
    version: version > 1 ? version : undefined,
    kind: agreement.kind,
    reference: agreement.reference,
    title: { ...agreement.title },
    parties: agreement.parties.map((party) => ({ ...party, name: { ...party.name } })),
    themes: agreement.themes,
    articles: agreement.text.articles.map(({ title, body }) => ({ title: { ...title }, body: { ...body } })),
    quotas: agreement.quotas.map(
      ({ homeCountry, hostCountry, category, academicYear, persons, months, days }) => ({
        homeCountry,
        hostCountry,
        category,
        academicYear,
        persons,
        months,
        days: days || undefined,
      }),
    ),
    validFrom,
    validUntil,
    noticeDays,
    under,
    exchange: exchange && {
      ...exchange,
      languages: exchange.languages.map(({ language, level }) => ({ language, level })),
    },
    // What the file is called does not bind; what it holds and what the text calls it does.
    annexes:
      annexes.length > 0
        ? annexes.map(({ title, sha256, sizeBytes, pages }) => ({
            title: { ...title },
            sha256,
            sizeBytes,
            pages,
          }))
        : undefined,
    paper: paper && { ...paper },
  };
}

/** What was once agreed stays readable for everybody; a draft is for those who write it and decide on it. */
export const PUBLISHED_STATES: readonly AgreementState[] = ['in_force', 'expired', 'terminated'];

export function isPublished(state: AgreementState): boolean {
  return PUBLISHED_STATES.includes(state);
}
