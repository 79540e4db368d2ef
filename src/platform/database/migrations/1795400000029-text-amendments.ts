import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Words and form of a published call change by an amendment that both countries approve as they approved the call. */
export class TextAmendments1795400000029 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table call_amendments drop constraint call_amendments_kind_check;
      -- Of a text { hash, words: { field: { from, to } }, form: { from, to } or nothing }: the hash is of the whole call as
      -- it then is, which both countries approved.
      alter table call_amendments add constraint call_amendments_kind_check check (kind in ('deadline', 'text'));

      -- What is to change of a published call, while it is written and once it was decided on.
      create table call_text_amendments (
        id uuid primary key,
        call_id uuid not null references calls,
        state text not null check (state in ('draft', 'in_effect', 'discarded')),
        -- Only those that become others: { field: text in three languages }.
        words jsonb not null check (jsonb_typeof(words) = 'object'),
        -- The whole form as it is to be; null where it stays.
        form jsonb,
        reason jsonb not null,
        version integer not null default 1 check (version > 0),
        begun_at timestamptz not null,
        ended_at timestamptz,
        check ((state = 'draft') = (ended_at is null))
      );
      -- One at a time: what both countries approve is one text.
      create unique index call_text_amendments_one_draft on call_text_amendments (call_id) where state = 'draft';
      create index call_text_amendments_by_call on call_text_amendments (call_id, begun_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop table call_text_amendments;
      delete from call_amendments where kind = 'text';
      alter table call_amendments drop constraint call_amendments_kind_check;
      alter table call_amendments add constraint call_amendments_kind_check check (kind in ('deadline'));
    `);
  }
}
