import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why a provisional list that was published counts no more: read by everybody who is on it. */
export class ListsSetAside1795400000037 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table allocation_lists
        add column set_aside_reason text check (length(set_aside_reason) between 1 and 2000),
        add check (kind = 'final' or (set_aside_at is null) = (set_aside_reason is null)),
        add check (set_aside_reason is null or set_aside_at is not null);
      grant update (set_aside_reason) on allocation_lists to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table allocation_lists drop column set_aside_reason');
  }
}
