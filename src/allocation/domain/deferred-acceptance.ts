import { OPEN } from './filling-order.js';
import { CEILED, NONE, PLAIN, SLOTTED, SLOTTED_AND_CEILED } from './packed-instance.js';
import type { PackedInstance } from './packed-instance.js';
import { SeatsByRank } from './seats-by-rank.js';

/** How much of the way is behind, from 0 to 1. */
export type Progress = (share: number) => void;

const TELL_EVERY = 1 << 17;
/** In a larger place it is dearer to seat everybody again than to let many in at once. */
const MOST_SEATED_AGAIN = 1_024;
/** Marks of blocks beyond this need two bytes. */
const MOST_NARROW = 254;

/**
 * Applicant-proposing deferred acceptance for instances where nobody is tied or of several types, and no quota spans places
 * (so that a profile is a type): everybody asks
 * for what they wish most, is put off or sent away, and asks for the next, until nobody is sent away. Whoever is put off
 * is held by a mark on their position in the ranking. The worst who is held stands ever higher once a place is full, so
 * that all searches for the worst together pass each ranking once.
 * @returns of each applicant the number of their choice in the packed lists, or `NONE`
 */
export function deferredAcceptance(packed: PackedInstance, progress?: Progress): Int32Array {
  return new DeferredAcceptance(packed, progress).run();
}

type Marks = Uint8Array | Uint16Array;

class DeferredAcceptance {
  /** Of each position 0 where nobody is held, otherwise in which block of the place, from 1. */
  private readonly held: Marks;
  /** In some block of the place: which one is found out when it is asked for. */
  private readonly somewhere: number;
  /** Of each place how many are held. */
  private readonly count: Int32Array;
  /** Of each place: nobody behind this position is held. */
  private readonly worst: Int32Array;
  /** The same of each ceiling, for its type. */
  private readonly ceilingCount: Int32Array;
  private readonly ceilingWorst: Int32Array;
  /** The same of each block, for people of its type and for others. */
  private readonly ownCount: Int32Array;
  private readonly ownWorst: Int32Array;
  private readonly otherCount: Int32Array;
  private readonly otherWorst: Int32Array;
  /** Of each place whether some are held who knows where. */
  private readonly unseated: Uint8Array;
  /** Of each applicant the choice that they ask for next. */
  private readonly next: Int32Array;
  /** Room to line up those who are held at one place. */
  private readonly standing = new Int32Array(MOST_SEATED_AGAIN);
  private readonly crowds: Crowds;
  private asked = 0;

  constructor(
    private readonly packed: PackedInstance,
    private readonly progress: Progress | undefined,
  ) {
    const { places, ranked, rankedStart, choiceStart, ceilingType, blockType } = packed;
    // In a byte where that does: most of the time goes into looking at what is far apart in the memory.
    const narrow = mostBlocks(packed) <= MOST_NARROW;
    this.held = narrow ? new Uint8Array(ranked.length) : new Uint16Array(ranked.length);
    this.somewhere = narrow ? 0xff : 0xffff;
    this.count = new Int32Array(places.length);
    this.worst = new Int32Array(places.length);
    this.ceilingCount = new Int32Array(ceilingType.length);
    this.ceilingWorst = new Int32Array(ceilingType.length);
    this.ownCount = new Int32Array(blockType.length);
    this.ownWorst = new Int32Array(blockType.length);
    this.otherCount = new Int32Array(blockType.length);
    this.otherWorst = new Int32Array(blockType.length);
    for (let place = 0; place < places.length; place++) {
      const last = (rankedStart[place + 1] as number) - 1;
      this.worst[place] = last;
      this.ceilingWorst.fill(last, packed.ceilingStart[place], packed.ceilingStart[place + 1]);
      this.ownWorst.fill(last, packed.blockStart[place], packed.blockStart[place + 1]);
      this.otherWorst.fill(last, packed.blockStart[place], packed.blockStart[place + 1]);
    }
    this.unseated = new Uint8Array(places.length);
    this.next = choiceStart.slice(0, -1);
    this.crowds = new Crowds(packed, this.held);
  }

