import type { Progress } from './deferred-acceptance.js';
import { CEILED, NONE } from './packed-instance.js';
import type { PackedGroup, PackedInstance } from './packed-instance.js';
import { SeatsByRank } from './seats-by-rank.js';
import { SeatsByTiedGroups } from './seats-by-tied-groups.js';

/** What became of the one at a position, 0 before they asked: asks or is held, was sent away, was sent away by a group. */
const ASKING = 1;
const REFUSED = 2;
const CUT = 3;

/**
 * Deferred acceptance in rounds, where people are tied or of several types, or quotas span places: all who are free ask at once, then each place
 * chooses among all who ever asked it, then each group cuts what is too much. Whoever was refused stays in the reckoning, so
 * that nobody behind them is ever let in for what they were refused.
 * @returns of each applicant the number of their choice in the packed lists, or `NONE`
 */
export function deferredAcceptanceInRounds(packed: PackedInstance, progress?: Progress): Int32Array {
  return new Rounds(packed, progress).run();
}

class Rounds {
  private readonly state: Uint8Array;
  private readonly chosen: Uint8Array;
  /** Of each place all who asked and were not cut, the best first. */
  private readonly pools: Int32Array[];
  private readonly arrivals: number[][];
  private readonly next: Int32Array;
  private readonly limits: Limits;
  private readonly seats: SeatsByRank;
  private readonly tiedSeats: SeatsByTiedGroups;
  /** The inner before the outer. */
  private readonly groups: readonly PackedGroup[];
  /** Whether a place may choose inconsistently, for a group or since people are of several types. */
  private readonly limited: Uint8Array;
  private asked = 0;

  constructor(
    private readonly packed: PackedInstance,
    private readonly progress: Progress | undefined,
  ) {
    const { places, ranked, choiceStart, groups } = packed;
    this.state = new Uint8Array(ranked.length);
    this.chosen = new Uint8Array(ranked.length);
    this.pools = places.map(() => new Int32Array(0));
    this.arrivals = places.map(() => []);
    this.next = choiceStart.slice(0, -1);
    this.limits = new Limits(packed);
    this.seats = new SeatsByRank(packed);
    this.tiedSeats = new SeatsByTiedGroups(packed);
    const width = ({ counts }: PackedGroup) => counts?.reduce((sum, counted) => sum + counted, 0) ?? Infinity;
    this.groups = [...groups].sort(
      (a, b) => a.places.length - b.places.length || (width(a) === width(b) ? 0 : width(a) - width(b)),
    );
    this.limited = new Uint8Array(places.length);
    for (const { places: members } of groups) for (const place of members) this.limited[place] = 1;
    packed.entangled.forEach((entangled, place) => {
      if (entangled === 1) this.limited[place] = 1;
    });
  }

  run(): Int32Array {
    let free: readonly number[] = Array.from(this.packed.applicants.keys());
    while (free.length > 0) free = this.round(free);
    this.progress?.(1);
    return this.outcome();
  }

  /** @returns who is free after it */
  private round(free: readonly number[]): readonly number[] {
    const asked = new Set<number>();
    for (const applicant of free) {
      const place = this.ask(applicant);
      if (place !== NONE) asked.add(place);
    }
    const changed = new Set(asked);
    const refused: number[] = [];
    for (let dirty = asked; dirty.size > 0;) {
      for (const place of dirty) this.choose(place);
      dirty = this.cut(refused);
      for (const place of dirty) changed.add(place);
    }
    for (const place of changed) this.refuse(place, refused);
    return refused;
  }

  /** Asks for the next choice where one is not beneath the limit. */
  private ask(applicant: number): number {
    const { choiceStart, choicePlace, choicePosition } = this.packed;
    const end = choiceStart[applicant + 1] as number;
    for (let choice = this.next[applicant] as number; choice < end; choice++) {
      this.asked++;
      const position = choicePosition[choice] as number;
      const place = choicePlace[choice] as number;
      if (position === NONE || this.limits.excludes(place, position)) continue;
      this.next[applicant] = choice + 1;
      this.state[position] = ASKING;
      this.arrivals[place]?.push(position);
      return place;
    }
    this.next[applicant] = end;
    this.progress?.(this.asked / this.packed.choicePlace.length);
    return NONE;
  }

  private choose(place: number): void {
    const arrivals = this.arrivals[place] ?? [];
    let pool = this.pools[place] as Int32Array;
    if (arrivals.length > 0) {
      const grown = new Int32Array(pool.length + arrivals.length);
      grown.set(pool);
      grown.set(arrivals, pool.length);
      pool = grown.sort();
      this.pools[place] = pool;
      this.arrivals[place] = [];
    }
    const taken = this.packed.tiedFrom
      ? this.tiedSeats.choose(place, pool)
      : this.seats.choose(place, pool, pool.length);
    for (let at = 0; at < pool.length; at++) this.chosen[pool[at] as number] = taken[at] as number;
  }

  /**
   * Where a group has too many, its places take turns in the declared order and each keeps the next best of its own, with
   * all who are tied with them, until the cap; the rest is sent away. @returns the places that lost somebody
   */
  private cut(refused: number[]): Set<number> {
    const dirty = new Set<number>();
    for (const group of this.groups) {
      const members = Array.from(group.places, (place) => this.membersAt(group, place));
      if (members.reduce((sum, { length }) => sum + length, 0) <= group.cap) continue;
      const kept = this.turns(members, group.cap);
      members.forEach((positions, index) => {
        const first = positions[kept[index] as number];
        if (first === undefined) return;
        const place = group.places[index] as number;
        this.exclude(place, group.counts, this.limits.rankOf(first), refused);
        dirty.add(place);
      });
    }
    return dirty;
  }

