import type { ApplicationState, Custody, Office } from '../../applications/public.js';

/** Stations of the direct route in the order in which they are walked. Words under `notifications.route.stations`. */
export const STATIONS = [
  'application',
  'home_check',
  'home_confirmation',
  'host_answer',
  'decisions',
  'offer',
  'letter',
] as const;
export type Station = (typeof STATIONS)[number];

export interface StationOnTheWay {
  readonly station: Station;
  readonly state: 'passed' | 'waiting' | 'ahead';
  /** Who has it there, one or both sides; empty but at the station that waits. */
  readonly custody: readonly Custody[];
}

const STATION_OF: Readonly<Partial<Record<Office, Station>>> = {
  home_institution: 'home_check',
  host_institution: 'host_answer',
  home_ministry: 'decisions',
  host_ministry: 'decisions',
};

/**
 * The bridge as a list. Null where the walk has left the route (withdrawn, refused, with the joint commission), so that
 * a list would mislead.
 */
export function routeOf(facts: {
  readonly state: ApplicationState;
  readonly custody: readonly Custody[];
  /** Whether the call asks the home ministry to confirm each nomination. */
  readonly homeEndorsement: boolean;
  readonly nominationState: string | null;
}): readonly StationOnTheWay[] | null {
  const current = currentStation(facts);
  if (!current) return null;
  const stations = STATIONS.filter((station) => station !== 'home_confirmation' || facts.homeEndorsement);
  const place = stations.indexOf(current);
  const arrived = current === 'letter';
  return stations.map((station, index) => {
    if (index < place || arrived) return { station, state: 'passed', custody: [] };
    return index === place
      ? { station, state: 'waiting', custody: facts.custody }
      : { station, state: 'ahead', custody: [] };
  });
}

function currentStation({
  state,
  custody,
  nominationState,
}: Parameters<typeof routeOf>[0]): Station | undefined {
  switch (state) {
    case 'draft':
    case 'returned':
      return 'application';
    case 'submitted':
    case 'screening':
      return 'home_check';
    case 'eligible': {
      if (nominationState === 'home_endorsed') return 'home_confirmation';
      const office = custody[0]?.office;
      // Before it was sent, a ministry that has it checks it in the part of an institution.
      if (office === 'home_ministry' && nominationState !== 'host_accepted') return 'home_check';
      return office && STATION_OF[office];
    }
    case 'awaiting_clearance':
    case 'offered':
      return 'offer';
    case 'accepted':
    case 'conditions_pending':
    case 'confirmed':
      return 'letter';
    default:
      return undefined;
  }
}
