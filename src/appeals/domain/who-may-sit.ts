import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/** Somebody whose role lets them sit in a panel of appeal of this call. */
export interface Candidate {
  readonly personId: Id;
  readonly country: CountryCode;
  /** Whether something binds them to the file: their own, a declared tie, an institution that the call keeps apart. */
  readonly bound: boolean;
  /** Whether they had a part in what is appealed against; in which, stays where it is known. */
  readonly tookPart: boolean;
}

/** Words under `reasons.<code>`. A reason never tells who reviewed. */
export type WhyNotSit = 'bound_to_appeal' | 'took_part';

export function whyNotSit({ bound, tookPart }: Candidate): WhyNotSit | null {
  if (bound) return 'bound_to_appeal';
  return tookPart ? 'took_part' : null;
}

/** What keeps a panel from voting. */
export type PanelFault = 'panel_too_small' | 'panel_of_one_country' | 'panel_without_head';

export interface Seated {
  readonly personId: Id;
  readonly country: CountryCode;
  readonly head: boolean;
}

/**
 * Every country of the call sits in a panel for which somebody of it can be found.
 * @param fit those who may sit, whether they do or not
 */
export function panelFaults(
  size: number,
  countries: readonly CountryCode[],
  seated: readonly Seated[],
  fit: readonly Pick<Candidate, 'country'>[],
): readonly PanelFault[] {
  const there = (people: readonly Pick<Candidate, 'country'>[], country: CountryCode) =>
    people.some((person) => person.country === country);
  const missing = countries.some((country) => there(fit, country) && !there(seated, country));
  return [
    ...(seated.length < size ? (['panel_too_small'] as const) : []),
    ...(missing ? (['panel_of_one_country'] as const) : []),
    ...(seated.some(({ head }) => head) ? [] : (['panel_without_head'] as const)),
  ];
}
