import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sessions behind the wall. The application reaches them by functions only, each of which knows one session by the hash
 * of its unguessable id, or the sessions of whoever acts; no query of its own lists whose they are, or brings one back.
 */
export class Sessions1795400000010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The old rows know sessions by the ids themselves. Everybody signs in once more.
      delete from web_sessions;
      drop index web_sessions_by_person;
      alter table web_sessions
        alter column sid type text,
        alter column sess type jsonb using sess::jsonb,
        alter column expire type timestamptz,
        add column last_used_at timestamptz not null default now();
      create index web_sessions_by_person on web_sessions ((sess->'signedIn'->>'personId'))
        where sess->'signedIn'->>'personId' is not null;
      comment on table web_sessions is 'personal';
      comment on column web_sessions.sid is 'Hash of the id that the browser holds: whoever reads the table opens no session.';
      alter table web_sessions enable row level security;
      alter table web_sessions force row level security;
      create policy behind_functions on web_sessions using ((select actor_is_system()));
      revoke all on web_sessions from most_app;
    `);

    await db.query(`
      create function read_session(id_hash text) returns table (data jsonb, used_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select sess, last_used_at from web_sessions where sid = id_hash and expire > now()
        $$;
      create function begin_session(id_hash text, data jsonb, ends_at timestamptz) returns void
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        insert into web_sessions (sid, sess, expire) values (id_hash, data, ends_at)
        on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire
        $$;
      -- Brings no session back that has ended meanwhile.
      create function keep_session(id_hash text, data jsonb, ends_at timestamptz) returns void
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        update web_sessions set sess = data, expire = ends_at where sid = id_hash
        $$;
      create function touch_session(id_hash text, ends_at timestamptz) returns void
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        update web_sessions set expire = ends_at, last_used_at = now() where sid = id_hash
        $$;
      create function destroy_session(id_hash text) returns void
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        delete from web_sessions where sid = id_hash
        $$;
      create function prune_sessions() returns void
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        delete from web_sessions where expire < now()
        $$;

      -- Of whoever acts, and of nobody else. A handle names a session without being its key.
      create function session_handle(sid text) returns text language sql immutable parallel safe as
        $$ select encode(sha256(convert_to(sid, 'UTF8')), 'hex') $$;
      create function own_sessions(current_hash text)
        returns table (handle text, provider text, device text, signed_in_at timestamptz, used_at timestamptz,
          ends_at timestamptz, is_current boolean)
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select session_handle(sid), sess->'signedIn'->>'provider', sess->'signedIn'->>'device',
          to_timestamp((sess->'signedIn'->>'at')::bigint / 1000.0), last_used_at, expire, sid = current_hash
        from web_sessions where sess->'signedIn'->>'personId' = actor_person()::text and expire > now()
        order by sid = current_hash desc, last_used_at desc
        $$;
      create function end_own_session(of_handle text) returns integer
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        with ended as (delete from web_sessions
          where sess->'signedIn'->>'personId' = actor_person()::text and session_handle(sid) = of_handle returning 1)
        select count(*)::int from ended
        $$;
      create function end_own_sessions(but_hash text) returns integer
        language sql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        with ended as (delete from web_sessions where sess->'signedIn'->>'personId' = actor_person()::text
          and sid is distinct from but_hash returning 1)
        select count(*)::int from ended
        $$;

      -- For the application itself alone. They take no rights of their own but the owner's, and look for who acts.
      create function end_sessions_of_person(of_person uuid) returns integer
        language sql security definer set search_path = public, pg_temp as $$
        with ended as (delete from web_sessions
          where actor_is_system() and sess->'signedIn'->>'personId' = of_person::text returning 1)
        select count(*)::int from ended
        $$;
      -- Of one session at the provider, or of all that the subject has there.
      create function end_sessions_at_provider(of_provider text, of_subject text, of_session text)
        returns table (person uuid, ended integer)
        language sql security definer set search_path = public, pg_temp as $$
        with ended as (delete from web_sessions
          where actor_is_system() and sess->'signedIn'->>'provider' = of_provider
            and (of_subject is null or sess->'signedIn'->>'subject' = of_subject)
            and (of_session is null or sess->'signedIn'->>'providerSession' = of_session)
            and num_nonnulls(of_subject, of_session) > 0
          returning (sess->'signedIn'->>'personId')::uuid as whose)
        select whose, count(*)::int from ended group by whose
        $$;
      revoke execute on function read_session, begin_session, keep_session, touch_session, destroy_session,
        prune_sessions, own_sessions, end_own_session, end_own_sessions, end_sessions_of_person,
        end_sessions_at_provider from public;
      grant execute on function read_session, begin_session, keep_session, touch_session, destroy_session,
        prune_sessions, own_sessions, end_own_session, end_own_sessions, end_sessions_of_person,
        end_sessions_at_provider to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function read_session, begin_session, keep_session, touch_session, destroy_session, prune_sessions,
        own_sessions, end_own_session, end_own_sessions, end_sessions_of_person, end_sessions_at_provider, session_handle;
      drop policy behind_functions on web_sessions;
      alter table web_sessions disable row level security;
      delete from web_sessions;
      drop index web_sessions_by_person;
      alter table web_sessions
        alter column sess type json using sess::json,
        alter column expire type timestamp(6),
        drop column last_used_at;
      create index web_sessions_by_person on web_sessions ((sess->'signedIn'->>'personId'))
        where sess->'signedIn'->>'personId' is not null;
      grant select, insert, update, delete on web_sessions to most_app;
    `);
  }
}
