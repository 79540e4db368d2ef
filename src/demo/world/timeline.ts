import { Injectable } from '@nestjs/common';
import { KeepDeadlines } from '../../applications/public.js';
import { KeepDecisions } from '../../approvals/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import { SettableClock, systemClock } from '../../shared/clock.js';

/** Something that happened in the demonstration's past. */
export interface Happening {
  /** What happens in one lane happens one after the other; lanes go side by side within some days. */
  readonly lane: string;
  /** The number of the request of its last act: with that act it is in the record, so that it never happens twice. */
  readonly requestId: string;
  readonly at: Date;
  readonly happens: (clock: Clock) => Promise<void>;
}

/** Every act of the demonstration's past bears such a number. */
export const DEMONSTRATION = 'demonstration-';

const MINUTE_MS = 60_000;
/** One waits for the database while another computes. */
const LANES_AT_ONCE = 6;
/** Short enough that a call is published before anybody applies, long enough for several to go side by side. */
const WINDOW_MS = 4 * 86_400_000;

/** Lets the past happen, some days at a time, deadlines included, on clocks of its own. */
@Injectable()
export class Timeline {
  constructor(
    private readonly database: Database,
    private readonly deadlines: KeepDeadlines,
    private readonly decisions: KeepDecisions,
  ) {}

  /**
   * What an earlier, interrupted run has done is left out.
   *
   * @param progress told every few days how many of how many have happened
   */
  async run(
    happenings: readonly Happening[],
    until: Date,
    progress: (done: number, all: number) => void,
  ): Promise<void> {
    const done = await this.done();
    const waiting = happenings.filter(({ requestId }) => !done.has(requestId));
    let happened = happenings.length - waiting.length;
    for (const window of windows(waiting)) {
      await this.keepDeadlines(new Date(Math.min(...window.map(({ at }) => at.getTime()))));
      await sideBySide(lanes(window), async (lane) => {
        for (const { requestId, at, happens } of lane) {
          try {
            await happens({ now: () => at });
          } catch (error) {
            throw new Error(`The demonstration stopped at ${requestId}.`, { cause: error });
          }
        }
      });
      happened += window.length;
      progress(happened, happenings.length);
    }
    await this.keepDeadlines(until);
    // What ministries promised and did not keep; what is late and what is long late are told one after the other.
    while ((await this.decisions.run({ now: () => until })) > 0);
  }

  /** Numbers of the requests that are in the record. */
  async done(): Promise<ReadonlySet<string>> {
    const rows = await this.database.read(systemContext(systemClock), (ctx) =>
      ctx.tx.query<{ id: string }[]>(
        'select distinct request_id as id from audit_entries where starts_with(request_id, $1)',
        [DEMONSTRATION],
      ),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Each deadline that passes before an instant is kept a minute after it, as the worker would have. */
  private async keepDeadlines(until: Date): Promise<void> {
    for (;;) {
      const due = await this.nextDeadline();
      if (due === null || due >= until) return;
      const clock = new SettableClock(new Date(due.getTime() + MINUTE_MS));
      if ((await this.deadlines.run(clock)) === 0) return;
    }
  }

  private async nextDeadline(): Promise<Date | null> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const [row] = await ctx.tx.query<{ due: Date | null }[]>(
        `select least(
           (select min(due_at) from applications where state in ('draft', 'returned', 'offered')),
           (select min(due_at) from nominations where state = 'sent')) as due`,
      );
      return row?.due ?? null;
    });
  }
}

/** The happenings of every few days, each in their order. */
function windows(happenings: readonly Happening[]): readonly (readonly Happening[])[] {
  const ordered = [...happenings].sort((a, b) => a.at.getTime() - b.at.getTime());
  return [...grouped(ordered, ({ at }) => String(Math.floor(at.getTime() / WINDOW_MS))).values()];
}

function lanes(window: readonly Happening[]): readonly (readonly Happening[])[] {
  return [...grouped(window, ({ lane }) => lane).values()];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  // None may still be at work when the failure of one is told.
  const ends = await Promise.allSettled(Array.from({ length: LANES_AT_ONCE }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
