import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A version that all have approved and that the places promised meanwhile hold up is told of once, not by every turn of the clock. */
export class AgreementsToldOnce1795400000068 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('alter table agreement_versions add column held_up_at timestamptz');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table agreement_versions drop column held_up_at');
  }
}
