import { OPEN } from './filling-order.js';
import { MalformedInstance, step } from './instance.js';
import { GUARANTEED } from './packed-instance.js';
import type { PackedInstance } from './packed-instance.js';

/** How many ways of breaking the ties of one place are looked at before it is said to be too many. */
const MOST_WAYS = 200_000;

/** People of one profile who are tied with each other: for a place they differ in nothing. */
interface Cell {
  readonly types: readonly number[];
  size: number;
  /** Of which tied group, counted from the best. */
  readonly group: number;
  /** With fewest and with most of them seated, over all ways of breaking the ties. */
  least: number;
  most: number;
}

/**
 * Fills the seats of a place where people are tied, so that everybody who is tied is treated alike:
 * `hold` takes whom every way of breaking the ties would take, `admit` whom at least one would take, though never more of a
 * type than its ceiling allows. Ties matter only where the seats of a block end within a tied group of several profiles;
 * there each division among them is followed, since on it depends who comes into the blocks behind.
 */
export class SeatsByTiedGroups {
  constructor(private readonly packed: PackedInstance) {}

  /**
   * @param asking positions of who asks, the best first
   * @returns for each of them 1 where a seat is theirs
   */
  choose(place: number, asking: Int32Array): Uint8Array {
    const { ceilingStart, ceilingType, ceilingMost, ties } = this.packed;
    const { cells, cellOf } = this.cells(asking);
    const ceilings = new Map<number, number>();
    for (let at = ceilingStart[place] as number; at < (ceilingStart[place + 1] as number); at++) {
      ceilings.set(ceilingType[at] as number, ceilingMost[at] as number);
    }
    new Filling(this.packed, place, cells, ceilings).follow();
    const within = ties === 'hold' ? null : withinCeilings(cells, ceilings);
    const admitted = cells.map((cell) =>
      within ? cell.most > 0 && within.has(cell) : cell.least === cell.size,
    );
    return Uint8Array.from(cellOf, (cell) => (admitted[cell] ? 1 : 0));
  }

  private cells(asking: Int32Array) {
    const { tiedFrom, rankedProfile, profiles } = this.packed;
    const cells: Cell[] = [];
    const cellOf = new Int32Array(asking.length);
    let group = -1;
    let from = -1;
    let ofGroup = new Map<number, number>();
    asking.forEach((position, at) => {
      const first = tiedFrom?.[position] ?? position;
      if (first !== from) {
        from = first;
        group++;
        ofGroup = new Map();
      }
      const profile = rankedProfile[position] as number;
      const types = profiles[profile] as readonly number[];
      const cell =
        ofGroup.get(profile) ?? cells.push({ types, size: 0, group, least: Infinity, most: 0 }) - 1;
      ofGroup.set(profile, cell);
      (cells[cell] as Cell).size++;
      cellOf[at] = cell;
    });
    return { cells, cellOf };
  }
}

/** Who could come in with all who stand before them or are tied with them, and break no ceiling. */
function withinCeilings(cells: readonly Cell[], ceilings: ReadonlyMap<number, number>): ReadonlySet<Cell> {
  const upToGroup = new Map<number, number>();
  const within = new Set<Cell>();
  for (let from = 0; from < cells.length;) {
    const group = cells.slice(from).filter((cell) => cell.group === cells[from]?.group);
    for (const { types, size } of group) {
      for (const type of types) upToGroup.set(type, (upToGroup.get(type) ?? 0) + size);
    }
    for (const cell of group) {
      if (cell.types.every((type) => (upToGroup.get(type) ?? 0) <= (ceilings.get(type) ?? Infinity))) {
        within.add(cell);
      }
    }
    from += group.length;
  }
  return within;
}

/** One turn of a block: to those of its type, or to all. */
interface Turn {
  readonly block: number;
  readonly type: number;
}

/** How far one way of breaking the ties has come. */
interface Way {
  turn: number;
  /** What the block that has its turn has left. */
  seats: number;
  /** Of each cell how many have no seat yet. */
  readonly left: Int32Array;
  /** Of each type how many may still come, where there is a ceiling. */
  readonly room: Map<number, number>;
  /** Seats that reserves took of those that are everybody's; only where `GUARANTEED`. */
  beyondReserves: number;
}

/** Follows all ways of filling the seats of one place, and notes in each cell how few and how many got one. */
class Filling {
  private readonly turns: readonly Turn[];
  private readonly guaranteed: boolean;
  /** The cells of each tied group, by their numbers. */
  private readonly groups: number[][] = [];
  private ways = 0;

  constructor(
    private readonly packed: PackedInstance,
    private readonly place: number,
    private readonly cells: readonly Cell[],
    private readonly ceilings: ReadonlyMap<number, number>,
  ) {
    const { blockStart, blockType, blockOnly, kind } = packed;
    const turns: Turn[] = [];
    for (let block = blockStart[place] as number; block < (blockStart[place + 1] as number); block++) {
      const type = blockType[block] as number;
      if (type !== OPEN) turns.push({ block, type });
      if (blockOnly[block] === 0) turns.push({ block, type: OPEN });
    }
    this.turns = turns;
    this.guaranteed = kind[place] === GUARANTEED;
    cells.forEach(({ group }, cell) => (this.groups[group] ??= []).push(cell));
  }

