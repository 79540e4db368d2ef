import { sortByCodePoint } from './code-points.js';
import { OPEN, blocksOf, guaranteeOf, orderHolds } from './filling-order.js';
import type { Block, Ceiling } from './filling-order.js';
import { ruleOf, typesOf } from './instance.js';
import type { Instance, Programme, TieRule } from './instance.js';
import { Lots } from './lots.js';

/** How much there is to a place, and so how its seats are filled. */
export const PLAIN = 0;
/** All seats open, under ceilings. */
export const CEILED = 1;
/** Slots in their order, without ceilings. */
export const SLOTTED = 2;
/** Slots in their order, under ceilings. */
export const SLOTTED_AND_CEILED = 3;
/** Reserves first and the rest by rank, under ceilings: the order of the slots would contradict the ceilings. */
export const GUARANTEED = 4;

/** What fits into 16 bits. */
const MOST_NARROW = 65_536;

/** A block of a place is kept in 16 bits. */
const MOST_BLOCKS_ONE_BY_ONE = 65_534;

/** Nobody, nowhere, never. */
export const NONE = -1;

/** At most so many people in some places together. */
export interface PackedGroup {
  readonly places: Int32Array;
  /** Which profiles count, by number; null: everybody. */
  readonly counts: Uint8Array | null;
  readonly cap: number;
}

/**
 * An instance in typed arrays. People, places and types are numbered by the code points of their ids, so that nothing
 * depends on the order in which a document names them. `…Start` says where the entries of each number begin, and of the
 * one after the last, where they end.
 */
export interface PackedInstance {
  readonly applicants: readonly string[];
  readonly places: readonly string[];
  /** From 1: all that a reserve, a ceiling or a group names. */
  readonly types: readonly string[];
  /**
   * All that somebody may be for one place: the types of each profile. Up to the number of types a profile is the type of
   * its number alone, and `OPEN` is none; only behind these are people of several types.
   */
  readonly profiles: readonly (readonly number[])[];

  readonly choiceStart: Int32Array;
  readonly choicePlace: Int32Array;
  /** The position in `ranked`; `NONE` where the place does not rank or has no seat. */
  readonly choicePosition: Int32Array;

  /** The rankings one after the other, the best first, of those who wish for the place. */
  readonly rankedStart: Int32Array;
  readonly ranked: Int32Array;
  /** What each of them is for this place. */
  readonly rankedProfile: Uint16Array | Uint32Array;
  /** Of each position the first one that is tied with it; null where nothing is, or a lot has parted it. */
  readonly tiedFrom: Int32Array | null;
  readonly ties: TieRule;

  readonly capacity: Int32Array;
  readonly kind: Uint8Array;
  readonly blockStart: Int32Array;
  readonly blockSeats: Int32Array;
  readonly blockType: Uint16Array;
  readonly blockOnly: Uint8Array;
  /** Where `GUARANTEED`: how many seats of this block stay empty rather than going to others. */
  readonly blockHard: Int32Array;
  readonly ceilingStart: Int32Array;
  readonly ceilingType: Uint16Array;
  readonly ceilingMost: Int32Array;
  /** Of each place whether somebody is under a ceiling and something else as well: it cannot choose consistently then. */
  readonly entangled: Uint8Array;
  readonly groups: readonly PackedGroup[];
}

export function packInstance(instance: Instance): PackedInstance {
  const { ties } = ruleOf(instance);
  const applicants = sortByCodePoint(Object.keys(instance.applicants));
  const places = sortByCodePoint(Object.keys(instance.programmes));
  const programmes = places.map((place) => instance.programmes[place] as Programme);
  const placeNumber = numbered(places);
  const types = typesThatMatter(instance, programmes);
  const typeNumber = numbered(types);
  const profiles = new Profiles(instance, applicants, types, typeNumber);
  const choices = packChoices(instance, applicants, placeNumber);
  const rankings = packRankings(instance, { applicants, programmes, places, choices, profiles, ties });
  return {
    applicants,
    places,
    types,
    profiles: profiles.all,
    ...choices,
    ...rankings,
    ties,
    ...packSeats(programmes, typeNumber, ties),
    groups: (instance.groups ?? []).map(({ places: members, types: counted, cap }) => ({
      places: Int32Array.from(members, (place) => placeNumber.get(place) as number),
      counts: counted ? profiles.thatHave(counted) : null,
      cap,
    })),
  };
}