  run(): Int32Array {
    const applicants = this.packed.applicants.length;
    for (let applicant = 0; applicant < applicants; applicant++) this.place(applicant);
    for (let places = this.crowds.waiting(); places.length > 0; places = this.crowds.waiting()) {
      for (const place of places) for (const refused of this.crowds.settle(place)) this.place(refused);
    }
    this.progress?.(1);
    return this.outcome();
  }

  /** Lets somebody ask until they are held, and whoever is sent away for them in turn, until nobody is. */
  private place(from: number): void {
    const { choiceStart, choicePlace, choicePosition, ranked, kind, capacity } = this.packed;
    const { held, count, worst, next } = this;
    let applicant = from;
    while (applicant !== NONE) {
      const choice = next[applicant] as number;
      if (choice === choiceStart[applicant + 1]) return;
      next[applicant] = choice + 1;
      if ((++this.asked & (TELL_EVERY - 1)) === 0) this.progress?.(this.asked / choicePlace.length);
      const position = choicePosition[choice] as number;
      if (position === NONE) continue;
      const place = choicePlace[choice] as number;
      const kindOfPlace = kind[place] as number;
      if (kindOfPlace === PLAIN) {
        if ((count[place] as number) < (capacity[place] as number)) {
          count[place] = (count[place] as number) + 1;
          held[position] = 1;
          return;
        }
        let last = worst[place] as number;
        while (held[last] === 0) last--;
        worst[place] = last;
        if (position > last) continue;
        held[last] = 0;
        held[position] = 1;
        applicant = ranked[last] as number;
        continue;
      }
      const out =
        kindOfPlace === CEILED
          ? this.underCeilings(place, position)
          : kindOfPlace === SLOTTED
            ? this.intoSlots(place, position)
            : kindOfPlace === SLOTTED_AND_CEILED && (capacity[place] as number) <= MOST_SEATED_AGAIN
              ? this.intoSlotsUnderCeilings(place, position)
              : this.crowds.join(place, position);
      if (out === NONE) return;
      applicant = ranked[out] as number;
    }
  }

  /** @returns the position of who is sent away; `NONE` where nobody is */
  private underCeilings(place: number, position: number): number {
    const { rankedProfile, capacity, ceilingMost } = this.packed;
    const { held, count, worst, ceilingCount, ceilingWorst } = this;
    const type = rankedProfile[position] as number;
    const ceiling = this.ceilingOf(place, type);
    if (ceiling !== NONE && ceilingCount[ceiling] === ceilingMost[ceiling]) {
      if (ceilingMost[ceiling] === 0) return position;
      let last = ceilingWorst[ceiling] as number;
      while (held[last] === 0 || rankedProfile[last] !== type) last--;
      ceilingWorst[ceiling] = last;
      if (position > last) return position;
      held[last] = 0;
      held[position] = 1;
      return last;
    }
    let last: number = NONE;
    if (count[place] === capacity[place]) {
      last = worst[place] as number;
      while (held[last] === 0) last--;
      worst[place] = last;
      if (position > last) return position;
      held[last] = 0;
      const left = this.ceilingOf(place, rankedProfile[last] as number);
      if (left !== NONE) ceilingCount[left] = (ceilingCount[left] as number) - 1;
    } else {
      count[place] = (count[place] as number) + 1;
    }
    held[position] = 1;
    if (ceiling !== NONE) ceilingCount[ceiling] = (ceilingCount[ceiling] as number) + 1;
    return last;
  }

  private ceilingOf(place: number, type: number): number {
    const { ceilingStart, ceilingType } = this.packed;
    const end = ceilingStart[place + 1] as number;
    for (let at = ceilingStart[place] as number; at < end; at++) if (ceilingType[at] === type) return at;
    return NONE;
  }

