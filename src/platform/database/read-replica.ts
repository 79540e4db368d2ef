import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DataSourceOptions, QueryRunner } from 'typeorm';
import { NOWHERE_YET } from '../../shared/request-context.js';
import type { Freshness } from '../../shared/request-context.js';
import { Settings } from '../config/settings.js';
import { roleFault } from './check-database.js';

/** What a replica tells may be so old, at most: longer, and reads go to the primary. */
const MOST_BEHIND_MS = 2_000;
const LOOK_EVERY_MS = 500;
/** After a failure the replica is left alone for so long. */
const REST_MS = 5_000;

interface Position {
  readonly position: string;
}

/** Where the primary's log was at an instant of this process's clock. */
interface Sample extends Position {
  readonly at: number;
}

/** What the driver answers to several statements at once: one answer each. */
interface Connection {
  query(statements: string): Promise<{ rows: Record<string, unknown>[] }[]>;
}

/**
 * A streaming replica that answers reads (`DATABASE_READ_URL`), as far as it has gone: never behind what the caller wrote
 * themselves, and never more than two seconds behind anybody. Where it is away, behind, or fails, the primary answers and
 * nobody notices.
 */
@Injectable()
export class ReadReplica implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(ReadReplica.name);
  private readonly url: string | undefined;
  private readonly samples: Sample[] = [];
  private source: DataSource | null = null;
  private opening = false;
  private restsUntil = 0;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly primary: DataSource,
    @Inject(Settings) settings: Settings,
  ) {
    this.url = settings.databaseReadUrl;
  }

  onApplicationBootstrap(): void {
    if (this.url === undefined) return;
    const look = () => void this.look();
    look();
    this.looking = setInterval(look, LOOK_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.looking);
    await this.source?.destroy();
  }

  /**
   * A connection in a read-only transaction of whoever asks, if the replica has gone far enough for them; else null.
   * `enter` tells the database who acts.
   */
  async begin(freshness: Freshness, enter: string): Promise<QueryRunner | null> {
    const { source } = this;
    const bound = this.bound();
    if (!source || bound === null || Date.now() < this.restsUntil) return null;
    const runner = source.createQueryRunner();
    try {
      const connection = (await runner.connect()) as Connection;
      const send = runner.query.bind(runner);
      let reached = false;
      // The position is asked before anything is read: what is read after it is at least as new.
      runner.query = async (): Promise<never> => {
        const answers = await connection.query(
          `start transaction read only; ${enter}; ${reachedStatement(freshness.position ?? bound, bound)}`,
        );
        reached = answers.at(-1)?.rows[0]?.['reached'] === true;
        return undefined as never;
      };
      try {
        await runner.startTransaction();
      } finally {
        runner.query = send;
      }
      if (reached) return runner;
      await this.leave(runner);
    } catch (error) {
      this.rest(error);
      await this.leave(runner);
    }
    return null;
  }

  async leave(runner: QueryRunner): Promise<void> {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release().catch(() => undefined);
  }

  /** Notes for the caller up to where they have written, after the commit on that connection. */
  async note(freshness: Freshness, runner: QueryRunner): Promise<void> {
    if (this.url === undefined) return;
    try {
      const [row] = await runner.manager.query<Position[]>(
        'select pg_current_wal_insert_lsn()::text as position',
      );
      // Who has signed in during this request stays at the primary.
      if (freshness.position !== NOWHERE_YET) freshness.position = row?.position ?? NOWHERE_YET;
    } catch {
      // The act is done, and must not look as if it were not.
      freshness.position = NOWHERE_YET;
    }
    freshness.wrote = true;
  }

  /** Where the primary was two seconds ago, so far the replica has to be; null when the primary has not told for long. */
  private bound(): string | null {
    const newest = this.samples.at(-1);
    const now = Date.now();
    if (!newest || now - newest.at > REST_MS) return null;
    const old = this.samples.findLast(({ at }) => now - at >= MOST_BEHIND_MS) ?? this.samples[0];
    return old?.position ?? null;
  }

  private async look(): Promise<void> {
    if (!this.source && !this.opening && Date.now() >= this.restsUntil) void this.open();
    try {
      const [row] = await this.primary.query<Position[]>(
        'select pg_current_wal_flush_lsn()::text as position',
      );
      if (!row) return;
      const now = Date.now();
      this.samples.push({ at: now, position: row.position });
      while (this.samples[1] && now - this.samples[1].at >= MOST_BEHIND_MS) this.samples.shift();
    } catch {
      // Whoever needs the primary is told by their own request; without samples nobody reads at the replica.
    }
  }

  private async open(): Promise<void> {
    this.opening = true;
    const source = new DataSource({
      ...this.primary.options,
      url: this.url,
      entities: this.primary.entityMetadatas.map(({ target }) => target),
    } as DataSourceOptions);
    try {
      await source.initialize();
      const fault = await roleFault(async (statement) => ({ rows: await source.query(statement) }));
      if (fault) throw new Error(`DATABASE_READ_URL: ${fault}`);
      this.source = source;
      this.log.log('a replica answers reads');
    } catch (error) {
      if (source.isInitialized) await source.destroy().catch(() => undefined);
      this.rest(error);
    } finally {
      this.opening = false;
    }
  }

  private rest(error: unknown): void {
    if (Date.now() >= this.restsUntil) {
      this.log.warn(`the replica does not answer, the primary does: ${String(error)}`);
    }
    this.restsUntil = Date.now() + REST_MS;
  }
}

function reachedStatement(own: string, bound: string): string {
  // One that is promoted, or was none, is as new as can be.
  return `select not pg_is_in_recovery()
    or pg_last_wal_replay_lsn() >= greatest('${own}'::pg_lsn, '${bound}'::pg_lsn) as reached`;
}
