import type { AgreementView } from '../../agreements/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { CallView } from './call.js';
import { placeProblems } from './place.js';
import type { PlaceBasics, PlaceTerms } from './place.js';

/** Until when, and within which bounds, hosts may offer places for a call that is being prepared. */
export interface OfferFrame {
  readonly until: Date;
  readonly minMonths: number;
  readonly maxMonths: number;
}

/** A place as the host would have it in the call. For whom some of it is kept is the programme's to say. */
export type OfferedPlace = PlaceBasics & Omit<PlaceTerms, 'reserved'>;

export const LONGEST_NOTE = 2000;

/**
 * Why an institution cannot offer places for a call, as a reason code; null where it can. It must be a party to the
 * agreement of the call, by itself or because its country is one, and lie where the call leads.
 */
export function offerObstacle(of: {
  readonly call: Pick<CallView, 'state' | 'category' | 'academicYear' | 'directions'>;
  readonly frame: OfferFrame | null;
  readonly agreement: AgreementView | null;
  /** Whether it binds today, by the clock of the call. */
  readonly inForce: boolean;
  readonly institution: { readonly id: Id; readonly country: CountryCode };
  readonly now: Date;
}): string | null {
  const { call, frame, agreement, inForce, institution, now } = of;
  if (call.state !== 'draft' || !frame || now >= frame.until) return 'offers_closed';
  if (!call.directions.some(({ hostCountry }) => hostCountry === institution.country)) {
    return 'offer_other_direction';
  }
  if (!agreement || !inForce) return 'offer_without_agreement';
  const isParty = agreement.parties.some(({ institutionId, country }) =>
    institutionId === null ? country === institution.country : institutionId === institution.id,
  );
  if (!isParty) return 'offer_without_agreement';
  const hasQuota = agreement.quotas.some(
    ({ hostCountry, category, academicYear }) =>
      hostCountry === institution.country && category === call.category && academicYear === call.academicYear,
  );
  return hasQuota ? null : 'offer_without_quota';
}

/** What is wrong with an offer before it may be put before the programme. */
export function offerProblems(
  place: OfferedPlace,
  frame: Pick<OfferFrame, 'minMonths' | 'maxMonths'>,
): readonly FieldProblem[] {
  const { minMonths, maxMonths } = frame;
  const problems = placeProblems(place);
  const outside = place.months < minMonths || place.months > maxMonths;
  return outside && !problems.some(({ field }) => field === 'months')
    ? [...problems, { field: 'months', problem: 'out_of_range', values: { min: minMonths, max: maxMonths } }]
    : problems;
}
