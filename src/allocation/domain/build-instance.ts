import type { PlaceReserve, SelectionRules } from '../../calls/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/** Somebody who may get a place, as far as the ranking must know them. */
export interface Candidate {
  /** Of the application: what a list calls them by, and the only thing of a person that an instance holds. */
  readonly number: string;
  /** Thousandths of 0..100; null: not assessed to the end. */
  readonly points: number | null;
  readonly homeCountry: CountryCode;
  /** Null: of none, so that no limit for one institution counts them. */
  readonly homeInstitutionId: Id | null;
  /** Places in their own order. */
  readonly choices: readonly Id[];
  /** Which reserves of which places they meet by what they submitted. */
  readonly reserves: ReadonlyMap<Id, readonly string[]>;
}

/** A place with what is still to be given of it. */
export interface SeatedPlace {
  readonly id: Id;
  readonly hostCountry: CountryCode;
  readonly hostInstitutionId: Id;
  readonly free: number;
  readonly reserved: readonly (Pick<PlaceReserve, 'id'> & { readonly free: number })[];
}

/** What an agreement allows from one country to another, in the category and year of the call. */
export interface AgreedQuota {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly persons: number;
}

export interface Selection {
  readonly rules: Pick<SelectionRules, 'combination' | 'ranking' | 'seats'>;
  readonly candidates: readonly Candidate[];
  readonly places: readonly SeatedPlace[];
  readonly quotas: readonly AgreedQuota[];
  readonly seed: string;
  /** What is held already in the other rounds of the same call: every limit leaves so much less. */
  readonly held?: readonly HeldSeat[];
}

/** A seat that somebody holds in another round. */
export interface HeldSeat {
  /** The place of this round that has the same host and field; null: there is none. */
  readonly placeId: Id | null;
  readonly hostInstitutionId: Id;
  readonly hostCountry: CountryCode;
  readonly homeCountry: CountryCode;
  readonly homeInstitutionId: Id | null;
}

interface Slot {
  readonly n: number;
  readonly eligible_first: string | null;
  readonly only: boolean;
}

/** The documented JSON, as this room writes it. */
export interface BuiltInstance {
  readonly applicants: Readonly<Record<string, readonly string[]>>;
  /** One, or several; nothing of whom no seat and no limit asks. */
  readonly types: Readonly<Record<string, string | readonly string[]>>;
  readonly programmes: Readonly<
    Record<
      string,
      {
        readonly capacity: number;
        readonly ranking: readonly (string | readonly string[])[];
        readonly slots?: readonly Slot[];
        readonly ceilings?: Readonly<Record<string, number>>;
      }
    >
  >;
  readonly groups?: readonly {
    readonly places: readonly string[];
    readonly types: readonly string[];
    readonly cap: number;
  }[];
  readonly rule: string;
  readonly seed: string;
}

/** How the types of an instance are called: whoever reads it alone sees what each of them is. */
export const typeOf = {
  country: (code: CountryCode) => `country:${code}`,
  institution: (id: Id) => `institution:${id}`,
  reserve: (placeId: Id, reserveId: string) => `reserve:${placeId}:${reserveId}`,
};

/** The reserve of a place that a type of an instance stands for; null for any other type. */
export function reserveOfType(type: string | null): string | null {
  return type === null ? null : (/^reserve:[^:]+:(.+)$/.exec(type)?.[1] ?? null);
}

/**
 * The instance of a call: the same applications, points, places and seed give the same instance, in whatever order they
 * were read.
 */
export function buildInstance({
  rules,
  candidates,
  places,
  quotas,
  seed,
  held = [],
}: Selection): BuiltInstance {
  const ordered = [...candidates].sort(byNumber);
  const open = [...places].sort((a, b) => compare(a.id, b.id));
  const known = new Map(open.map((place) => [place.id, place]));
  const wished = new Map(
    ordered.map((candidate) => [
      candidate.number,
      candidate.choices.filter((id) => mayGo(candidate, known.get(id))),
    ]),
  );
  const wishing = new Map<Id, Candidate[]>(open.map(({ id }) => [id, []]));
  for (const candidate of ordered) {
    for (const id of new Set(wished.get(candidate.number))) wishing.get(id)?.push(candidate);
  }
  const ranked = ordered.filter(({ points }) => isRanked(points, rules.combination.minimum));
  const groups = groupsOf(rules.seats.groups, quotas, open, ordered, held);
  return {
    applicants: Object.fromEntries(wished),
    types: Object.fromEntries(
      ordered.flatMap((candidate) => {
        const types = typesOf(candidate, known, rules.seats.perHomeInstitution, groups.length > 0);
        return types.length === 0 ? [] : [[candidate.number, types.length === 1 ? (types[0] ?? '') : types]];
      }),
    ),
    programmes: Object.fromEntries(
      open.map((place) => {
        const wanting = wishing.get(place.id) ?? [];
        const listed =
          rules.ranking.per === 'call'
            ? ranked
            : wanting.filter(({ points }) => isRanked(points, rules.combination.minimum));
        const slots = slotsOf(place, rules.seats);
        const ceilings = ceilingsOf(
          wanting,
          rules.seats.perHomeInstitution,
          held.filter(({ placeId }) => placeId === place.id),
        );
        return [
          place.id,
          {
            capacity: place.free,
            ranking: rankingOf(listed),
            ...(slots ? { slots } : {}),
            ...(ceilings ? { ceilings } : {}),
          },
        ];
      }),
    ),
    ...(groups.length > 0 ? { groups } : {}),
    rule: rules.ranking.tie,
    seed,
  };
}

