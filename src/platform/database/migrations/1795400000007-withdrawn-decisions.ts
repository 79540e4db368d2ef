import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A decision whose subject was withdrawn waits for nobody any more; what was said of it stays on record. */
export class WithdrawnDecisions1795400000007 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('alter table decisions add column withdrawn_at timestamptz');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table decisions drop column withdrawn_at');
  }
}
