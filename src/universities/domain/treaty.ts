import type { CountryCode } from '../../shared/country.js';
import type { LocalizedText } from '../../shared/language.js';

/** What countries agreed on documents of one that are used in another. */
export interface Treaty {
  readonly id: string;
  readonly parties: readonly CountryCode[];
  readonly title: LocalizedText;
  /** YYYY-MM-DD. */
  readonly signedOn: string;
  /** Whether a document that one party issued needs no legalisation in another. */
  readonly waivesLegalisation: boolean;
  readonly source: string;
  /** When and by which ministries it was confirmed that it stands and is applied so; null until then. */
  readonly verifiedOn: string | null;
  readonly verifiedBy: string | null;
}

/** What is left of a legalisation, by the countries in which a document is to be used. */
export interface Legalisation {
  /** Treaties by which it is not needed there. */
  readonly waivedBy: readonly Treaty[];
  /** Countries in which it is. */
  readonly neededIn: readonly CountryCode[];
}

/** What becomes of a legalisation of documents that one country issues, for use in others. */
export function legalisationOf(
  treaties: readonly Treaty[],
  issuedIn: CountryCode,
  usedIn: readonly CountryCode[],
): Legalisation {
  const abroad = [...new Set(usedIn)].filter((country) => country !== issuedIn);
  const waiverFor = (country: CountryCode) =>
    treaties.find(
      ({ waivesLegalisation, parties }) =>
        waivesLegalisation && parties.includes(issuedIn) && parties.includes(country),
    );
  return {
    waivedBy: [...new Set(abroad.flatMap((country) => waiverFor(country) ?? []))],
    neededIn: abroad.filter((country) => !waiverFor(country)),
  };
}