function numbered(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, number) => [id, number]));
}

/** At 0 nobody's; the others are those that some seat, ceiling or group asks for. */
function typesThatMatter(instance: Instance, programmes: readonly Programme[]): readonly string[] {
  const named = new Set<string>();
  for (const { slots, ceilings } of programmes) {
    for (const { eligible_first: type } of slots ?? []) if (typeof type === 'string') named.add(type);
    for (const type of Object.keys(ceilings ?? {})) named.add(type);
  }
  for (const { types } of instance.groups ?? []) for (const type of types ?? []) named.add(type);
  return ['', ...sortByCodePoint([...named])];
}

/** What people are for each place: of their types only those that its seats, its ceilings or its groups ask for. */
class Profiles {
  readonly all: number[][];
  /** Whether somebody at the place that was asked for last is under a ceiling and something else as well. */
  entangled = false;
  private readonly byTypes = new Map<string, number>();
  /** Of each applicant the number of their types, wherever they matter. */
  private readonly of: Uint32Array;
  private readonly whole: (readonly number[])[] = [[]];
  private readonly ofGroups = new Map<string, Set<number>>();

  constructor(
    private readonly instance: Instance,
    applicants: readonly string[],
    types: readonly string[],
    private readonly typeNumber: ReadonlyMap<string, number>,
  ) {
    this.all = types.map((_, type) => (type === OPEN ? [] : [type]));
    this.of = new Uint32Array(applicants.length);
    const known = new Map<string, number>();
    if (types.length > 1 && instance.types) {
      applicants.forEach((id, applicant) => {
        const own = this.numbers(typesOf(instance, id));
        const key = own.join();
        const number = own.length === 0 ? 0 : (known.get(key) ?? this.whole.push(own) - 1);
        known.set(key, number);
        this.of[applicant] = number;
      });
    }
    for (const group of instance.groups ?? []) {
      for (const place of group.places) {
        const there = this.ofGroups.get(place) ?? new Set();
        for (const type of this.numbers(group.types ?? [])) there.add(type);
        this.ofGroups.set(place, there);
      }
    }
  }

  at(place: string, { slots = [], ceilings = {} }: Programme): (applicant: number) => number {
    const under = new Set(this.numbers(Object.keys(ceilings)));
    const seated = new Set([
      ...under,
      ...this.numbers(slots.flatMap(({ eligible_first: type }) => type ?? [])),
    ]);
    const asked = new Set([...seated, ...(this.ofGroups.get(place) ?? [])]);
    this.entangled = false;
    if (asked.size === 0 || this.whole.length === 1) return () => OPEN;
    const here = new Map<number, number>();
    return (applicant) => {
      const whole = this.of[applicant] as number;
      const known = here.get(whole);
      if (known !== undefined) return known;
      const own = (this.whole[whole] as readonly number[]).filter((type) => asked.has(type));
      if (under.size > 0 && own.filter((type) => seated.has(type)).length > 1) this.entangled = true;
      const profile = this.profile(own);
      here.set(whole, profile);
      return profile;
    };
  }

  thatHave(types: readonly string[]): Uint8Array {
    const wanted = new Set(this.numbers(types));
    return Uint8Array.from(this.all, (own) => (own.some((type) => wanted.has(type)) ? 1 : 0));
  }

  private profile(types: readonly number[]): number {
    if (types.length <= 1) return types[0] ?? OPEN;
    const key = types.join();
    const profile = this.byTypes.get(key) ?? this.all.push([...types]) - 1;
    this.byTypes.set(key, profile);
    return profile;
  }

  private numbers(types: readonly string[]): number[] {
    return types.flatMap((type) => this.typeNumber.get(type) ?? []).sort((a, b) => a - b);
  }
}

type Choices = Pick<PackedInstance, 'choiceStart' | 'choicePlace'>;

