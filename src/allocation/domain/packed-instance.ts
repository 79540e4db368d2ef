import { sortByCodePoint } from './code-points.js';
import { OPEN, blocksOf, guaranteeOf, orderHolds } from './filling-order.js';
import type { Block, Ceiling } from './filling-order.js';
import { ruleOf } from './instance.js';
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

/** A block of a place is kept in 16 bits. */
const MOST_BLOCKS_ONE_BY_ONE = 65_534;

/** Nobody, nowhere, never. */
export const NONE = -1;

/** At most so many people in some places together. */
export interface PackedGroup {
  readonly places: Int32Array;
  /** Which types count, by number; null: everybody. */
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
  /** From 1; `OPEN` is whoever has none that a reserve, a ceiling or a group names. */
  readonly types: readonly string[];
  readonly typeOf: Uint16Array;

  readonly choiceStart: Int32Array;
  readonly choicePlace: Int32Array;
  /** The position in `ranked`; `NONE` where the place does not rank or has no seat. */
  readonly choicePosition: Int32Array;

  /** The rankings one after the other, the best first, of those who wish for the place. */
  readonly rankedStart: Int32Array;
  readonly ranked: Int32Array;
  readonly rankedType: Uint16Array;
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
  const typeOf = new Uint16Array(applicants.length);
  if (types.length > 1 && instance.types) {
    for (let applicant = 0; applicant < applicants.length; applicant++) {
      const id = applicants[applicant] as string;
      if (Object.hasOwn(instance.types, id)) {
        typeOf[applicant] = typeNumber.get(instance.types[id] as string) ?? OPEN;
      }
    }
  }
  const choices = packChoices(instance, applicants, placeNumber);
  const rankings = packRankings(instance, { applicants, programmes, choices, typeOf, ties });
  return {
    applicants,
    places,
    types,
    typeOf,
    ...choices,
    ...rankings,
    ties,
    ...packSeats(programmes, typeNumber, ties),
    groups: (instance.groups ?? []).map(({ places: members, types: counted, cap }) => ({
      places: Int32Array.from(members, (place) => placeNumber.get(place) as number),
      counts: counted ? marks(counted, typeNumber) : null,
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
  readonly typeOf: Uint16Array;
  readonly ties: TieRule;
}

function packRankings(instance: Instance, { applicants, programmes, choices, typeOf, ties }: ToRank) {
  const { choiceStart, choicePlace } = choices;
  const wishes = wishesOf(choices, programmes.length);
  const choicePosition = new Int32Array(choicePlace.length).fill(NONE);
  const ranked = new Int32Array(choicePlace.length);
  const rankedType = new Uint16Array(choicePlace.length);
  const tiedFrom = new Int32Array(ties === 'seed' ? 0 : choicePlace.length);
  const rankedStart = new Int32Array(programmes.length + 1);
  const applicantNumber = numbered(applicants);
  const lots = new Lots(instance.seed ?? '');
  /** Of each applicant the choice of the place that is being ranked. */
  const asking = new Int32Array(applicants.length).fill(NONE);
  let position = 0;
  let tied = false;
  const place = (applicant: number, first: number) => {
    choicePosition[asking[applicant] as number] = position;
    ranked[position] = applicant;
    rankedType[position] = typeOf[applicant] as number;
    if (ties !== 'seed') tiedFrom[position] = first;
    position++;
  };
  for (let number = 0; number < programmes.length; number++) {
    const { capacity, ranking } = programmes[number] as Programme;
    rankedStart[number] = position;
    if (capacity === 0) continue;
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
  }
  rankedStart[programmes.length] = position;
  return {
    choiceStart,
    choicePlace,
    choicePosition,
    rankedStart,
    ranked,
    rankedType,
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

function marks(types: readonly string[], typeNumber: ReadonlyMap<string, number>): Uint8Array {
  const counted = new Uint8Array(typeNumber.size);
  for (const type of types) counted[typeNumber.get(type) as number] = 1;
  return counted;
}

/** The places whose slots cannot be filled in their order under their ceilings: `orderHolds` says why. */
export function ordersSetAside(instance: Instance): readonly string[] {
  const { ties } = ruleOf(instance);
  const places = sortByCodePoint(Object.keys(instance.programmes));
  const programmes = places.map((place) => instance.programmes[place] as Programme);
  const { kind } = packSeats(programmes, numbered(typesThatMatter(instance, programmes)), ties);
  return places.filter((_, number) => kind[number] === GUARANTEED);
}
