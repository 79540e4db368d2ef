import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Documents that a secretary attaches to a matter of the commission: read by whoever reads the matter, and kept as what the
 * two countries settled by them is kept. The periods are the ministries' to check.
 */
export class CommissionFiles1795400000076 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create policy read_of_commission_item on uploads for select using (
        subject_kind = 'commission_item' and commission_item_is_open(subject_id));
      insert into retention_rules (category, kind, country, days, law, valid_from)
        select 'commission_files', kind, country, days, law, valid_from from retention_rules
        where category = 'commission_protocols';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      delete from retention_rules where category = 'commission_files';
      drop policy read_of_commission_item on uploads;
    `);
  }
}
