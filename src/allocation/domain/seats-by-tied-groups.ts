import { MalformedInstance, step } from './instance.js';
import { GUARANTEED } from './packed-instance.js';
import { OPEN } from './filling-order.js';
import type { PackedInstance } from './packed-instance.js';

/** How many ways of breaking the ties of one place are looked at before it is said to be too many. */
const MOST_WAYS = 200_000;

/** People of one type who are tied with each other: for a place they differ in nothing. */
interface Cell {
  readonly type: number;
  readonly size: number;
  /** Of which tied group, counted from the best. */
  readonly group: number;
  /** With fewest and with most of them seated, over all ways of breaking the ties. */
  least: number;
  most: number;
}

/**
 * Fills the seats of a place where people are tied, so that everybody who is tied is treated alike:
 * `hold` takes whom every way of breaking the ties would take, `admit` whom at least one would take, though never more of a
 * type than its ceiling allows. Ties matter only where the seats of a block end within a tied group of several types; there
 * each division among the types is followed, since on it depends who comes into the blocks behind.
 */
export class SeatsByTiedGroups {
  private readonly room: Float64Array;

  constructor(private readonly packed: PackedInstance) {
    this.room = new Float64Array(packed.types.length);
  }

  /**
   * @param asking positions of who asks, the best first
   * @returns for each of them 1 where a seat is theirs
   */
  choose(place: number, asking: Int32Array): Uint8Array {
    const { ceilingStart, ceilingType, ceilingMost, ties } = this.packed;
    const { cells, cellOf } = this.cells(asking);
    this.room.fill(Infinity);
    for (let at = ceilingStart[place] as number; at < (ceilingStart[place + 1] as number); at++) {
      this.room[ceilingType[at] as number] = ceilingMost[at] as number;
    }
    new Filling(this.packed, place, cells, this.room).follow();
    const room = this.room;
    const admitted = cells.map(({ type, size, least, most }) => {
      if (ties === 'hold') return least === size;
      room[type] = (room[type] as number) - size;
      return most > 0 && room[type] >= 0;
    });
    return Uint8Array.from(cellOf, (cell) => (admitted[cell] ? 1 : 0));
  }

  private cells(asking: Int32Array) {
    const { tiedFrom, rankedType } = this.packed;
    const cells: { type: number; size: number; group: number; least: number; most: number }[] = [];
    const cellOf = new Int32Array(asking.length);
    let group = -1;
    let from = -1;
    let ofGroup = new Map<number, number>();
    for (let at = 0; at < asking.length; at++) {
      const position = asking[at] as number;
      const first = tiedFrom ? (tiedFrom[position] as number) : position;
      if (first !== from) {
        from = first;
        group++;
        ofGroup = new Map();
      }
      const type = rankedType[position] as number;
      const known = ofGroup.get(type);
      const cell = known ?? cells.push({ type, size: 0, group, least: Infinity, most: 0 }) - 1;
      ofGroup.set(type, cell);
      (cells[cell] as { size: number }).size++;
      cellOf[at] = cell;
    }
    return { cells, cellOf };
  }
}

/** How far one way of breaking the ties has come. */
interface Way {
  block: number;
  /** Of each cell how many have no seat yet. */
  readonly left: Int32Array;
  /** Of each type how many may still come. */
  readonly room: Float64Array;
  /** Seats that reserves took of those that are everybody's; only where `GUARANTEED`. */
  beyondReserves: number;
}

/** Follows all ways of filling the seats of one place, and notes in each cell how few and how many got one. */
class Filling {
  private readonly end: number;
  private readonly guaranteed: boolean;
  /** The cells of each tied group, by their numbers. */
  private readonly groups: number[][] = [];
  private ways = 0;

  constructor(
    private readonly packed: PackedInstance,
    private readonly place: number,
    private readonly cells: readonly Cell[],
    private readonly room: Float64Array,
  ) {
    this.end = packed.blockStart[place + 1] as number;
    this.guaranteed = packed.kind[place] === GUARANTEED;
    cells.forEach(({ group }, cell) => (this.groups[group] ??= []).push(cell));
  }

