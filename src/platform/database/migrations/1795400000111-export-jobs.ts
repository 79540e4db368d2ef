import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';

/** Long lists as files: asked for by a person, written by the worker, kept for a day for whoever asked. */
export class ExportJobs1795400000111 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table export_jobs (
        id uuid primary key,
        asked_by uuid not null references persons,
        -- What it was asked with, and what the asker could see then (actor_rights): with other rights nobody gets the file.
        second_factor boolean not null,
        rights text not null,
        -- What is in it, which columns, format and language. A name that was searched for may stand there: null once the file is gone.
        wanted jsonb,
        state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
        -- Why it failed, where the asker can do something about it.
        reason text,
        -- How much is done, of 1.
        share real not null default 0 check (share between 0 and 1),
        asked_at timestamptz not null,
        -- When whoever writes it last said that they do: one that is silent is taken up by another.
        beat_at timestamptz not null,
        ended_at timestamptz,
        file_name text,
        content_type text,
        storage_key text,
        sha256 text,
        size bigint,
        check ((state in ('waiting', 'running')) = (ended_at is null)),
        check (state in ('done', 'failed', 'cancelled') or wanted is not null),
        check (storage_key is null or state = 'done'),
        check (num_nulls(storage_key, sha256, size, file_name, content_type) in (0, 5))
      );
      -- The same asked for twice is one.
      create unique index export_jobs_alive on export_jobs (asked_by, md5(wanted::text)) where state in ('waiting', 'running');
      create index export_jobs_by_person on export_jobs (asked_by, asked_at);
      create index export_jobs_by_end on export_jobs (ended_at);
      create index export_jobs_by_key on export_jobs (storage_key) where storage_key is not null;
      comment on table export_jobs is 'personal';
      alter table export_jobs enable row level security;
      alter table export_jobs force row level security;
      create policy read on export_jobs for select using (${SYSTEM} or asked_by = ${ME});
      create policy make on export_jobs for insert with check (${SYSTEM});
      create policy lead on export_jobs for update using (${SYSTEM});
      create policy forget on export_jobs for delete using (${SYSTEM});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table export_jobs');
  }
}
