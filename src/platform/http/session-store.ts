import { EventEmitter } from 'node:events';
import connectPgSimple from 'connect-pg-simple';
import type { Session } from 'fastify';
import type pg from 'pg';

export const ANONYMOUS_SESSION_SECONDS = 2 * 3600;
const PRUNE_EVERY_SECONDS = 900;
const TABLE = 'web_sessions';

type Done = (error?: unknown) => void;

// The library needs a base class called Store and nothing else of the package that its types speak of.
const PgStore = connectPgSimple({ Store: EventEmitter } as unknown as Parameters<typeof connectPgSimple>[0]);

/**
 * Sessions in PostgreSQL. A session that was read from the store is only ever updated, never inserted: otherwise a slow
 * request that ends after a sign-out would write the signed-out session back, and the old cookie would work again.
 */
export class SessionStore {
  private readonly store: InstanceType<typeof PgStore>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly onError: (error: unknown) => void,
  ) {
    this.store = new PgStore({
      pool,
      tableName: TABLE,
      pruneSessionInterval: PRUNE_EVERY_SECONDS,
      errorLog: (...args: unknown[]) => onError(args.at(-1)),
    });
  }

  get(id: string, done: (error: unknown, session?: Session | null) => void): void {
    this.store.get(id, (error: unknown, session) => {
      if (error || !session) return done(error, null);
      done(null, Object.assign(session as unknown as Session, { stored: true }));
    });
  }

  set(id: string, session: Session, done: Done): void {
    const expires = expiresAt(session, Date.now());
    const { stored, ...kept } = plain(session);
    const work = stored
      ? this.pool.query(`update ${TABLE} set sess = $2, expire = to_timestamp($3) where sid = $1`, [
          id,
          kept,
          expires,
        ])
      : this.pool.query(
          `insert into ${TABLE} (sid, sess, expire) values ($1, $2, to_timestamp($3))
           on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire`,
          [id, kept, expires],
        );
    work.then(() => done(), done);
  }

  destroy(id: string, done: Done): void {
    this.store.destroy(id, done);
  }

  /** Postpones the end of a session that is in use. An update, so that it brings nothing back. */
  async touch(id: string, session: Session): Promise<void> {
    await this.pool.query(`update ${TABLE} set expire = to_timestamp($2) where sid = $1`, [
      id,
      expiresAt(session, Date.now()),
    ]);
  }

  close(): void {
    try {
      this.store.close();
    } catch (error) {
      this.onError(error);
    }
  }
}

/** Seconds since 1970. */
function expiresAt(session: Session, now: number): number {
  const { signedIn } = session;
  if (!signedIn) return Math.ceil(now / 1000) + ANONYMOUS_SESSION_SECONDS;
  const idle = now / 1000 + signedIn.idleSeconds;
  const absolute = signedIn.at / 1000 + signedIn.absoluteSeconds;
  return Math.ceil(Math.min(idle, absolute));
}

function plain(session: Session): Record<string, unknown> {
  return JSON.parse(JSON.stringify(session)) as Record<string, unknown>;
}
