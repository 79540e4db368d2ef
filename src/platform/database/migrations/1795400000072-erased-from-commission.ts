import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was noted in a session about somebody who is erased goes; what both countries signed stays as long as their archives
 * keep it. The periods are the ministries' to check.
 */
export class ErasedFromCommission1795400000072 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      insert into erasable_columns (table_name, key_name, column_name) values ('commission_notes', 'id', 'words');
      insert into retention_rules (category, kind, country, days, law, valid_from)
        select 'commission_protocols', kind, country, days * 10, law, valid_from from retention_rules
        where category = 'award_letters';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      delete from retention_rules where category = 'commission_protocols';
      delete from erasable_columns where table_name = 'commission_notes';
    `);
  }
}
