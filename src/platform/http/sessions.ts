import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { Id } from '../../shared/ids.js';
import { Settings } from '../config/settings.js';
import type { Ctx } from '../database/context.js';
import { KEPT_IDLE_MS } from '../database/preparing-client.js';
import { HttpLog } from './http-log.js';
import { SessionStore, sessionHash } from './session-store.js';

const PRUNE_EVERY_MS = 15 * 60_000;

/** One signed-in browser of a person. */
export interface OpenSession {
  /** Names the session without being its key. */
  readonly handle: string;
  /** Key of the identity provider that vouched. */
  readonly provider: string;
  /** Browser and system, as far as the browser tells; null where it does not. */
  readonly device: string | null;
  readonly signedInAt: Date;
  /** To the minute: use is noted no more often. */
  readonly usedAt: Date;
  /** When it ends if nothing is done in it. */
  readonly endsAt: Date;
  readonly current: boolean;
}

/** The sessions that are open: the store of the HTTP layer, and what a person sees and ends of their own. */
@Injectable()
export class Sessions implements OnApplicationShutdown {
  readonly store: SessionStore;
  /** Also of the counters of attempts, which belong to no transaction either. */
  readonly pool: pg.Pool;
  private readonly pruning: NodeJS.Timeout;

  constructor(settings: Settings, log: HttpLog) {
    this.pool = new pg.Pool({
      connectionString: settings.databaseUrl,
      max: 4,
      idleTimeoutMillis: KEPT_IDLE_MS,
    });
    // Without a listener the end of an idle connection would end the process.
    this.pool.on('error', (error) => log.logger.warn({ err: error }, 'a connection of the sessions ended'));
    this.store = new SessionStore(this.pool);
    this.pruning = setInterval(() => {
      this.store
        .prune()
        .catch((error: unknown) => log.logger.error({ err: error }, 'ended sessions are not removed'));
    }, PRUNE_EVERY_MS).unref();
  }

  /** The sessions of whoever acts: this one first, then by their last use. */
  async own(ctx: Ctx, currentId: string): Promise<readonly OpenSession[]> {
    return ctx.tx.query<OpenSession[]>(
      `select handle, provider, device, signed_in_at as "signedInAt", used_at as "usedAt", ends_at as "endsAt",
         is_current as current from own_sessions($1)`,
      [sessionHash(currentId)],
    );
  }

  /** Ends one session of whoever acts. Answers whether there was one. */
  async endOwn(ctx: Ctx, handle: string): Promise<boolean> {
    return (await count(ctx, 'end_own_session($1)', [handle])) > 0;
  }

  /** Ends every session of whoever acts but the one that is named. Answers how many there were. */
  endAllOwn(ctx: Ctx, butId: string | null): Promise<number> {
    return count(ctx, 'end_own_sessions($1)', [butId === null ? null : sessionHash(butId)]);
  }

  /** Ends every session of a person: for acts of the application itself (`withSystemRights`). Answers how many there were. */
  endAllOf(ctx: Ctx, personId: Id): Promise<number> {
    return count(ctx, 'end_sessions_of_person($1)', [personId]);
  }

  /**
   * Ends what began with a sign-in at a provider: one of its sessions, or all of one of its subjects. For acts of the
   * application itself. Answers whose they were, and how many of each.
   */
  endAtProvider(
    ctx: Ctx,
    provider: string,
    of: { readonly subject: string | null; readonly session: string | null },
  ): Promise<readonly { readonly person: Id; readonly count: number }[]> {
    return ctx.tx.query<{ person: Id; count: number }[]>(
      'select person, ended as count from end_sessions_at_provider($1, $2, $3)',
      [provider, of.subject, of.session],
    );
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.pruning);
    await this.pool.end();
  }
}

async function count(ctx: Ctx, call: string, values: readonly unknown[]): Promise<number> {
  const [row] = await ctx.tx.query<{ ended: number }[]>(`select ${call} as ended`, [...values]);
  return row?.ended ?? 0;
}
