import { createHash } from 'node:crypto';
import type { Session } from 'fastify';
import type pg from 'pg';

export const ANONYMOUS_SESSION_SECONDS = 2 * 3600;

type Done = (error?: unknown) => void;

/**
 * Sessions in PostgreSQL, known there by a hash of their id. A session that was read from the store is only ever updated,
 * never inserted: otherwise a slow request that ends after a sign-out would write the signed-out session back, and the
 * old cookie would work again.
 */
export class SessionStore {
  constructor(private readonly pool: pg.Pool) {}

  get(id: string, done: (error: unknown, session?: Session | null) => void): void {
    this.pool
      .query<{
        data: Session;
        used_at: Date;
      }>('select data, used_at from read_session($1)', [sessionHash(id)])
      .then(
        ({ rows: [row] }) =>
          done(null, row ? Object.assign(row.data, { stored: true, usedAt: row.used_at.getTime() }) : null),
        (error: unknown) => done(error, null),
      );
  }

  set(id: string, session: Session, done: Done): void {
    const { stored, usedAt: _usedAt, ...kept } = plain(session);
    const statement = stored ? 'select keep_session($1, $2, $3)' : 'select begin_session($1, $2, $3)';
    this.pool.query(statement, [sessionHash(id), kept, endsAt(session, Date.now())]).then(() => done(), done);
  }

  destroy(id: string, done: Done): void {
    this.pool.query('select destroy_session($1)', [sessionHash(id)]).then(() => done(), done);
  }

  /** Postpones the end of a session that is in use. An update, so that it brings nothing back. */
  async touch(id: string, session: Session): Promise<void> {
    await this.pool.query('select touch_session($1, $2)', [sessionHash(id), endsAt(session, Date.now())]);
  }

  /** Removes what has ended. */
  async prune(): Promise<void> {
    await this.pool.query('select prune_sessions()');
  }
}

/** What the database knows a session by. The id itself is nowhere but in the browser's cookie. */
export function sessionHash(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

function endsAt(session: Session, now: number): Date {
  const { signedIn } = session;
  if (!signedIn) return new Date(now + ANONYMOUS_SESSION_SECONDS * 1000);
  return new Date(Math.min(now + signedIn.idleSeconds * 1000, signedIn.at + signedIn.absoluteSeconds * 1000));
}

function plain(session: Session): Record<string, unknown> {
  return JSON.parse(JSON.stringify(session)) as Record<string, unknown>;
}
