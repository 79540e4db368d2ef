import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
/** Whoever answers for the programme, or for one of the countries of the call. */
const ofCall = (callId: string) => `(
  'programme_administrator' = any ((select actor_programme_roles())::text[])
  or exists (select from call_directions d where d.call_id = ${callId} and (
    array[d.home_country, d.host_country] && (select actor_officer_of())::text[]
    or array[d.home_country, d.host_country] && (select actor_commission_of())::text[])))`;

/**
 * Lists of ranked calls: the seed of the lot, every run that was reckoned, the lists that were published, what they say of
 * each application, and who waits for which place. Nothing of it is rewritten.
 */
export class Lists1795400000032 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Drawn before anybody applies and kept from everybody: until a list is published only its hash is shown.
      create table selection_seeds (
        call_id uuid primary key references calls,
        seed text not null check (seed ~ '^[0-9a-f]{64}$'),
        seed_hash text not null check (seed_hash = encode(sha256(convert_to(seed, 'UTF8')), 'hex')),
        committed_at timestamptz not null,
        revealed_at timestamptz
      );

      create table allocation_runs (
        id uuid primary key,
        call_id uuid not null references calls,
        -- From 1 on within the call.
        number integer not null check (number > 0),
        purpose text not null check (purpose in ('dry', 'provisional', 'final')),
        -- With a seed of its own: the committed one is used only when nothing can be assessed any more.
        trial boolean not null,
        rule text not null,
        seed text not null,
        input jsonb not null,
        input_hash text not null,
        -- Points as they were, and who was not assessed yet.
        standings jsonb not null,
        output jsonb not null,
        output_hash text not null check (output_hash ~ '^[0-9a-f]{64}$'),
        ran_by uuid references persons,
        ran_at timestamptz not null,
        check (not trial or purpose = 'dry'),
        unique (call_id, number)
      );
      create index allocation_runs_by_person on allocation_runs (ran_by) where ran_by is not null;

      create table allocation_lists (
        id uuid primary key,
        call_id uuid not null references calls,
        kind text not null check (kind in ('provisional', 'final')),
        -- From 1 on within the call and kind.
        number integer not null check (number > 0),
        run_id uuid not null unique references allocation_runs,
        content jsonb not null,
        content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
        made_by uuid references persons,
        made_at timestamptz not null,
        -- A final list is before both countries first.
        published_at timestamptz,
        published_by uuid references persons,
        -- Of a provisional list: until when it is heard what is said against it.
        objections_until timestamptz,
        -- It was reckoned anew.
        set_aside_at timestamptz,
        check (kind = 'final' or (published_at is not null and objections_until > published_at)),
        check (kind = 'provisional' or objections_until is null),
        unique (call_id, kind, number)
      );
      -- One list of a kind counts at a time.
      create unique index allocation_lists_in_force on allocation_lists (call_id, kind) where set_aside_at is null;
      create index allocation_lists_by_maker on allocation_lists (made_by) where made_by is not null;
      create index allocation_lists_by_publisher on allocation_lists (published_by) where published_by is not null;

      -- What a list says of an application, with why: for its applicant alone.
      create table allocation_entries (
        list_id uuid not null references allocation_lists,
        application_id uuid not null references applications,
        result text not null check (result in ('selected', 'reserve', 'not_selected')),
        place_id uuid references call_places,
        seat text,
        points integer check (points between 0 and 100000),
        explanation jsonb not null,
        waits jsonb not null,
        primary key (list_id, application_id),
        check (result <> 'selected' or place_id is not null),
        check (seat is null or result = 'selected')
      );
      create index allocation_entries_by_application on allocation_entries (application_id);
      create index allocation_entries_by_place on allocation_entries (place_id) where place_id is not null;

      -- Who waits for which place, as the which.
      create table allocation_waits (
        list_id uuid not null references allocation_lists,
        place_id uuid not null references call_places,
        number integer not null check (number > 0),
        application_id uuid not null references applications,
        primary key (list_id, place_id, number),
        unique (list_id, application_id, place_id)
      );
      create index allocation_waits_by_place on allocation_waits (place_id);
      create index allocation_waits_by_application on allocation_waits (application_id);

      revoke update, delete, truncate on selection_seeds, allocation_runs, allocation_lists, allocation_entries,
        allocation_waits from most_app;
      grant update (revealed_at) on selection_seeds to most_app;
      grant update (published_at, published_by, set_aside_at) on allocation_lists to most_app;
    `);
    for (const table of [
      'selection_seeds',
      'allocation_runs',
      'allocation_lists',
      'allocation_entries',
      'allocation_waits',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
    await db.query(`
      create policy secret on selection_seeds using (${SYSTEM});
      create policy of_call on allocation_runs using (${SYSTEM} or ${ofCall('allocation_runs.call_id')});
      create policy read on allocation_lists for select using (
        ${SYSTEM} or published_at is not null or ${ofCall('allocation_lists.call_id')});
      create policy make on allocation_lists for insert with check (${SYSTEM});
      create policy lead on allocation_lists for update using (${SYSTEM});
      create policy read on allocation_entries for select using (${SYSTEM} or (
        exists (select from applications a where a.id = application_id and a.applicant_id = ${ME})
        and exists (select from allocation_lists l where l.id = list_id and l.published_at is not null)));
      create policy make on allocation_entries for insert with check (${SYSTEM});
      create policy keep on allocation_waits using (${SYSTEM});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // A list that was published is a promise to everybody on it.
    await db.query('do $$ begin raise exception $m$ published lists are not taken down $m$; end $$');
  }
}
