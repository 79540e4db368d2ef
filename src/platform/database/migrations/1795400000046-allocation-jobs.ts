import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';

/** Dry runs of large calls: asked for by a person, reckoned by the worker, watched on the page. */
export class AllocationJobs1795400000046 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table allocation_jobs (
        id uuid primary key,
        call_id uuid not null references calls,
        state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
        -- How much is done, of 1.
        share real not null default 0 check (share between 0 and 1),
        asked_by uuid references persons,
        asked_at timestamptz not null,
        -- When whoever reckons last said that they do: one that is silent is taken up by another.
        beat_at timestamptz not null,
        ended_at timestamptz,
        run_id uuid references allocation_runs,
        check ((state in ('waiting', 'running')) = (ended_at is null)),
        check ((state = 'done') = (run_id is not null))
      );
      -- One of a call at a time.
      create unique index allocation_jobs_alive on allocation_jobs (call_id) where state in ('waiting', 'running');
      create index allocation_jobs_by_call on allocation_jobs (call_id, asked_at);
      create index allocation_jobs_by_person on allocation_jobs (asked_by) where asked_by is not null;
      create index allocation_jobs_by_run on allocation_jobs (run_id) where run_id is not null;
      comment on table allocation_jobs is 'personal';
      alter table allocation_jobs enable row level security;
      alter table allocation_jobs force row level security;
      create policy read on allocation_jobs for select using (${SYSTEM}
        or 'programme_administrator' = any ((select actor_programme_roles())::text[])
        or exists (select from call_directions d where d.call_id = allocation_jobs.call_id and (
          array[d.home_country, d.host_country] && (select actor_officer_of())::text[]
          or array[d.home_country, d.host_country] && (select actor_commission_of())::text[])));
      create policy make on allocation_jobs for insert with check (${SYSTEM});
      create policy lead on allocation_jobs for update using (${SYSTEM});
      create policy forget on allocation_jobs for delete using (${SYSTEM});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table allocation_jobs');
  }
}