  /** One after the other each block takes whom it prefers of its own and the one who comes, and passes the other on. */
  private intoSlots(place: number, position: number): number {
    const { rankedProfile, blockStart, blockSeats, blockType, blockOnly } = this.packed;
    const { held, ownCount, ownWorst, otherCount, otherWorst } = this;
    const first = blockStart[place] as number;
    const end = blockStart[place + 1] as number;
    let coming = position;
    for (let block = first; block < end; block++) {
      const mark = block - first + 1;
      const type = blockType[block] as number;
      const owns = type !== OPEN && rankedProfile[coming] === type;
      if (!owns && blockOnly[block] === 1) continue;
      const others = otherCount[block] as number;
      const full = (ownCount[block] as number) + others === blockSeats[block];
      if (!full || (owns && others > 0)) {
        if (owns) ownCount[block] = (ownCount[block] as number) + 1;
        else otherCount[block] = others + 1;
        if (!full) {
          held[coming] = mark;
          return NONE;
        }
        let last = otherWorst[block] as number;
        while (held[last] !== mark || rankedProfile[last] === type) last--;
        otherWorst[block] = last;
        otherCount[block] = others - 1;
        held[last] = 0;
        held[coming] = mark;
        coming = last;
        continue;
      }
      if (!owns && others === 0) continue;
      let last = (owns ? ownWorst : otherWorst)[block] as number;
      if (coming > last) continue;
      while (held[last] !== mark || (type !== OPEN && (rankedProfile[last] === type) !== owns)) last--;
      (owns ? ownWorst : otherWorst)[block] = last;
      if (coming > last) continue;
      held[last] = 0;
      held[coming] = mark;
      coming = last;
    }
    return coming;
  }

  /**
   * As many are held as before where a type is at its ceiling: the worst of the type goes, whoever else is held stays,
   * though perhaps in another block. Where no ceiling is felt, the blocks are filled as if there were none.
   */
  private intoSlotsUnderCeilings(place: number, position: number): number {
    const { rankedProfile, ceilingMost } = this.packed;
    const { held, ceilingCount, ceilingWorst } = this;
    const type = rankedProfile[position] as number;
    const ceiling = this.ceilingOf(place, type);
    if (ceiling !== NONE && ceilingCount[ceiling] === ceilingMost[ceiling]) {
      if (ceilingMost[ceiling] === 0) return position;
      let last = ceilingWorst[ceiling] as number;
      while (held[last] === 0 || rankedProfile[last] !== type) last--;
      ceilingWorst[ceiling] = last;
      if (position > last) return position;
      const mark = held[last] as number;
      held[last] = 0;
      if (this.unseated[place] === 0 && !this.mayBeAhead(place, mark, position)) {
        held[position] = mark;
      } else {
        held[position] = this.somewhere;
        this.unseated[place] = 1;
      }
      return last;
    }
    if (this.unseated[place] === 1) this.seatAgain(place);
    const out = this.intoSlots(place, position);
    if (ceiling !== NONE) ceilingCount[ceiling] = (ceilingCount[ceiling] as number) + 1;
    const left = out === NONE ? NONE : this.ceilingOf(place, rankedProfile[out] as number);
    if (left !== NONE) ceilingCount[left] = (ceilingCount[left] as number) - 1;
    return out;
  }

  /** Whether a block before this one might prefer somebody to whom it holds. All that could take them are full. */
  private mayBeAhead(place: number, mark: number, position: number): boolean {
    const { rankedProfile, blockStart, blockType, blockOnly } = this.packed;
    const { held, otherCount, otherWorst } = this;
    const first = blockStart[place] as number;
    for (let block = first; block < first + mark - 1; block++) {
      const type = blockType[block] as number;
      if (type !== OPEN && type === rankedProfile[position]) return true;
      if (blockOnly[block] === 1 || otherCount[block] === 0) continue;
      let last = otherWorst[block] as number;
      while (held[last] !== block - first + 1 || (type !== OPEN && rankedProfile[last] === type)) last--;
      otherWorst[block] = last;
      if (position < last) return true;
    }
    return false;
  }

