import { allocatePacked } from './allocate.js';
import { ruleOf, typesOf } from './instance.js';
import type { Group, Instance, Programme } from './instance.js';
import { Lots } from './lots.js';
import { NONE, packInstance } from './packed-instance.js';
import type { AllocationResult } from './result.js';

/** Why a place that somebody wished for did not become theirs. */
export type RefusalReason =
  /** The place did not rank them. */
  | 'not_ranked'
  /** It has no seat at all. */
  | 'no_seats'
  /** All seats went to people who stand before them. */
  | 'rank'
  /** They stood before somebody who was admitted, on a seat that is reserved for people of another type. */
  | 'reserved'
  /** As many of their type are there as may be. */
  | 'ceiling'
  /** Some places have a cap together, and it is reached. */
  | 'group'
  /** The seats did not suffice for all who are tied with them, and the rule holds them all back. */
  | 'tie_held';

export interface AppliedReserve {
  readonly type: string;
  readonly seats: number;
  /** Hard: the seats stay empty rather than going to others. */
  readonly only: boolean;
  /** Whether one belongs to those it is for. */
  readonly mine: boolean;
}

/** What an applicant may know about one of their choices: ranks and rules, and nothing about anybody else. */
export interface ChoiceExplanation {
  /** From 1. */
  readonly choice: number;
  readonly place: string;
  /** `not_needed`: a dearer choice was given. */
  readonly outcome: 'given' | 'not_needed' | 'refused';
  readonly reason: RefusalReason | null;
  readonly capacity: number;
  /** One's own rank, from 1, after the lot where there was one; where a tied group stays together, its first. */
  readonly rank: number | null;
  /** How many the ranking had put on the same rank, oneself among them. */
  readonly tied: number;
  /** The last rank that was admitted; null where nobody was. */
  readonly lastRank: number | null;
  /** The last rank with which one would have been admitted if all others had stood as they did; null: with none. */
  readonly neededRank: number | null;
  readonly reserves: readonly AppliedReserve[];
  /** Of one's own types the lowest. */
  readonly ceiling: number | null;
  /** The cap that was reached, and whether it is one of one's own type only. */
  readonly group: { readonly cap: number; readonly places: number; readonly ofMyType: boolean } | null;
}

export function explain(
  instance: Instance,
  result: AllocationResult,
  applicant: string,
): readonly ChoiceExplanation[] {
  return new Explainer(instance, result).explain(applicant);
}

interface Standing {
  /** Everybody whom the place ranks, on the ranks that the rule gives them. */
  readonly rankOf: ReadonlyMap<string, number>;
  readonly tiedWith: ReadonlyMap<string, number>;
  /** Who would rather be here than where they are, or is here: in groups that are tied, the best first. */
  readonly wanting: readonly (readonly string[])[];
  readonly lastRank: number | null;
  /** Whether nobody who wants it is tied or counts for two things there; found out when it is asked. */
  alike?: boolean;
}

/** Explains one result to many; what it finds out about a place it keeps. */
export class Explainer {
  private readonly standings = new Map<string, Standing>();
  /** Whom a place alone takes of all who want it, under its own rule or a changed one. */
  private readonly taken = new Map<string, ReadonlySet<string>>();
  private readonly needed = new Map<string, number | null>();
  private readonly within = new Map<Group, readonly string[]>();
  private wantingAt: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(
    private readonly instance: Instance,
    private readonly result: AllocationResult,
  ) {}

  explain(applicant: string): readonly ChoiceExplanation[] {
    const { applicants } = this.instance;
    const choices = Object.hasOwn(applicants, applicant) ? (applicants[applicant] ?? []) : [];
    const given = this.placeOf(applicant);
    let had = false;
    return choices.map((place, index) => {
      const outcome = place === given ? 'given' : had ? 'not_needed' : 'refused';
      if (outcome === 'given') had = true;
      return this.choice(applicant, place, index + 1, outcome);
    });
  }