function packChoices(
  instance: Instance,
  applicants: readonly string[],
  placeNumber: ReadonlyMap<string, number>,
): Choices {
  const choiceStart = new Int32Array(applicants.length + 1);
  for (let applicant = 0; applicant < applicants.length; applicant++) {
    const wished = instance.applicants[applicants[applicant] as string] as readonly string[];
    choiceStart[applicant + 1] = (choiceStart[applicant] as number) + wished.length;
  }
  const choicePlace = new Int32Array(choiceStart[applicants.length] as number);
  for (let applicant = 0, at = 0; applicant < applicants.length; applicant++) {
    for (const place of instance.applicants[applicants[applicant] as string] as readonly string[]) {
      choicePlace[at++] = placeNumber.get(place) as number;
    }
  }
  return { choiceStart, choicePlace };
}

interface ToRank {
  readonly applicants: readonly string[];
  readonly programmes: readonly Programme[];
  readonly choices: Choices;
  readonly profiles: Profiles;
  readonly places: readonly string[];
  readonly ties: TieRule;
}

function packRankings(instance: Instance, toRank: ToRank) {
  const { applicants, programmes, places, choices, profiles, ties } = toRank;
  const { choiceStart, choicePlace } = choices;
  const wishes = wishesOf(choices, programmes.length);
  const choicePosition = new Int32Array(choicePlace.length).fill(NONE);
  const ranked = new Int32Array(choicePlace.length);
  const rankedProfile = new Uint32Array(choicePlace.length);
  const entangled = new Uint8Array(programmes.length);
  const tiedFrom = new Int32Array(ties === 'seed' ? 0 : choicePlace.length);
  const rankedStart = new Int32Array(programmes.length + 1);
  const applicantNumber = numbered(applicants);
  const lots = new Lots(instance.seed ?? '');
  /** Of each applicant the choice of the place that is being ranked. */
  const asking = new Int32Array(applicants.length).fill(NONE);
  let position = 0;
  let tied = false;
  let profileAt: (applicant: number) => number = () => OPEN;
  const place = (applicant: number, first: number) => {
    choicePosition[asking[applicant] as number] = position;
    ranked[position] = applicant;
    rankedProfile[position] = profileAt(applicant);
    if (ties !== 'seed') tiedFrom[position] = first;
    position++;
  };
  for (let number = 0; number < programmes.length; number++) {
    const { capacity, ranking } = programmes[number] as Programme;
    rankedStart[number] = position;
    if (capacity === 0) continue;
    profileAt = profiles.at(places[number] as string, programmes[number] as Programme);
    const from = wishes.start[number] as number;
    const to = wishes.start[number + 1] as number;
    for (let wish = from; wish < to; wish++) {
      asking[wishes.applicant[wish] as number] = wishes.choice[wish] as number;
    }
    for (const entry of ranking) {
      if (typeof entry === 'string') {
        const applicant = applicantNumber.get(entry) as number;
        if (asking[applicant] !== NONE) place(applicant, position);
        continue;
      }
      const asked = entry.filter((id) => asking[applicantNumber.get(id) as number] !== NONE);
      if (asked.length > 1) tied = true;
      const group = ties === 'seed' && asked.length > 1 ? lots.sort(asked) : asked;
      const first = position;
      for (const id of group) place(applicantNumber.get(id) as number, first);
    }
    for (let wish = from; wish < to; wish++) asking[wishes.applicant[wish] as number] = NONE;
    if (profiles.entangled) entangled[number] = 1;
  }
  rankedStart[programmes.length] = position;
  return {
    choiceStart,
    choicePlace,
    choicePosition,
    rankedStart,
    ranked,
    rankedProfile: profiles.all.length <= MOST_NARROW ? Uint16Array.from(rankedProfile) : rankedProfile,
    entangled,
    tiedFrom: tied && ties !== 'seed' ? tiedFrom : null,
  };
}

/** Who wishes for each place, and with which of their choices. */
function wishesOf({ choiceStart, choicePlace }: Choices, places: number) {
  const start = new Int32Array(places + 1);
  for (const place of choicePlace) start[place + 1] = (start[place + 1] as number) + 1;
  for (let place = 0; place < places; place++) {
    start[place + 1] = (start[place + 1] as number) + (start[place] as number);
  }
  const next = start.slice();
  const applicant = new Int32Array(choicePlace.length);
  const choice = new Int32Array(choicePlace.length);
  for (let person = 0; person + 1 < choiceStart.length; person++) {
    const end = choiceStart[person + 1] as number;
    for (let wish = choiceStart[person] as number; wish < end; wish++) {
      const place = choicePlace[wish] as number;
      const at = next[place] as number;
      next[place] = at + 1;
      applicant[at] = person;
      choice[at] = wish;
    }
  }
  return { start, applicant, choice };
}