  /** Gives everybody who is held the block where the seats, filled in their order, have them. */
  private seatAgain(place: number): void {
    const { rankedProfile, rankedStart, blockStart, blockSeats, blockType, blockOnly } = this.packed;
    const { held, ownCount, ownWorst, otherCount, otherWorst, standing } = this;
    const first = blockStart[place] as number;
    const end = blockStart[place + 1] as number;
    const last = (rankedStart[place + 1] as number) - 1;
    let count = 0;
    for (let block = first; block < end; block++) {
      count += (ownCount[block] as number) + (otherCount[block] as number);
    }
    for (let position = rankedStart[place] as number, found = 0; found < count; position++) {
      if (held[position] !== 0) standing[found++] = position;
    }
    for (let block = first; block < end; block++) {
      const mark = block - first + 1;
      const type = blockType[block] as number;
      const seats = blockSeats[block] as number;
      let own = 0;
      let others = 0;
      let worstOwn = last;
      let worstOther = last;
      let left = 0;
      if (type !== OPEN) {
        for (let at = 0; at < count; at++) {
          const position = standing[at] as number;
          if (own < seats && rankedProfile[position] === type) {
            held[position] = mark;
            worstOwn = position;
            own++;
          } else {
            standing[left++] = position;
          }
        }
        count = left;
      }
      if (blockOnly[block] === 0) {
        left = 0;
        for (let at = 0; at < count; at++) {
          const position = standing[at] as number;
          if (own + others < seats) {
            held[position] = mark;
            worstOther = position;
            others++;
          } else {
            standing[left++] = position;
          }
        }
        count = left;
      }
      // Behind the worst somebody can come as long as there is room, and of the type as long as others can make room.
      ownCount[block] = own;
      ownWorst[block] = own === seats ? worstOwn : last;
      otherCount[block] = others;
      otherWorst[block] = own + others === seats ? worstOther : last;
    }
    this.unseated[place] = 0;
  }

  private outcome(): Int32Array {
    const { choiceStart, choicePosition, applicants } = this.packed;
    const chosen = new Int32Array(applicants.length);
    for (let applicant = 0; applicant < applicants.length; applicant++) {
      const choice = (this.next[applicant] as number) - 1;
      const position =
        choice < (choiceStart[applicant] as number) ? NONE : (choicePosition[choice] as number);
      chosen[applicant] = position !== NONE && this.held[position] !== 0 ? choice : NONE;
    }
    return chosen;
  }
}

/** How many blocks the place has that has most of them. */
function mostBlocks({ places, blockStart }: PackedInstance): number {
  let most = 0;
  for (let place = 0; place < places.length; place++) {
    most = Math.max(most, (blockStart[place + 1] as number) - (blockStart[place] as number));
  }
  return most;
}

/**
 * The places whose seats cannot be filled one by one: whoever asks waits in front, and all are let in at once when nobody
 * else has anything to ask. In what order they came does not matter then, nor how many came at once.
 */
class Crowds {
  /** Of each place the last position that came, and of each position the one before: a list without its own memory. */
  private readonly newest: Int32Array;
  private readonly before: Int32Array;
  private places: number[] = [];
  private readonly inside: (Int32Array | undefined)[];
  private readonly seats: SeatsByRank;

  constructor(
    private readonly packed: PackedInstance,
    private readonly held: Marks,
  ) {
    const any = packed.kind.some((kind) => kind > SLOTTED);
    this.newest = new Int32Array(any ? packed.places.length : 0).fill(NONE);
    this.before = new Int32Array(any ? packed.ranked.length : 0);
    this.inside = new Array<Int32Array | undefined>(this.newest.length);
    this.seats = new SeatsByRank(packed);
  }

  join(place: number, position: number): typeof NONE {
    const last = this.newest[place] as number;
    if (last === NONE) this.places.push(place);
    this.before[position] = last;
    this.newest[place] = position;
    return NONE;
  }

  /** The places where somebody waits. */
  waiting(): readonly number[] {
    const { places } = this;
    this.places = [];
    return places;
  }

  /** @returns the applicants who are sent away */
  settle(place: number): readonly number[] {
    const { ranked } = this.packed;
    const inside = this.inside[place];
    let came = 0;
    for (let at = this.newest[place] as number; at !== NONE; at = this.before[at] as number) came++;
    const asking = new Int32Array(came + (inside?.length ?? 0));
    let count = 0;
    for (let at = this.newest[place] as number; at !== NONE; at = this.before[at] as number)
      asking[count++] = at;
    if (inside) asking.set(inside, count);
    asking.sort();
    this.newest[place] = NONE;
    const taken = this.seats.choose(place, asking, asking.length);
    const refused: number[] = [];
    let stay = 0;
    for (let at = 0; at < asking.length; at++) {
      const position = asking[at] as number;
      this.held[position] = taken[at] as number;
      if (taken[at] === 1) asking[stay++] = position;
      else refused.push(ranked[position] as number);
    }
    this.inside[place] = asking.subarray(0, stay);
    return refused;
  }
}