  private choice(
    applicant: string,
    place: string,
    choice: number,
    outcome: ChoiceExplanation['outcome'],
  ): ChoiceExplanation {
    const { capacity, slots = [], ceilings } = this.instance.programmes[place] as Programme;
    const types = typesOf(this.instance, applicant);
    const standing = this.standing(place);
    const rank = standing.rankOf.get(applicant) ?? null;
    const refusal =
      outcome !== 'refused'
        ? NO_REFUSAL
        : rank === null
          ? { ...NO_REFUSAL, reason: 'not_ranked' as const }
          : capacity === 0
            ? { ...NO_REFUSAL, reason: 'no_seats' as const }
            : this.refusal(applicant, place);
    return {
      choice,
      place,
      outcome,
      ...refusal,
      capacity,
      rank,
      tied: standing.tiedWith.get(applicant) ?? 1,
      lastRank: standing.lastRank,
      reserves: slots.flatMap(({ n, eligible_first: reserved, only }) =>
        typeof reserved === 'string' && n > 0
          ? [{ type: reserved, seats: n, only: only === true, mine: types.includes(reserved) }]
          : [],
      ),
      ceiling: lowest(ceilings, types),
    };
  }

  private refusal(
    applicant: string,
    place: string,
  ): Pick<ChoiceExplanation, 'reason' | 'neededRank' | 'group'> {
    const { wanting } = this.standing(place);
    const programme = this.instance.programmes[place] as Programme;
    const own = typesOf(this.instance, applicant);
    /** @param variant of the place and what is changed of it, so that it is reckoned once for all */
    const admitted = (variant: string, changed: Partial<Programme> = {}, rule?: string) => {
      const key = JSON.stringify([place, variant]);
      const known = this.taken.get(key) ?? this.takenBy({ ...programme, ranking: wanting, ...changed }, rule);
      this.taken.set(key, known);
      return known.has(applicant);
    };
    if (admitted('as it is')) {
      return { reason: 'group', ...this.group(applicant, place) };
    }
    const neededRank = this.knownNeededRank(applicant, place);
    const free = without(programme.ceilings, own);
    const reason = admitted(JSON.stringify(['ceilings', ...Object.keys(free).sort()]), { ceilings: free })
      ? 'ceiling'
      : ruleOf(this.instance).ties === 'hold' && admitted('all who are tied', {}, 'admit')
        ? 'tie_held'
        : admitted('no slots', { slots: [] })
          ? 'reserved'
          : 'rank';
    return { reason, group: null, neededRank };
  }

  /**
   * Of two of the same type, neither of whom is taken, none makes a difference to the other: where nobody is tied and nobody
   * counts for two things at this place, the rank that one would need is what the other would. It is looked for once.
   */
  private knownNeededRank(applicant: string, place: string): number | null {
    const { wanting } = this.standing(place);
    const { slots = [], ceilings = {} } = this.instance.programmes[place] as Programme;
    const asked = new Set([
      ...slots.flatMap(({ eligible_first: type }) => type ?? []),
      ...Object.keys(ceilings),
    ]);
    const ownOf = (id: string) => typesOf(this.instance, id).filter((type) => asked.has(type));
    const standing = this.standing(place);
    standing.alike ??= wanting.every((group) => group.length === 1 && ownOf(group[0] as string).length <= 1);
    if (!standing.alike) return this.neededRank(applicant, place);
    const key = JSON.stringify([place, ownOf(applicant)]);
    const known = this.needed.get(key);
    if (known !== undefined) return known;
    const found = this.neededRank(applicant, place);
    this.needed.set(key, found);
    return found;
  }

  /** Looks for the last tied group before which one would have had to stand, all others as they do. */
  private neededRank(applicant: string, place: string): number | null {
    const { wanting, rankOf } = this.standing(place);
    const programme = this.instance.programmes[place] as Programme;
    const others = wanting
      .map((group) => group.filter((other) => other !== applicant))
      .filter((group) => group.length > 0);
    const own = rankOf.get(applicant) as number;
    const ahead = others.filter(([first]) => (rankOf.get(first as string) as number) <= own);
    const wouldDo = (before: number) =>
      this.takenBy({
        ...programme,
        ranking: [...others.slice(0, before), [applicant], ...others.slice(before)],
      }).has(applicant);
    if (!wouldDo(0)) return null;
    // Who is taken at one rank is taken at every better one, so the border is found by halving.
    let [enough, tooFar] = [0, ahead.length];
    while (tooFar - enough > 1) {
      const middle = (enough + tooFar) >> 1;
      if (wouldDo(middle)) enough = middle;
      else tooFar = middle;
    }
    return rankOf.get(ahead[enough]?.[0] as string) ?? null;
  }

  /** Whom a place alone takes of all who are in its ranking. */
  private takenBy(programme: Programme, rule = this.instance.rule): ReadonlySet<string> {
    const asking = programme.ranking.flat();
    const packed = packInstance({
      applicants: Object.fromEntries(asking.map((id) => [id, ['place']])),
      types: Object.fromEntries(asking.map((id) => [id, typesOf(this.instance, id)])),
      programmes: { place: programme },
      ...(rule === undefined ? {} : { rule }),
    });
    const chosen = allocatePacked(packed);
    return new Set(packed.applicants.filter((_, index) => chosen[index] !== NONE));
  }