/** Whether these points put somebody on a list at all. */
export function isRanked(points: number | null, minimum: number | null): points is number {
  return points !== null && (minimum === null || points >= minimum * 1000);
}

/** Nobody is exchanged within their own institution or country. */
function mayGo(candidate: Candidate, place: SeatedPlace | undefined): boolean {
  return (
    place !== undefined &&
    place.hostCountry !== candidate.homeCountry &&
    place.hostInstitutionId !== candidate.homeInstitutionId
  );
}

/** The best first; who has equal points is one group. */
function rankingOf(listed: readonly (Candidate & { readonly points: number | null })[]) {
  const byPoints = new Map<number, string[]>();
  for (const { number, points } of listed) {
    if (points === null) continue;
    const equals = byPoints.get(points);
    if (equals) equals.push(number);
    else byPoints.set(points, [number]);
  }
  return [...byPoints]
    .sort(([a], [b]) => b - a)
    .map(([, numbers]) => (numbers.length === 1 ? (numbers[0] ?? '') : numbers.sort(compare)));
}

/** In the order in which the places are filled; nothing where none is kept for anybody. */
function slotsOf(
  { id, free, reserved }: SeatedPlace,
  { filling, unclaimed }: SelectionRules['seats'],
): readonly Slot[] | null {
  const kept = reserved
    .filter((reserve) => reserve.free > 0)
    .map((reserve) => ({
      n: reserve.free,
      eligible_first: typeOf.reserve(id, reserve.id),
      only: unclaimed === 'kept',
    }));
  if (kept.length === 0) return null;
  const rest = free - kept.reduce((sum, { n }) => sum + n, 0);
  const open = rest > 0 ? [{ n: rest, eligible_first: null, only: false }] : [];
  return filling === 'reserved_first' ? [...kept, ...open] : [...open, ...kept];
}

function ceilingsOf(
  wanting: readonly Candidate[],
  most: number | null,
  held: readonly HeldSeat[],
): Readonly<Record<string, number>> | null {
  if (most === null || wanting.length === 0) return null;
  const homes = [...new Set(wanting.flatMap(({ homeInstitutionId }) => homeInstitutionId ?? []))].sort(
    compare,
  );
  return Object.fromEntries(
    homes.map((home) => {
      const before = held.filter(({ homeInstitutionId }) => homeInstitutionId === home).length;
      return [typeOf.institution(home), Math.max(0, most - before)];
    }),
  );
}

function typesOf(
  candidate: Candidate,
  places: ReadonlyMap<Id, SeatedPlace>,
  perHomeInstitution: number | null,
  grouped: boolean,
): readonly string[] {
  return [
    ...(grouped ? [typeOf.country(candidate.homeCountry)] : []),
    ...(perHomeInstitution === null || candidate.homeInstitutionId === null
      ? []
      : [typeOf.institution(candidate.homeInstitutionId)]),
    ...[...candidate.reserves]
      .sort(([a], [b]) => compare(a, b))
      .flatMap(([id, met]) =>
        (places.get(id)?.reserved ?? [])
          .filter((reserve) => reserve.free > 0 && met.includes(reserve.id))
          .map((reserve) => typeOf.reserve(id, reserve.id)),
      ),
  ];
}

/** The call's own limits over several places, and those of the agreement where they are tighter than the places. */
function groupsOf(
  limits: SelectionRules['seats']['groups'],
  quotas: readonly AgreedQuota[],
  places: readonly SeatedPlace[],
  candidates: readonly Candidate[],
  held: readonly HeldSeat[],
) {
  const homes = [...new Set(candidates.map(({ homeCountry }) => homeCountry))].sort(compare);
  const asked = [
    ...limits,
    ...quotas.map(({ homeCountry, hostCountry, persons }) => ({
      hostInstitutionId: null,
      hostCountry,
      homeCountry,
      cap: persons,
    })),
  ];
  const tightest = new Map<string, { places: string[]; types: string[]; cap: number }>();
  for (const { hostInstitutionId, hostCountry, homeCountry, cap } of asked) {
    const within = places.filter(
      (place) =>
        (hostInstitutionId === null || place.hostInstitutionId === hostInstitutionId) &&
        (hostCountry === null || place.hostCountry === hostCountry),
    );
    const seats = within.reduce((sum, { free }) => sum + free, 0);
    const before = held.filter(
      (seat) =>
        (hostInstitutionId === null || seat.hostInstitutionId === hostInstitutionId) &&
        (hostCountry === null || seat.hostCountry === hostCountry) &&
        (homeCountry === null || seat.homeCountry === homeCountry),
    ).length;
    const left = Math.max(0, cap - before);
    // What cannot be reached limits nobody.
    if (within.length === 0 || left >= seats) continue;
    const group = {
      places: within.map(({ id }) => id),
      types: (homeCountry === null ? homes : [homeCountry]).map(typeOf.country),
      cap: left,
    };
    const key = JSON.stringify([group.places, group.types]);
    const known = tightest.get(key);
    if (!known || known.cap > left) tightest.set(key, group);
  }
  return [...tightest.values()];
}

function byNumber(a: Candidate, b: Candidate): number {
  return compare(a.number, b.number);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether somebody in an instance is of a type. */
export function isOfType({ types }: Pick<BuiltInstance, 'types'>, number: string, type: string): boolean {
  const own = types[number] ?? [];
  return typeof own === 'string' ? own === type : own.includes(type);
}
