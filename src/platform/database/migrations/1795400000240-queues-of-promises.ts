import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs behind the wall: whoever acts on a file need not be able to see what is counted. */
const BEHIND = `language plpgsql security definer set search_path = public, pg_temp set most.actor_kind = 'system'`;

/** Whose queue it is, of which exchange, and the day in UTC by which it is due. */
const KEY = 'office, country, institution_id, step, home_country, host_country, due_day';
const KEY_COLUMNS = `
  office text not null,
  country text not null,
  institution_id uuid,
  step text not null,
  home_country text not null,
  host_country text,
  due_day date not null`;
const keyOf = (
  row: string,
) => `${row}.office, ${row}.country, ${row}.institution_id, ${row}.step, ${row}.home_country,
  ${row}.host_country, (${row}.due_at at time zone 'UTC')::date`;

/**
 * An office is known to an index also where it is of no institution. PostgreSQL takes `coalesce` for a leak and would ask the
 * wall first, row by row.
 */
const QUEUE = `country, office, step,
  (case when institution_id is null then '00000000-0000-0000-0000-000000000000'::uuid else institution_id end)`;

/**
 * What is open before each office, by the day it is due: from some thousand rows, however many clocks run. Whatever changes a
 * clock writes what it changes of a number as a row of its own, so that acts at the same moment never wait for one another at
 * a row of sums (as with the numbers of applications); the worker gathers these rows, and a reader adds both. The triggers fire
 * where others are switched off too, so that what is loaded in bulk is counted. What waits longest in a queue, and what is due
 * next, are the first entries of an index.
 */
export class QueuesOfPromises1795400000240 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table promise_queues (
        ${KEY_COLUMNS},
        count bigint not null,
        unique nulls not distinct (${KEY})
      );
      create table promise_queue_changes (
        ${KEY_COLUMNS},
        count bigint not null
      );
      comment on table promise_queues is 'Sums: how many clocks of promises run, by office and by the day they are due.';
      comment on table promise_queue_changes is 'What has changed of promise_queues since they were gathered.';

      create function promises_queued() returns trigger ${BEHIND} as $$
      begin
        insert into promise_queue_changes (${KEY}, count)
          select ${keyOf('n')}, count(*) from new_rows n where n.ended_at is null group by ${keyOf('n')};
        return null;
      end $$;
      create trigger queued_in_bulk after insert on promise_clocks referencing new table as new_rows
        for each statement execute function promises_queued();

      create function promise_is_queued_anew() returns trigger ${BEHIND} as $$
      begin
        if tg_op <> 'INSERT' and old.ended_at is null then
          insert into promise_queue_changes (${KEY}, count) values (${keyOf('old')}, -1);
        end if;
        if tg_op <> 'DELETE' and new.ended_at is null then
          insert into promise_queue_changes (${KEY}, count) values (${keyOf('new')}, 1);
        end if;
        return null;
      end $$;
      create trigger queued after insert on promise_clocks for each row
        when (new.ended_at is null) execute function promise_is_queued_anew();
      create trigger queued_anew after update on promise_clocks for each row
        when (row(${keyOf('old')}, old.ended_at is null) is distinct from row(${keyOf('new')}, new.ended_at is null))
        execute function promise_is_queued_anew();
      create trigger unqueued after delete on promise_clocks for each row
        when (old.ended_at is null) execute function promise_is_queued_anew();
      -- What is loaded in bulk, with other triggers switched off, is summed at once: for a single row that takes far longer.
      alter table promise_clocks enable replica trigger queued_in_bulk;
      alter table promise_clocks enable always trigger queued_anew;
      alter table promise_clocks enable always trigger unqueued;
      revoke execute on function promises_queued, promise_is_queued_anew from public;

      insert into promise_queues (${KEY}, count)
        select ${keyOf('c')}, count(*) from promise_clocks c where c.ended_at is null group by ${keyOf('c')};

      drop index promise_clocks_open;
      create index promise_clocks_longest on promise_clocks (${QUEUE}, began_at) include (home_country, host_country)
        where ended_at is null;
      create index promise_clocks_next on promise_clocks (${QUEUE}, due_at) include (home_country, host_country)
        where ended_at is null;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop index promise_clocks_longest, promise_clocks_next;
      create index promise_clocks_open on promise_clocks (country, office, institution_id, step)
        include (home_country, host_country, call_id, began_at, due_at) where ended_at is null;
      drop trigger queued_in_bulk on promise_clocks;
      drop trigger queued on promise_clocks;
      drop trigger queued_anew on promise_clocks;
      drop trigger unqueued on promise_clocks;
      drop function promises_queued, promise_is_queued_anew;
      drop table promise_queues, promise_queue_changes;
    `);
  }
}
