import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles, the actor of a transaction, collations, the audit record, the outbox, numbering. */
export class Foundation1795400000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create extension if not exists pg_trgm;

      do $$ begin
        if not exists (select from pg_roles where rolname = 'most_app') then
          create role most_app nologin nobypassrls;
        end if;
      end $$;
      grant usage on schema public to most_app;
      alter default privileges in schema public grant select, insert, update, delete on tables to most_app;
      alter default privileges in schema public grant usage, select on sequences to most_app;

      create collation if not exists most_sr_cyrl (provider = icu, locale = 'sr-Cyrl');
      create collation if not exists most_sr_latn (provider = icu, locale = 'sr-Latn');
      create collation if not exists most_ru (provider = icu, locale = 'ru');
      create collation if not exists most_en (provider = icu, locale = 'en');
    `);

    // Who acts is told to the database at the beginning of each transaction (see database.ts); row-level security reads it here.
    await db.query(`
      create function actor_is_system() returns boolean language sql stable parallel safe as
        $$ select coalesce(current_setting('most.actor_kind', true), '') = 'system' $$;
      create function actor_person() returns uuid language sql stable parallel safe as
        $$ select nullif(current_setting('most.person', true), '')::uuid $$;
      create function actor_coordinates() returns uuid[] language sql stable parallel safe as
        $$ select coalesce(nullif(current_setting('most.coordinates', true), ''), '{}')::uuid[] $$;
      create function actor_officer_of() returns text[] language sql stable parallel safe as
        $$ select coalesce(nullif(current_setting('most.officer_of', true), ''), '{}')::text[] $$;
      create function actor_commission_of() returns text[] language sql stable parallel safe as
        $$ select coalesce(nullif(current_setting('most.commission_of', true), ''), '{}')::text[] $$;
      create function actor_programme_roles() returns text[] language sql stable parallel safe as
        $$ select coalesce(nullif(current_setting('most.programme_roles', true), ''), '{}')::text[] $$;
    `);

    await db.query(`
      create table audit_entries (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        actor_kind text not null check (actor_kind in ('anonymous', 'person', 'system')),
        actor_id uuid,
        action text not null,
        subject_kind text not null,
        subject_id text not null,
        data jsonb not null default '{}',
        request_id text not null,
        -- The transaction that wrote it: the sealer takes whole transactions that nobody can still add to.
        transaction_id xid8 not null default pg_current_xact_id(),
        check ((actor_kind = 'person') = (actor_id is not null))
      );
      create index audit_entries_by_subject on audit_entries (subject_kind, subject_id, id);
      create index audit_entries_by_actor on audit_entries (actor_id, id);
      create index audit_entries_by_transaction on audit_entries (transaction_id, id);
      create table audit_seals (
        sequence bigint primary key,
        from_transaction xid8 not null,
        until_transaction xid8 not null,
        entries integer not null check (entries > 0),
        previous_hash text not null,
        hash text not null unique,
        sealed_at timestamptz not null,
        check (from_transaction < until_transaction)
      );
      -- Append-only: nobody who serves requests can change or remove what was written.
      revoke update, delete, truncate on audit_entries, audit_seals from most_app;
      comment on table audit_entries is 'Append-only record of acts: ids and codes, never personal values.';
    `);

    await db.query(`
      create table outbox_events (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        type text not null,
        subject_kind text not null,
        subject_id text not null,
        payload jsonb not null,
        actor_id uuid,
        request_id text not null,
        delivered_at timestamptz
      );
      create index outbox_events_waiting on outbox_events (id) where delivered_at is null;
      create index outbox_events_by_subject on outbox_events (subject_kind, subject_id);

      -- One call writes the event and wakes the worker, in the transaction of the act.
      create function emit_event(
        event_at timestamptz, event_type text, kind text, subject text, event_payload jsonb, actor uuid, request text
      ) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
      declare event_id bigint;
      begin
        insert into outbox_events (at, type, subject_kind, subject_id, payload, actor_id, request_id)
          values (event_at, event_type, kind, subject, event_payload, actor, request) returning id into event_id;
        perform graphile_worker.add_job(
          'deliver_event', json_build_object('eventId', event_id::text), max_attempts := 25);
        return event_id;
      end $$;
      -- The same for work without an event (sending one mail, rendering one letter).
      create function enqueue_job(task text, job_payload jsonb, key text) returns void
        language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        perform graphile_worker.add_job(task, job_payload::json, max_attempts := 25, job_key := key);
      end $$;
      revoke execute on function emit_event, enqueue_job from public;
      grant execute on function emit_event, enqueue_job to most_app;
    `);

    // A sequence for each kind, country and year: nobody waits for another's number, and gaps are allowed.
    await db.query(`
      create function next_number(kind text, country text, year integer) returns bigint
        language plpgsql security definer set search_path = public, pg_temp as $$
      declare name text := format('number_%s_%s_%s', kind, lower(country), year);
      begin
        if kind !~ '^[a-z_]{1,20}$' or country !~ '^[A-Z]{2}$' or year not between 2000 and 2999 then
          raise exception 'not a numbering: % % %', kind, country, year using errcode = '22023';
        end if;
        if to_regclass(name) is null then
          execute format('create sequence if not exists %I', name);
        end if;
        return nextval(name::regclass);
      end $$;
      revoke execute on function next_number from public;
      grant execute on function next_number to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function next_number, emit_event, enqueue_job;
      drop table outbox_events, audit_seals, audit_entries;
      drop function actor_is_system, actor_person, actor_coordinates, actor_officer_of, actor_commission_of, actor_programme_roles;
      drop collation most_sr_cyrl, most_sr_latn, most_ru, most_en;
    `);
  }
}
