import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the HTTP layer counts and looks up: attempts, and the sessions of a person. */
export class Http1795400000005 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Counters of attempts, in the form that the limiter's library expects. Lost in a crash, and no harm done.
      create unlogged table rate_limits (
        key varchar(255) primary key,
        points integer not null default 0,
        expire bigint
      );
      create index web_sessions_by_person on web_sessions ((sess->'signedIn'->>'personId'))
        where sess->'signedIn'->>'personId' is not null;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop index web_sessions_by_person; drop table rate_limits;');
  }
}