function packSeats(programmes: readonly Programme[], typeNumber: ReadonlyMap<string, number>, ties: TieRule) {
  const kind = new Uint8Array(programmes.length);
  const blocks = new Lists(['seats', 'type', 'only', 'hard'], programmes.length);
  const ceilings = new Lists(['type', 'most'], programmes.length);
  programmes.forEach((programme, number) => {
    const { capacity, slots = [], ceilings: declared = {} } = programme;
    const inOrder = blocksOf(
      slots.map(({ n, eligible_first: type, only }) => ({
        seats: n,
        type: typeof type === 'string' ? (typeNumber.get(type) as number) : OPEN,
        only: only === true,
      })),
      capacity,
    );
    const felt = Object.keys(declared)
      .map((type) => ({ type: typeNumber.get(type) as number, most: declared[type] as number }))
      // Where a tied group may come in beyond the capacity, any ceiling can be felt.
      .filter(({ most }) => most < capacity || ties === 'admit')
      .sort((a, b) => a.type - b.type);
    kind[number] = kindOf(inOrder, felt);
    for (const { type, most } of felt) ceilings.add(number, type, most);
    if (kind[number] === GUARANTEED) {
      const { reserved, common } = guaranteeOf(inOrder);
      for (const { type, most, hard } of reserved) blocks.add(number, most, type, 1, hard);
      blocks.add(number, common, OPEN, 0, 0);
    } else {
      for (const { seats, type, only } of inOrder) blocks.add(number, seats, type, only ? 1 : 0, 0);
    }
  });
  const block = blocks.packed();
  const ceiling = ceilings.packed();
  return {
    capacity: Int32Array.from(programmes, ({ capacity }) => capacity),
    kind,
    blockStart: block.start,
    blockSeats: Int32Array.from(block.of('seats')),
    blockType: Uint16Array.from(block.of('type')),
    blockOnly: Uint8Array.from(block.of('only')),
    blockHard: Int32Array.from(block.of('hard')),
    ceilingStart: ceiling.start,
    ceilingType: Uint16Array.from(ceiling.of('type')),
    ceilingMost: Int32Array.from(ceiling.of('most')),
  };
}

function kindOf(blocks: readonly Block[], ceilings: readonly Ceiling[]): number {
  if (blocks.every(({ type }) => type === OPEN)) return ceilings.length === 0 ? PLAIN : CEILED;
  if (ceilings.length === 0 && blocks.length <= MOST_BLOCKS_ONE_BY_ONE) return SLOTTED;
  return orderHolds(blocks, ceilings) ? SLOTTED_AND_CEILED : GUARANTEED;
}

/** Lists of rows for numbers that come in ascending order, by columns. */
class Lists<Column extends string> {
  private readonly counts: Int32Array;
  private readonly columns: ReadonlyMap<Column, number[]>;

  constructor(
    private readonly names: readonly Column[],
    numbers: number,
  ) {
    this.counts = new Int32Array(numbers);
    this.columns = new Map(names.map((name) => [name, []]));
  }

  add(number: number, ...row: readonly number[]): void {
    this.counts[number] = (this.counts[number] as number) + 1;
    this.names.forEach((name, index) => this.columns.get(name)?.push(row[index] as number));
  }

  packed() {
    const start = new Int32Array(this.counts.length + 1);
    this.counts.forEach((count, number) => (start[number + 1] = (start[number] as number) + count));
    return { start, of: (name: Column): readonly number[] => this.columns.get(name) ?? [] };
  }
}

/** The places whose slots cannot be filled in their order under their ceilings: `orderHolds` says why. */
export function ordersSetAside(instance: Instance): readonly string[] {
  const { ties } = ruleOf(instance);
  const places = sortByCodePoint(Object.keys(instance.programmes));
  const programmes = places.map((place) => instance.programmes[place] as Programme);
  const { kind } = packSeats(programmes, numbered(typesThatMatter(instance, programmes)), ties);
  return places.filter((_, number) => kind[number] === GUARANTEED);
}
