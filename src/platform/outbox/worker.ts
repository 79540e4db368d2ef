import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Logger, run } from 'graphile-worker';
import type { Runner } from 'graphile-worker';
import pg from 'pg';
import { systemClock } from '../../shared/clock.js';
import { Settings } from '../config/settings.js';
import { Database, systemContext } from '../database/database.js';
import type { DeliveredEvent } from './outbox.js';

type Task = (payload: Readonly<Record<string, string>>) => Promise<void>;
type Subscriber = (event: DeliveredEvent) => Promise<void>;

/**
 * Delivers what acts left in the outbox, and does what they asked to be done later. A task that fails is tried again with
 * growing pauses, so every task must bear being done twice.
 */
@Injectable()
export class Worker implements BeforeApplicationShutdown {
  private readonly tasks = new Map<string, Task>();
  private readonly timetable: string[] = [];
  private readonly subscribers: Subscriber[] = [];
  private runner: Runner | undefined;
  private pool: pg.Pool | undefined;

  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Database) private readonly database: Database,
  ) {
    this.define('deliver_event', async ({ eventId }) => this.deliver(String(eventId)));
  }

  define(name: string, task: Task): void {
    if (this.tasks.has(name)) throw new Error(`two tasks are called ${name}`);
    this.tasks.set(name, task);
  }

  /** A task that the clock starts. `when` is a crontab pattern in UTC. */
  schedule(when: string, name: string, task: Task): void {
    this.define(name, task);
    this.timetable.push(`${when} ${name} ?max=3`);
  }

  /** Hears every event after it has committed, at least once. */
  subscribe(subscriber: Subscriber): void {
    this.subscribers.push(subscriber);
  }

  async start(report: (message: string) => void): Promise<void> {
    // Waiting for work uses LISTEN, which needs a session of its own and not a pooler's transaction.
    this.pool = new pg.Pool({
      connectionString: this.settings.databaseDirectUrl ?? this.settings.databaseUrl,
      max: 5,
    });
    this.pool.on('error', (error) => report(`job queue: ${error.message}`));
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.runner = await run({
      pgPool: this.pool,
      concurrency: 4,
      noHandleSignals: true,
      logger: new Logger(() => (level, message) => {
        if (String(level) === 'error') report(message);
      }),
      taskList: Object.fromEntries(
        [...this.tasks].map(([name, task]) => [
          name,
          (payload: unknown) => task(payload as Readonly<Record<string, string>>),
        ]),
      ),
      ...(this.timetable.length > 0 ? { crontab: this.timetable.join('\n') } : {}),
    });
    // The runner's own promise rejects when the database goes away for good; the process must not die of it unasked.
    this.runner.promise.catch((error: unknown) => report(`job queue stopped: ${String(error)}`));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner?.stop().catch(() => undefined);
    await this.pool?.end();
  }

  private async deliver(eventId: string): Promise<void> {
    const event = await this.database.read(systemContext(systemClock), async (ctx) => {
      const [row] = await ctx.tx.query<(DeliveredEvent & { deliveredAt: Date | null })[]>(
        `select id::text, at, type, json_build_object('kind', subject_kind, 'id', subject_id) as subject, payload,
           actor_id as "actorId", delivered_at as "deliveredAt" from outbox_events where id = $1`,
        [eventId],
      );
      return row;
    });
    if (!event || event.deliveredAt) return;
    for (const subscriber of this.subscribers) await subscriber(event);
    await this.database.transaction(systemContext(systemClock), (ctx) =>
      ctx.tx.query('update outbox_events set delivered_at = $2 where id = $1', [eventId, ctx.clock.now()]),
    );
  }
}
