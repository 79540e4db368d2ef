import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the editor of calls keeps: versions of a draft, and every change after its publication. */
export class CallEditor1795400000022 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Moves with every change, so that of two who edit at once the second learns of the first.
      alter table calls add column version integer not null default 1 check (version > 0);
      create index calls_by_state on calls (state, opens_at desc, id);

      -- What changed after both countries had approved the text: the approved text and these in their order are the
      -- present one.
      create table call_amendments (
        id uuid primary key,
        call_id uuid not null references calls,
        number integer not null check (number > 0),
        kind text not null check (kind in ('deadline')),
        -- Of a deadline { from, to }.
        changes jsonb not null,
        reason jsonb not null,
        made_at timestamptz not null,
        unique (call_id, number)
      );

      -- What was taken back because its subject changed may come again, word for word, and is decided on anew.
      alter table decisions drop constraint decisions_subject_kind_subject_id_subject_hash_key;
      create unique index decisions_one_per_content on decisions (subject_kind, subject_id, subject_hash)
        where withdrawn_at is null;
      create index decisions_by_subject on decisions (subject_kind, subject_id, opened_at);

      -- How long whoever comes into a country waits for its papers, in days: { gates, invitation, visa }.
      alter table countries add column lead_times jsonb not null default '{}';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table countries drop column lead_times;
      drop index decisions_by_subject, decisions_one_per_content;
      alter table decisions add unique (subject_kind, subject_id, subject_hash);
      drop table call_amendments;
      drop index calls_by_state;
      alter table calls drop column version;
    `);
  }
}
