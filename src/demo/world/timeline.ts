import { Injectable } from '@nestjs/common';
import { KeepDeadlines } from '../../applications/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { SettableClock } from '../../shared/clock.js';

/** Something that happened in the demonstration's past. */
export interface Happening {
  /** The number of the request of its last act: with that act it is in the record, so that it never happens twice. */
  readonly requestId: string;
  readonly at: Date;
  readonly happens: (clock: SettableClock) => Promise<void>;
}

/** Every act of the demonstration's past bears such a number. */
export const DEMONSTRATION = 'demonstration-';

const MINUTE_MS = 60_000;

/** Lets the past happen in its order, deadlines included, on a clock of its own. */
@Injectable()
export class Timeline {
  constructor(
    private readonly database: Database,
    private readonly deadlines: KeepDeadlines,
  ) {}

  /**
   * What an earlier, interrupted run has done is left out.
   *
   * @param progress told how many of how many have happened, each time
   */
  async run(
    happenings: readonly Happening[],
    until: Date,
    progress: (done: number, all: number) => void,
  ): Promise<void> {
    const ordered = [...happenings].sort((a, b) => a.at.getTime() - b.at.getTime());
    const done = await this.done();
    const clock = new SettableClock(until);
    for (const [index, { requestId, at, happens }] of ordered.entries()) {
      if (!done.has(requestId)) {
        await this.keepDeadlines(clock, at);
        clock.set(at);
        try {
          await happens(clock);
        } catch (error) {
          throw new Error(`The demonstration stopped at ${requestId}.`, { cause: error });
        }
      }
      progress(index + 1, ordered.length);
    }
    await this.keepDeadlines(clock, until);
  }

  /** Numbers of the requests that are in the record. */
  async done(): Promise<ReadonlySet<string>> {
    const rows = await this.database.read(systemContext({ now: () => new Date() }), (ctx) =>
      ctx.tx.query<{ id: string }[]>(
        'select distinct request_id as id from audit_entries where starts_with(request_id, $1)',
        [DEMONSTRATION],
      ),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Each deadline that passes before an instant is kept a minute after it, as the worker would have. */
  private async keepDeadlines(clock: SettableClock, until: Date): Promise<void> {
    for (;;) {
      const due = await this.nextDeadline();
      if (due === null || due >= until) return;
      clock.set(new Date(due.getTime() + MINUTE_MS));
      if ((await this.deadlines.run(clock)) === 0) return;
    }
  }

  private async nextDeadline(): Promise<Date | null> {
    return this.database.read(systemContext({ now: () => new Date() }), async (ctx) => {
      const [row] = await ctx.tx.query<{ due: Date | null }[]>(
        `select least(
           (select min(due_at) from applications where state in ('draft', 'returned', 'offered')),
           (select min(due_at) from nominations where state = 'sent')) as due`,
      );
      return row?.due ?? null;
    });
  }
}
