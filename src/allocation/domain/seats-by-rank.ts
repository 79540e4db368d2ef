import { GUARANTEED } from './packed-instance.js';
import { OPEN } from './filling-order.js';
import type { PackedInstance } from './packed-instance.js';

/**
 * Fills the seats of places with slots and ceilings from all who ask at once, where nobody is tied. One for all places,
 * since what it scribbles on is as large as the largest of them.
 */
export class SeatsByRank {
  private taken = new Uint8Array(64);
  /** How many of each type may still come. */
  private readonly room: Float64Array;

  constructor(private readonly packed: PackedInstance) {
    this.room = new Float64Array(packed.types.length).fill(Infinity);
  }

  /**
   * @param asking positions of who asks, the best first: `count` of them
   * @returns for each of them 1 where a seat is theirs; valid until the next call
   */
  choose(place: number, asking: Int32Array, count: number): Uint8Array {
    const { blockStart, blockSeats, blockType, blockOnly, blockHard, kind } = this.packed;
    if (this.taken.length < count) this.taken = new Uint8Array(2 * count);
    const { taken, room } = this;
    taken.fill(0, 0, count);
    this.openCeilings(place);
    const guaranteed = kind[place] === GUARANTEED;
    let beyondReserves = 0;
    const end = blockStart[place + 1] as number;
    for (let block = blockStart[place] as number; block < end; block++) {
      const type = blockType[block] as number;
      let seats = blockSeats[block] as number;
      if (type !== OPEN) {
        for (let at = 0; at < count && seats > 0 && (room[type] as number) > 0; at++) {
          if (taken[at] === 1 || !this.belongs(asking[at] as number, type)) continue;
          if (!this.fits(asking[at] as number)) continue;
          taken[at] = 1;
          this.seat(asking[at] as number);
          seats--;
        }
        if (guaranteed) {
          const sat = (blockSeats[block] as number) - seats;
          beyondReserves += Math.max(0, sat - (blockHard[block] as number));
        }
      } else if (guaranteed) {
        seats -= beyondReserves;
      }
      if (blockOnly[block] === 1) continue;
      for (let at = 0; at < count && seats > 0; at++) {
        if (taken[at] === 1) continue;
        if (!this.fits(asking[at] as number)) continue;
        taken[at] = 1;
        this.seat(asking[at] as number);
        seats--;
      }
    }
    this.closeCeilings(place);
    return taken;
  }

  private belongs(position: number, type: number): boolean {
    const profile = this.packed.rankedProfile[position] as number;
    return profile === type || (profile >= this.room.length && this.typesOf(profile).includes(type));
  }

  private fits(position: number): boolean {
    const profile = this.packed.rankedProfile[position] as number;
    if (profile < this.room.length) return (this.room[profile] as number) > 0;
    return this.typesOf(profile).every((type) => (this.room[type] as number) > 0);
  }

  private seat(position: number): void {
    const { room } = this;
    const profile = this.packed.rankedProfile[position] as number;
    if (profile < room.length) room[profile] = (room[profile] as number) - 1;
    else for (const type of this.typesOf(profile)) room[type] = (room[type] as number) - 1;
  }

  private typesOf(profile: number): readonly number[] {
    return this.packed.profiles[profile] as readonly number[];
  }

  private openCeilings(place: number): void {
    const { ceilingStart, ceilingType, ceilingMost } = this.packed;
    const end = ceilingStart[place + 1] as number;
    for (let at = ceilingStart[place] as number; at < end; at++) {
      this.room[ceilingType[at] as number] = ceilingMost[at] as number;
    }
  }

  private closeCeilings(place: number): void {
    const { ceilingStart, ceilingType } = this.packed;
    const end = ceilingStart[place + 1] as number;
    for (let at = ceilingStart[place] as number; at < end; at++) {
      this.room[ceilingType[at] as number] = Infinity;
    }
  }
}