  follow(): void {
    const left = Int32Array.from(this.cells, ({ size }) => size);
    this.fill({
      block: this.packed.blockStart[this.place] as number,
      left,
      room: this.room.slice(),
      beyondReserves: 0,
    });
  }

  private fill(way: Way): void {
    const { blockSeats, blockType, blockOnly } = this.packed;
    for (; way.block < this.end; way.block++) {
      const type = blockType[way.block] as number;
      let seats = blockSeats[way.block] as number;
      if (type !== OPEN) seats -= this.seatOwn(way, type, seats);
      else if (this.guaranteed) seats -= way.beyondReserves;
      if (blockOnly[way.block] === 1) continue;
      if (this.seatByRank(way, seats) === 'parted') return;
    }
    this.cells.forEach((cell, number) => {
      const seated = cell.size - (way.left[number] as number);
      note(cell, seated, seated);
    });
  }

  private seatOwn(way: Way, type: number, seats: number): number {
    let sat = 0;
    this.cells.forEach((cell, number) => {
      if (cell.type === type) sat += seat(way, cell, number, seats - sat);
    });
    if (this.guaranteed) {
      way.beyondReserves += Math.max(0, sat - (this.packed.blockHard[way.block] as number));
    }
    return sat;
  }

  /** `parted`: the seats end within a tied group of several types, and each way from there on was followed. */
  private seatByRank(way: Way, seats: number): 'parted' | 'done' {
    let free = seats;
    for (const group of this.groups) {
      if (free === 0) return 'done';
      const asking = group.map((number) => ({ number, cell: this.cells[number] as Cell }));
      const able = asking.map(({ number, cell }) =>
        Math.min(way.left[number] as number, way.room[cell.type] as number),
      );
      const all = able.reduce((sum, many) => sum + many, 0);
      if (all > free && able.filter((many) => many > 0).length > 1) {
        if (way.block === this.end - 1) this.noteLast(way, group, able, free, all);
        else this.part(way, group, able, free);
        return 'parted';
      }
      for (const { number, cell } of asking) free -= seat(way, cell, number, free);
    }
    return 'done';
  }

  /** Behind the last block nothing hangs on the division: each cell may be the first or the last of its group. */
  private noteLast(
    way: Way,
    group: readonly number[],
    able: readonly number[],
    free: number,
    all: number,
  ): void {
    this.cells.forEach((cell, number) => {
      const seated = cell.size - (way.left[number] as number);
      const many = able[group.indexOf(number)];
      if (many === undefined) note(cell, seated, seated);
      else note(cell, seated + Math.max(0, free - (all - many)), seated + Math.min(many, free));
    });
  }

  private part(way: Way, group: readonly number[], able: readonly number[], free: number): void {
    for (const division of divisions(able, free)) {
      if (++this.ways > MOST_WAYS) {
        const id = this.packed.places[this.place] as string;
        throw new MalformedInstance('too_many_ties', `$.programmes${step(id)}.ranking`);
      }
      const next = {
        ...way,
        block: way.block + 1,
        left: way.left.slice(),
        room: way.room.slice(),
      };
      division.forEach((many, index) => {
        const number = group[index] as number;
        seat(next, this.cells[number] as Cell, number, many);
      });
      this.fill(next);
    }
  }
}

/** Gives seats to as many of a cell as there are, at most `seats`. */
function seat(way: Way, { type }: Cell, number: number, seats: number): number {
  const many = Math.min(way.left[number] as number, way.room[type] as number, seats);
  way.left[number] = (way.left[number] as number) - many;
  way.room[type] = (way.room[type] as number) - many;
  return many;
}

function note(cell: Cell, least: number, most: number): void {
  cell.least = Math.min(cell.least, least);
  cell.most = Math.max(cell.most, most);
}

/** All ways of giving so many seats, no cell more than it is able to take. */
function* divisions(able: readonly number[], seats: number): Generator<readonly number[]> {
  const [first, ...rest] = able;
  if (first === undefined) {
    if (seats === 0) yield [];
    return;
  }
  const others = rest.reduce((sum, many) => sum + many, 0);
  for (let many = Math.max(0, seats - others); many <= Math.min(first, seats); many++) {
    for (const division of divisions(rest, seats - many)) yield [many, ...division];
  }
}
