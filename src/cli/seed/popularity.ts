import type { Dice } from './dice.js';

/** How far apart the sought and the unsought are: the standard deviation of the logarithm. */
const SPREAD = 0.8;

/** Things of which some are sought far more than others: log-normal, as choices of places are in life. */
export class Popularity<T> {
  private readonly upTo: readonly number[];

  constructor(
    dice: Dice,
    private readonly items: readonly T[],
  ) {
    let sum = 0;
    this.upTo = items.map(() => (sum += Math.exp(SPREAD * dice.normal())));
  }

  pick(dice: Dice): T {
    const at = dice.next() * (this.upTo.at(-1) ?? 0);
    const picked = this.items[this.upTo.findIndex((limit) => at < limit)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** So many different ones, in the order of choice. */
  some(dice: Dice, count: number): T[] {
    const picked = new Set<T>();
    while (picked.size < Math.min(count, this.items.length)) picked.add(this.pick(dice));
    return [...picked];
  }
}
