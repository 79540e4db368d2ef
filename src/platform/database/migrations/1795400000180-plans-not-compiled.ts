import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Through the walls PostgreSQL expects far more of a statement than it meets, and from an expected cost of 100,000 on compiles
 * the plan to machine code, which takes longer than any statement of a page: tenths of a second, the first ones of a connection
 * most of all. The setting is the database's, so that it holds behind a pooler and at a replica as well.
 */
export class PlansNotCompiled1795400000180 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      do $$ begin
        execute format('alter database %I set jit = off', current_database());
      exception when insufficient_privilege then
        raise warning 'only the owner of the database may do this: alter database % set jit = off', current_database();
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      do $$ begin
        execute format('alter database %I reset jit', current_database());
      exception when insufficient_privilege then
        raise warning 'only the owner of the database may do this: alter database % reset jit', current_database();
      end $$;
    `);
  }
}
