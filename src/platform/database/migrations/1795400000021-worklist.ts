import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';

/** What an officer keeps for their work with many applications. */
export class Worklist1795400000021 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // A filter may hold a name that somebody looked for: it is theirs alone.
    await db.query(`
      create table saved_filters (
        id uuid primary key,
        person_id uuid not null references persons,
        name text not null check (length(name) between 1 and 80),
        -- The parameters of the worklist's address.
        query text not null check (length(query) <= 8000),
        position integer not null check (position > 0),
        is_default boolean not null default false,
        created_at timestamptz not null,
        unique (person_id, name),
        unique (person_id, position) deferrable initially immediate
      );
      create unique index saved_filters_one_default on saved_filters (person_id) where is_default;
      comment on table saved_filters is 'personal';
      alter table saved_filters enable row level security;
      alter table saved_filters force row level security;
      create policy own on saved_filters using (${SYSTEM} or person_id = ${ME});
    `);
    // What somebody is about to do, or did, with many applications at once: done once, however often it is sent.
    await db.query(`
      create table bulk_acts (
        id uuid primary key,
        person_id uuid not null references persons,
        act text not null check (act in ('nominate', 'confirm', 'accept', 'home_unit', 'host_unit')),
        application_ids uuid[] not null check (cardinality(application_ids) between 1 and 200),
        created_at timestamptz not null,
        done_at timestamptz,
        mode text check (mode in ('valid', 'all')),
        -- Of each application why it was not done; null where it was.
        outcome jsonb,
        check ((done_at is null) = (mode is null) and (done_at is null) = (outcome is null))
      );
      create index bulk_acts_by_person on bulk_acts (person_id, created_at);
      comment on table bulk_acts is 'personal';
      alter table bulk_acts enable row level security;
      alter table bulk_acts force row level security;
      create policy own on bulk_acts using (${SYSTEM} or person_id = ${ME});
    `);
    // A call that has few applications among many is found by itself, in the order of the list.
    await db.query(`
      create index applications_by_call_waiting on applications (call_id, state_since, id) where number is not null;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop table saved_filters;
      drop table bulk_acts;
      drop index applications_by_call_waiting;
    `);
  }
}