  private membersAt({ counts }: PackedGroup, place: number): readonly number[] {
    const members: number[] = [];
    for (const position of this.pools[place] as Int32Array) {
      if (this.state[position] !== ASKING || this.chosen[position] === 0) continue;
      if (counts === null || counts[this.packed.rankedProfile[position] as number] === 1)
        members.push(position);
    }
    return members;
  }

  /** How many each place keeps. */
  private turns(members: readonly (readonly number[])[], cap: number): readonly number[] {
    const kept = members.map(() => 0);
    let total = 0;
    let open = members.map((_, index) => index);
    while (open.length > 0) {
      open = open.filter((index) => {
        const positions = members[index] ?? [];
        const from = kept[index] as number;
        let to = from + 1;
        if (from === positions.length) return false;
        while (
          to < positions.length &&
          this.limits.rankOf(positions[to] as number) === this.limits.rankOf(positions[from] as number)
        ) {
          to++;
        }
        if (total + to - from > cap) return false;
        total += to - from;
        kept[index] = to;
        return true;
      });
    }
    return kept;
  }

  /** Sends everybody who counts away who stands at this rank or behind it, for good. */
  private exclude(place: number, counts: Uint8Array | null, rank: number, refused: number[]): void {
    this.limits.set(place, counts, rank);
    this.pools[place] = (this.pools[place] as Int32Array).filter((position) => {
      if (!this.limits.cuts(place, counts, rank, position)) return true;
      if (this.state[position] === ASKING) refused.push(this.packed.ranked[position] as number);
      this.state[position] = CUT;
      this.chosen[position] = 0;
      return false;
    });
  }

  private refuse(place: number, refused: number[]): void {
    const { ranked, rankedProfile, profiles, kind } = this.packed;
    const atCeiling = this.limited[place] === 1 ? this.typesAtTheirCeiling(place) : null;
    for (const position of this.pools[place] as Int32Array) {
      if (this.state[position] !== ASKING || this.chosen[position] === 1) continue;
      this.state[position] = REFUSED;
      refused.push(ranked[position] as number);
      if (!atCeiling) continue;
      const profile = rankedProfile[position] as number;
      const forSeats =
        (kind[place] as number) <= CEILED && !profiles[profile]?.some((type) => atCeiling.has(type));
      this.limits.setFor(place, forSeats ? null : profile, this.limits.rankOf(position));
    }
  }

  private typesAtTheirCeiling(place: number): ReadonlySet<number> {
    const { ceilingStart, ceilingType, ceilingMost, rankedProfile, profiles } = this.packed;
    const count = new Map<number, number>();
    for (const position of this.pools[place] as Int32Array) {
      if (this.chosen[position] === 0) continue;
      for (const type of profiles[rankedProfile[position] as number] ?? []) {
        count.set(type, (count.get(type) ?? 0) + 1);
      }
    }
    const full = new Set<number>();
    for (let at = ceilingStart[place] as number; at < (ceilingStart[place + 1] as number); at++) {
      const type = ceilingType[at] as number;
      if ((count.get(type) ?? 0) >= (ceilingMost[at] as number)) full.add(type);
    }
    return full;
  }

  private outcome(): Int32Array {
    const { choiceStart, choicePosition, applicants } = this.packed;
    const chosen = new Int32Array(applicants.length).fill(NONE);
    for (let applicant = 0; applicant < applicants.length; applicant++) {
      const choice = (this.next[applicant] as number) - 1;
      if (choice < (choiceStart[applicant] as number)) continue;
      const position = choicePosition[choice] as number;
      if (position !== NONE && this.state[position] === ASKING) chosen[applicant] = choice;
    }
    return chosen;
  }
}

/** From which rank on a place takes nobody any more, of everybody or of a profile. It only ever moves up. */
class Limits {
  private readonly everybody: Float64Array;
  private readonly ofProfile: (Map<number, number> | undefined)[];

  constructor(private readonly packed: PackedInstance) {
    this.everybody = new Float64Array(packed.places.length).fill(Infinity);
    this.ofProfile = new Array<Map<number, number> | undefined>(packed.places.length);
  }

  rankOf(position: number): number {
    return this.packed.tiedFrom ? (this.packed.tiedFrom[position] as number) : position;
  }

  excludes(place: number, position: number): boolean {
    const rank = this.rankOf(position);
    const profile = this.packed.rankedProfile[position] as number;
    return (
      rank >= (this.everybody[place] as number) || rank >= (this.ofProfile[place]?.get(profile) ?? Infinity)
    );
  }

  cuts(place: number, counts: Uint8Array | null, rank: number, position: number): boolean {
    return (
      this.rankOf(position) >= rank &&
      (counts === null || counts[this.packed.rankedProfile[position] as number] === 1)
    );
  }

  set(place: number, counts: Uint8Array | null, rank: number): void {
    if (counts === null) this.setFor(place, null, rank);
    else counts.forEach((counted, profile) => counted === 1 && this.setFor(place, profile, rank));
  }

  setFor(place: number, profile: number | null, rank: number): void {
    if (profile === null) {
      this.everybody[place] = Math.min(this.everybody[place] as number, rank);
      return;
    }
    const limits = (this.ofProfile[place] ??= new Map<number, number>());
    limits.set(profile, Math.min(limits.get(profile) ?? Infinity, rank));
  }
}