  /** The narrowest group of the place that has no room for one more like this, and with what rank there was room. */
  private group(applicant: string, place: string): Pick<ChoiceExplanation, 'neededRank' | 'group'> {
    const own = typesOf(this.instance, applicant);
    const counting = (this.instance.groups ?? [])
      .filter(({ places, types }) => places.includes(place) && counts(types, own))
      .sort(
        (a, b) => a.places.length - b.places.length || (a.types?.length ?? 1e9) - (b.types?.length ?? 1e9),
      );
    const found = counting.find((group) => this.admittedIn(group).length >= group.cap) ?? counting[0];
    if (!found) return { group: null, neededRank: null };
    const { rankOf } = this.standing(place);
    const here = this.admittedAt(found, place);
    return {
      group: { cap: found.cap, places: found.places.length, ofMyType: found.types !== undefined },
      neededRank: here.length === 0 ? null : Math.max(...here.map((id) => rankOf.get(id) ?? 0)),
    };
  }

  private admittedIn(group: Group): readonly string[] {
    const known = this.within.get(group);
    if (known) return known;
    const { places, types } = group;
    const found = Object.keys(this.result.assignment).filter((id) => {
      const place = this.placeOf(id);
      return place !== null && places.includes(place) && counts(types, typesOf(this.instance, id));
    });
    this.within.set(group, found);
    return found;
  }

  /** Of those whom a group counts, who is at one of its places. */
  private admittedAt(group: Group, place: string): readonly string[] {
    return this.admittedIn(group).filter((id) => this.placeOf(id) === place);
  }

  private standing(place: string): Standing {
    const known = this.standings.get(place);
    if (known) return known;
    const { ranking } = this.instance.programmes[place] as Programme;
    const { ties } = ruleOf(this.instance);
    const lots = new Lots(this.instance.seed ?? '');
    const rankOf = new Map<string, number>();
    const tiedWith = new Map<string, number>();
    const groups: string[][] = [];
    for (const entry of ranking) {
      const tied = typeof entry === 'string' ? [entry] : [...entry];
      for (const id of tied) tiedWith.set(id, tied.length);
      const parted = ties === 'seed' ? lots.sort(tied).map((id) => [id]) : [tied];
      for (const group of parted) {
        const rank = rankOf.size + 1;
        for (const id of group) rankOf.set(id, rank);
        groups.push(group);
      }
    }
    this.wantingAt ??= this.wants();
    const wants = this.wantingAt.get(place) ?? new Set();
    const admitted = [...wants].filter((id) => this.placeOf(id) === place);
    const standing: Standing = {
      rankOf,
      tiedWith,
      wanting: groups.map((group) => group.filter((id) => wants.has(id))).filter(({ length }) => length > 0),
      lastRank: admitted.length === 0 ? null : Math.max(...admitted.map((id) => rankOf.get(id) ?? 0)),
    };
    this.standings.set(place, standing);
    return standing;
  }

  /** Of each place who wishes for it at least as much as for what they were given. */
  private wants(): ReadonlyMap<string, ReadonlySet<string>> {
    const wants = new Map<string, Set<string>>();
    for (const applicant of Object.keys(this.instance.applicants)) {
      const given = this.placeOf(applicant);
      for (const place of this.instance.applicants[applicant] ?? []) {
        const there = wants.get(place) ?? new Set();
        wants.set(place, there.add(applicant));
        if (place === given) break;
      }
    }
    return wants;
  }

  private placeOf(applicant: string): string | null {
    const { assignment } = this.result;
    return Object.hasOwn(assignment, applicant) ? (assignment[applicant] ?? null) : null;
  }
}

const NO_REFUSAL = { reason: null, neededRank: null, group: null } as const;

function without(
  ceilings: Programme['ceilings'],
  types: readonly string[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(ceilings ?? {}).filter(([type]) => !types.includes(type)));
}

function lowest(ceilings: Programme['ceilings'], types: readonly string[]): number | null {
  const own = Object.entries(ceilings ?? {}).flatMap(([type, most]) => (types.includes(type) ? [most] : []));
  return own.length === 0 ? null : Math.min(...own);
}

function counts(counted: Group['types'], types: readonly string[]): boolean {
  return !counted || types.some((type) => counted.includes(type));
}
