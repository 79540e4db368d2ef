import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../config/settings.js';
import { HttpLog } from './http-log.js';
import { SessionStore } from './session-store.js';

/** One signed-in browser of a person. */
export interface OpenSession {
  /** Names the session without being its key. */
  readonly handle: string;
  readonly provider: string;
  readonly signedInAt: Date;
  readonly endsAt: Date;
  readonly current: boolean;
}

/** The sessions that are open, for the store of the HTTP layer and for the person whose they are. */
@Injectable()
export class Sessions implements OnApplicationShutdown {
  readonly pool: pg.Pool;
  readonly store: SessionStore;

  constructor(settings: Settings, log: HttpLog) {
    this.pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 4 });
    // Without a listener the end of an idle connection would end the process.
    this.pool.on('error', (error) => log.logger.warn({ err: error }, 'a connection of the sessions ended'));
    this.store = new SessionStore(this.pool, (error) => log.logger.error({ err: error }, 'session store'));
  }

  async of(personId: string, currentId: string): Promise<readonly OpenSession[]> {
    const { rows } = await this.pool.query<{ sid: string; provider: string; at: string; expire: Date }>(
      `select sid, sess->'signedIn'->>'provider' as provider, sess->'signedIn'->>'at' as at,
         expire::timestamptz as expire
       from web_sessions where sess->'signedIn'->>'personId' = $1 and expire > localtimestamp
       order by (sess->'signedIn'->>'at')::bigint desc`,
      [personId],
    );
    return rows.map((row) => ({
      handle: handleOf(row.sid),
      provider: row.provider,
      signedInAt: new Date(Number(row.at)),
      endsAt: row.expire,
      current: row.sid === currentId,
    }));
  }

  /** Ends one session of the person. Answers whether there was one. */
  async end(personId: string, handle: string): Promise<boolean> {
    const result = await this.pool.query(
      `delete from web_sessions where sess->'signedIn'->>'personId' = $1
       and encode(sha256(convert_to(sid, 'UTF8')), 'hex') = $2`,
      [personId, handle],
    );
    return result.rowCount === 1;
  }

  /** Ends every session of the person but the current one. Answers how many there were. */
  async endOthers(personId: string, currentId: string): Promise<number> {
    const result = await this.pool.query(
      `delete from web_sessions where sess->'signedIn'->>'personId' = $1 and sid <> $2`,
      [personId, currentId],
    );
    return result.rowCount ?? 0;
  }

  async onApplicationShutdown(): Promise<void> {
    this.store.close();
    await this.pool.end();
  }
}

function handleOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
