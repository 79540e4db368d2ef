import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is answered to a ministry that returned its side, before it decides again. */
export class Answers1795400000006 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('alter table decision_sides add column answer text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table decision_sides drop column answer');
  }
}
