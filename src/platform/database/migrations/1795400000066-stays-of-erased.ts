import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was written of a stay goes with the values of its person; days, amounts and what the ledger holds name nobody. */
export class StaysOfErased1795400000066 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      insert into erasable_columns (table_name, key_name, column_name) values
        ('mobility_certificates', 'mobility_id', 'reason'),
        ('mobility_payments', 'mobility_id', 'evidence'),
        ('mobility_payments', 'mobility_id', 'reason');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      "delete from erasable_columns where table_name in ('mobility_certificates', 'mobility_payments')",
    );
  }
}
