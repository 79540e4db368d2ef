import type { CountryCode } from '../../shared/country.js';

/** By what a country may own the record of a person. */
export const RESIDENCY_FACTS = ['residence', 'citizenship', 'provider'] as const;
export type ResidencyFact = (typeof RESIDENCY_FACTS)[number];

/** One rule, in the order in which they are asked. */
export interface ResidencyRule {
  readonly fact: ResidencyFact;
  /** The country that claims it; null: whichever country it is. */
  readonly country: CountryCode | null;
  /** Translation key `privacy.residency.laws.<law>`. */
  readonly law: string;
}

/** What is known of a person: where they live, whose citizen they are, and the country of the service that vouched for them. */
export type ResidencyFacts = Readonly<Record<ResidencyFact, CountryCode | null>>;

export interface RecordOwner {
  readonly country: CountryCode;
  readonly fact: ResidencyFact;
  readonly law: string;
}

/**
 * Which country of the programme owns the record of a person: by the first rule whose fact is known and names one. Null where
 * no rule says so; a country outside the programme keeps no record here, so that the next rule is asked.
 */
export function ownerOf(
  rules: readonly ResidencyRule[],
  facts: ResidencyFacts,
  programme: readonly CountryCode[],
): RecordOwner | null {
  for (const { fact, country: claims, law } of rules) {
    const country = facts[fact];
    if (country === null || !programme.includes(country)) continue;
    if (claims === null || claims === country) return { country, fact, law };
  }
  return null;
}
