import type { SelectionRules } from '../../calls/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { AgreedQuota } from './build-instance.js';

/** Where a seat is, and where whoever may get it comes from. */
export interface OneMore {
  readonly placeId: Id;
  readonly hostInstitutionId: Id;
  readonly hostCountry: CountryCode;
  readonly homeCountry: CountryCode;
  readonly homeInstitutionId: Id | null;
}

/** At most so many of those who come from here and go there; null: wherever. */
export interface Limit {
  readonly placeId: Id | null;
  readonly hostInstitutionId: Id | null;
  readonly hostCountry: CountryCode | null;
  readonly homeCountry: CountryCode | null;
  readonly homeInstitutionId: Id | null;
  readonly cap: number;
}

const ANYWHERE = {
  placeId: null,
  hostInstitutionId: null,
  hostCountry: null,
  homeCountry: null,
  homeInstitutionId: null,
} as const;

/** The limits that one more person at a place would count towards: as the instance of a list has them. */
export function limitsAt(
  { perHomeInstitution, groups }: Pick<SelectionRules['seats'], 'perHomeInstitution' | 'groups'>,
  quotas: readonly AgreedQuota[],
  one: OneMore,
): readonly Limit[] {
  const agreed = quotas.map(({ homeCountry, hostCountry, persons }) => ({
    hostInstitutionId: null,
    hostCountry,
    homeCountry,
    cap: persons,
  }));
  return [
    ...(perHomeInstitution === null || one.homeInstitutionId === null
      ? []
      : [
          {
            ...ANYWHERE,
            placeId: one.placeId,
            homeInstitutionId: one.homeInstitutionId,
            cap: perHomeInstitution,
          },
        ]),
    ...[...groups, ...agreed]
      .filter(
        ({ hostInstitutionId, hostCountry, homeCountry }) =>
          (hostInstitutionId === null || hostInstitutionId === one.hostInstitutionId) &&
          (hostCountry === null || hostCountry === one.hostCountry) &&
          (homeCountry === null || homeCountry === one.homeCountry),
      )
      .map((group) => ({ ...ANYWHERE, ...group })),
  ];
}
