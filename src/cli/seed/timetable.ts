import type { Dice } from './dice.js';
import type { Scenario } from './scenarios.js';
import type { SeedCall } from './seed-world.js';

const DAY_MS = 86_400_000;
/** Nobody begins in the very hour in which a call opens. */
const OPENING_MS = 3_600_000;

/** An application that is begun at this time. */
export interface Begun {
  readonly seedCall: SeedCall;
  readonly scenario: Scenario;
  readonly at: Date;
}

/**
 * Which applications come to which calls, told in the order in which they are begun. Their ids begin with that time: loaded
 * in this order, rows go to the end of every index by them, and not each to a page of its own that must be fetched for it.
 * Only counts are kept, however many come.
 */
export class Timetable {
  private readonly queues = new Map<SeedCall, Queue>();

  constructor(
    private readonly dice: Dice,
    private readonly now: Date,
  ) {}

  expect(seedCall: SeedCall, scenario: Scenario): void {
    let queue = this.queues.get(seedCall);
    if (!queue) this.queues.set(seedCall, (queue = new Queue(this.dice, seedCall, this.now)));
    queue.expect(scenario);
  }

  /** All that are expected, once. */
  *inOrder(): Generator<Begun> {
    const queues = [...this.queues.values()];
    for (const queue of queues) queue.advance();
    for (;;) {
      const [first, ...others] = queues;
      if (!first) return;
      const next = others.reduce((earliest, queue) => (queue.at < earliest.at ? queue : earliest), first);
      yield { seedCall: next.seedCall, scenario: next.take(), at: new Date(next.at) };
      if (next.left === 0) queues.splice(queues.indexOf(next), 1);
      else next.advance();
    }
  }
}

/** Those who come to one call: most when its deadline is near. */
class Queue {
  /** When the next one is begun, in milliseconds. */
  at = 0;
  left = 0;
  private readonly counts = new Map<Scenario, number>();
  private readonly latest: number;
  private readonly span: number;
  /** From the deadline (0) to the opening (1): the root of how far away the last one was. */
  private farthest = 1;

  constructor(
    private readonly dice: Dice,
    readonly seedCall: SeedCall,
    now: Date,
  ) {
    const { opensAt, closesAt } = seedCall.call;
    this.latest = Math.min(closesAt.getTime(), now.getTime() - DAY_MS);
    this.span = this.latest - opensAt.getTime() - OPENING_MS;
  }

  expect(scenario: Scenario): void {
    this.counts.set(scenario, (this.counts.get(scenario) ?? 0) + 1);
    this.left += 1;
  }

  /**
   * The next in time. The largest of so many even numbers is drawn by itself, and each that follows below the last: in their
   * order without keeping them (Bentley and Saxe, Generating sorted lists of random numbers, 1980).
   */
  advance(): void {
    this.farthest *= (1 - this.dice.next()) ** (1 / this.left);
    this.at = this.latest - this.span * this.farthest ** 2;
  }

  /** What happens to the next: any of those that are left, each as likely as the others. */
  take(): Scenario {
    let place = this.dice.whole(0, this.left - 1);
    for (const [scenario, count] of this.counts) {
      place -= count;
      if (place >= 0) continue;
      this.counts.set(scenario, count - 1);
      this.left -= 1;
      return scenario;
    }
    throw new RangeError('nobody is left');
  }
}
