/** Seats of a place that are filled together: with people of their type first, or by rank alone (`OPEN`). */
export interface Block {
  readonly seats: number;
  readonly type: number;
  /** Nobody of another type sits here, even where seats stay empty. */
  readonly only: boolean;
}

/** At most so many of a type in all blocks of a place. */
export interface Ceiling {
  readonly type: number;
  readonly most: number;
}

/** The type of nobody: seats for everyone. */
export const OPEN = 0;

/** Slots as blocks: none without seats, equal neighbours as one, what no slot covers open and last. */
export function blocksOf(slots: readonly Block[], capacity: number): readonly Block[] {
  const covered = slots.reduce((sum, { seats }) => sum + seats, 0);
  const blocks: Block[] = [];
  for (const slot of [...slots, { seats: capacity - covered, type: OPEN, only: false }]) {
    if (slot.seats === 0) continue;
    const last = blocks.at(-1);
    if (last && last.type === slot.type && last.only === slot.only) {
      blocks[blocks.length - 1] = { ...last, seats: last.seats + slot.seats };
    } else {
      blocks.push(slot);
    }
  }
  return blocks;
}

/**
 * Whether blocks can be filled one after the other under these ceilings and the place still chooses consistently: whoever
 * is not taken is not taken either where more people ask. Otherwise nothing that is stable may exist.
 *
 * One more of a type A pushes somebody along the blocks and, where A is at its ceiling, another A out of a later one.
 * The seat that becomes free goes to whom was pushed, as it must, unless on the way a reserve of another type took them in
 * and put out its own worst, behind whom others stand that the free seat prefers, or had a seat empty for them: others would
 * come in by somebody else's application. And a seat that only A may have would become free for nobody.
 */
export function orderHolds(blocks: readonly Block[], ceilings: readonly Ceiling[]): boolean {
  return ceilings.every(
    ({ type, most }) => most === 0 || blocks.every((_, at) => holdsAt(blocks, at, type, most)),
  );
}

function holdsAt(blocks: readonly Block[], at: number, type: number, most: number): boolean {
  const takes = (block: Block) => block.type === type || !block.only;
  const last = blocks[at];
  if (!last || !takes(last)) return true;
  const seatsBefore = blocks.slice(0, at).filter(takes);
  // Before the last seat of this block the ceiling cannot be reached.
  if (seatsBefore.reduce((sum, { seats }) => sum + seats, last.seats - 1) < most) return true;
  const pushing = blocks.slice(0, at).map((block) => takes(block) && block.type !== type);
  if (last.only) return !pushing.includes(true);
  return !pushing.some(
    (pushes, from) =>
      pushes &&
      blocks
        .slice(from + 1, at)
        .some(
          (between) =>
            between.type !== OPEN &&
            between.type !== type &&
            between.type !== blocks[from]?.type &&
            (between.only || between.type !== last.type),
        ),
  );
}

/** How a place that cannot keep its order fills its seats: what is reserved first, then all that is left by rank. */
export interface Guarantee {
  /** One for each type that seats are reserved for: so many of them are sure of a seat. */
  readonly reserved: readonly (Ceiling & {
    /** Seats of these that stay empty rather. */ readonly hard: number;
  })[];
  /** All seats that anybody may have. */
  readonly common: number;
}

export function guaranteeOf(blocks: readonly Block[]): Guarantee {
  const reserved = new Map<number, { type: number; most: number; hard: number }>();
  let common = 0;
  for (const { seats, type, only } of blocks) {
    if (!only) common += seats;
    if (type === OPEN) continue;
    const sum = reserved.get(type) ?? { type, most: 0, hard: 0 };
    sum.most += seats;
    if (only) sum.hard += seats;
    reserved.set(type, sum);
  }
  return { reserved: [...reserved.values()], common };
}