  follow(): void {
    const left = Int32Array.from(this.cells, ({ size }) => size);
    this.fill({ turn: 0, seats: 0, left, room: new Map(this.ceilings), beyondReserves: 0 });
  }

  private fill(way: Way, inTheMiddle = false): void {
    for (let opened = inTheMiddle; way.turn < this.turns.length; this.close(way), opened = false) {
      if (!opened) this.open(way);
      if (this.take(way) === 'parted') return;
    }
    this.cells.forEach((cell, number) => {
      const seated = cell.size - (way.left[number] as number);
      note(cell, seated, seated);
    });
  }

  private open(way: Way): void {
    const { block, type } = this.turns[way.turn] as Turn;
    // What its own people have left of a block goes to the others.
    if (this.turns[way.turn - 1]?.block === block) return;
    way.seats = this.packed.blockSeats[block] as number;
    if (this.guaranteed && type === OPEN) way.seats -= way.beyondReserves;
  }

  private close(way: Way): void {
    const { block, type } = this.turns[way.turn] as Turn;
    if (this.guaranteed && type !== OPEN) {
      const sat = (this.packed.blockSeats[block] as number) - way.seats;
      way.beyondReserves += Math.max(0, sat - (this.packed.blockHard[block] as number));
    }
    way.turn++;
  }

  /** `parted`: the seats end within a tied group of several profiles, and each way from there on was followed. */
  private take(way: Way): 'parted' | 'done' {
    const { type } = this.turns[way.turn] as Turn;
    for (const all of this.groups) {
      if (way.seats === 0) return 'done';
      const group = all.filter(
        (cell) => (type === OPEN || this.typesOf(cell).includes(type)) && this.able(way, cell) > 0,
      );
      if (group.length === 0) continue;
      const able = group.map((cell) => this.able(way, cell));
      const asking = able.reduce((sum, many) => sum + many, 0);
      const shared = this.shareARoom(way, group, able);
      if (group.length === 1 || (asking <= way.seats && !shared)) {
        for (const cell of group) this.seat(way, cell, Math.min(this.able(way, cell), way.seats));
      } else if (way.turn === this.turns.length - 1 && !shared) {
        this.noteLast(way, group, able, asking);
        return 'parted';
      } else {
        this.part(way, group);
        return 'parted';
      }
    }
    return 'done';
  }

  private typesOf(cell: number): readonly number[] {
    return (this.cells[cell] as Cell).types;
  }

  /** How many of a cell can still be seated under the ceilings. */
  private able(way: Way, cell: number): number {
    return this.typesOf(cell).reduce(
      (many, type) => Math.min(many, way.room.get(type) ?? Infinity),
      way.left[cell] as number,
    );
  }

  /** Whether people of several profiles stand under one ceiling that does not suffice for all of them. */
  private shareARoom(way: Way, group: readonly number[], able: readonly number[]): boolean {
    const wanted = new Map<number, number>();
    group.forEach((cell, index) => {
      for (const type of this.typesOf(cell)) wanted.set(type, (wanted.get(type) ?? 0) + (able[index] ?? 0));
    });
    return [...wanted].some(([type, many]) => many > (way.room.get(type) ?? Infinity));
  }

  private seat(way: Way, cell: number, many: number): void {
    way.left[cell] = (way.left[cell] as number) - many;
    way.seats -= many;
    for (const type of this.typesOf(cell)) {
      const room = way.room.get(type);
      if (room !== undefined) way.room.set(type, room - many);
    }
  }

  /** Behind the last block nothing hangs on the division: each cell may be the first or the last of its group. */
  private noteLast(way: Way, group: readonly number[], able: readonly number[], asking: number): void {
    this.cells.forEach((cell, number) => {
      const seated = cell.size - (way.left[number] as number);
      const many = able[group.indexOf(number)];
      if (many === undefined) note(cell, seated, seated);
      else note(cell, seated + Math.max(0, way.seats - (asking - many)), seated + Math.min(many, way.seats));
    });
  }

  /** Gives the seats in every way in which nobody more of the group could be seated, and goes on from each. */
  private part(way: Way, group: readonly number[]): void {
    const divide = (next: Way, at: number) => {
      if (++this.ways > MOST_WAYS) {
        const id = this.packed.places[this.place] as string;
        throw new MalformedInstance('too_many_ties', `$.programmes${step(id)}.ranking`);
      }
      const cell = group[at];
      if (cell === undefined) {
        if (next.seats > 0 && group.some((other) => this.able(next, other) > 0)) return;
        this.fill(next, true);
        return;
      }
      for (let many = Math.min(this.able(next, cell), next.seats); many >= 0; many--) {
        const one = { ...next, left: next.left.slice(), room: new Map(next.room) };
        this.seat(one, cell, many);
        divide(one, at + 1);
      }
    };
    divide(way, 0);
  }
}

function note(cell: Cell, least: number, most: number): void {
  cell.least = Math.min(cell.least, least);
  cell.most = Math.max(cell.most, most);
}
