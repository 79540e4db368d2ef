import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs behind the wall: whoever acts on a file need not be able to see what is counted. */
const BEHIND = `language plpgsql security definer set search_path = public, pg_temp set most.actor_kind = 'system'`;

/** Of what the rows of a list are told apart: who may list them, and their state. */
const KEY = `state, home_country, home_institution_id, home_unit_id, host_country, host_institution_id, host_unit_id, transferred`;
const KEY_COLUMNS = `
  state text not null,
  home_country text not null,
  home_institution_id uuid,
  home_unit_id uuid,
  host_country text,
  host_institution_id uuid,
  host_unit_id uuid,
  -- Whether it crossed the border: until then it is in no number of the host side.
  transferred boolean not null`;
const keyOf = (
  row: string,
) => `${row}.state, ${row}.home_country, ${row}.home_institution_id, ${row}.home_unit_id,
  ${row}.host_country, ${row}.host_institution_id, ${row}.host_unit_id, ${row}.transferred_at is not null`;

/** The wall of the applications themselves, as far as it lets offices list them. */
const VISIBLE = `
  strpos(current_setting('most.home_keys', true), home_institution_id::text) > 0
  or strpos(current_setting('most.home_keys', true), home_unit_id::text) > 0
  or strpos(current_setting('most.home_keys', true), home_country) > 0
  or (transferred and (strpos(current_setting('most.host_keys', true), host_institution_id::text) > 0
    or strpos(current_setting('most.host_keys', true), host_unit_id::text) > 0
    or strpos(current_setting('most.host_keys', true), host_country) > 0))`;

/**
 * How many applications there are in each state, by those who may list them. Whatever changes an application writes what it
 * changes of a number, as a row of its own: acts at the same moment never wait for one another at a row of sums. The worker
 * gathers these rows; a reader adds both. The triggers fire where others are switched off too, so that what is loaded in bulk
 * is counted.
 */
export class ApplicationCounts1795400000100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table application_counts (
        -- A row tells of two institutions, or of their countries alone: whoever lists those reads few rows.
        grain text not null check (grain in ('institutions', 'countries')),
        ${KEY_COLUMNS},
        count bigint not null,
        check (grain = 'institutions'
          or num_nonnulls(home_institution_id, home_unit_id, host_institution_id, host_unit_id) = 0),
        unique nulls not distinct (grain, ${KEY})
      );
      create index application_counts_by_home on application_counts (home_institution_id) where grain = 'institutions';
      create index application_counts_by_host on application_counts (host_institution_id) where grain = 'institutions';
      create index application_counts_by_home_unit on application_counts (home_unit_id)
        where grain = 'institutions' and home_unit_id is not null;
      create index application_counts_by_host_unit on application_counts (host_unit_id)
        where grain = 'institutions' and host_unit_id is not null;

      create table application_count_changes (
        ${KEY_COLUMNS},
        count bigint not null
      );
      comment on table application_counts is 'Sums: how many applications are in a state, by who may list them.';
      comment on table application_count_changes is 'What has changed of application_counts since they were gathered.';
    `);
    for (const table of ['application_counts', 'application_count_changes']) {
      await db.query(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy of_system on ${table} using (actor_is_system());
        create policy visible on ${table} for select using (${VISIBLE});
      `);
    }
    await db.query(`
      create function applications_counted() returns trigger ${BEHIND} as $$
      begin
        insert into application_count_changes (${KEY}, count)
          select ${keyOf('n')}, count(*) from new_rows n where n.number is not null group by ${keyOf('n')};
        return null;
      end $$;
      create trigger counted after insert on applications referencing new table as new_rows
        for each statement execute function applications_counted();

      create function application_is_counted_anew() returns trigger ${BEHIND} as $$
      begin
        if tg_op <> 'INSERT' and old.number is not null then
          insert into application_count_changes (${KEY}, count) values (${keyOf('old')}, -1);
        end if;
        if tg_op <> 'DELETE' and new.number is not null then
          insert into application_count_changes (${KEY}, count) values (${keyOf('new')}, 1);
        end if;
        return null;
      end $$;
      create trigger counted_anew after update on applications for each row
        when (row(${keyOf('old')}, old.number is null) is distinct from row(${keyOf('new')}, new.number is null))
        execute function application_is_counted_anew();
      create trigger uncounted after delete on applications for each row execute function application_is_counted_anew();
      alter table applications enable always trigger counted;
      alter table applications enable always trigger counted_anew;
      alter table applications enable always trigger uncounted;
      revoke execute on function applications_counted, application_is_counted_anew from public;

      insert into application_count_changes (${KEY}, count)
        select ${keyOf('a')}, count(*) from applications a where a.number is not null group by ${keyOf('a')};
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop trigger counted on applications;
      drop trigger counted_anew on applications;
      drop trigger uncounted on applications;
      drop function applications_counted, application_is_counted_anew;
      drop table application_counts, application_count_changes;
    `);
  }
}
