import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a ranked call selects: criteria, reviews, ties, seats, windows. Null for calls from before, and where nothing is ranked. */
export class SelectionRules1795400000028 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table calls
        add column selection jsonb check (selection is null or jsonb_typeof(selection) = 'object')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table calls drop column selection');
  }
}
