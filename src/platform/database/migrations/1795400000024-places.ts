import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const holds = (...roles: string[]) =>
  `((select actor_programme_roles())::text[] && array[${roles.map((role) => `'${role}'`).join(', ')}])`;
/** Whoever speaks for an institution as a host: its administrators, and coordinators of the whole of it. */
const ofHost = (table: string) =>
  `(${table}.institution_id = any ((select actor_administers())::uuid[])
    or ${table}.institution_id = any ((select actor_host_institutions())::uuid[]))`;

/**
 * Places in full: what a host gives with them, who pays for what, which of them are kept for whom; offers of places by
 * hosts; who wants to hear of a call.
 */
export class Places1795400000024 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- One row holds a place with all its counters, so that a take is one guarded update and the check sees them together.
      create function place_reserves_hold(reserved jsonb, reserve_taken jsonb, capacity integer, taken integer)
        returns boolean language sql immutable parallel safe as $$
        select coalesce(bool_and(kept.places >= 1 and kept.took between 0 and kept.places), true)
          and count(distinct kept.id) = count(*)
          and coalesce(sum(kept.places), 0) <= capacity
          and taken - coalesce(sum(kept.took), 0) between 0 and capacity - coalesce(sum(kept.places), 0)
          and (select count(*) from jsonb_object_keys(reserve_taken)) = count(*) filter (where kept.known)
        from (select r->>'id' as id, (r->>'count')::integer as places,
            coalesce((reserve_taken->>(r->>'id'))::integer, 0) as took, reserve_taken ? (r->>'id') as known
          from jsonb_array_elements(coalesce(reserved, '[]')) r) kept
        $$;
      -- How many are kept in all, or for one reserve.
      create function reserved_places(reserved jsonb, reserve text default null) returns integer
        language sql immutable parallel safe as $$
        select coalesce(sum((r->>'count')::integer), 0)::integer from jsonb_array_elements(coalesce(reserved, '[]')) r
        where reserve is null or r->>'id' = reserve
        $$;
      create function reserved_taken(reserve_taken jsonb) returns integer language sql immutable parallel safe as $$
        select coalesce(sum(value::integer), 0)::integer from jsonb_each_text(reserve_taken)
        $$;
      alter table call_places
        add column unit_id uuid references institution_units,
        add column facilities jsonb,
        add column cost jsonb,
        add column reserved jsonb,
        add column reserve_taken jsonb not null default '{}',
        add check (place_reserves_hold(reserved, reserve_taken, capacity, taken));
      create index call_places_by_unit on call_places (unit_id) where unit_id is not null;
      create index call_places_by_field on call_places (field_code text_pattern_ops);

      -- Of which reserve the place is that an application holds: it goes back there.
      alter table applications
        add column place_reserve text,
        add check (place_reserve is null or place_id is not null);
    `);

    await db.query(`
      -- While it is there, hosts may offer places for a draft, until the instant and within the bounds.
      create table call_offer_frames (
        call_id uuid primary key references calls,
        until timestamptz not null,
        min_months numeric(4, 1) not null check (min_months > 0),
        max_months numeric(4, 1) not null,
        opened_at timestamptz not null,
        check (max_months >= min_months)
      );
      create table place_offers (
        id uuid primary key,
        call_id uuid not null references calls,
        institution_id uuid not null references institutions,
        state text not null check (state in
          ('draft', 'submitted', 'returned', 'accepted', 'declined', 'withdrawn')),
        state_since timestamptz not null,
        -- A place as it would stand in the call.
        content jsonb not null,
        note text not null default '' check (length(note) <= 2000),
        -- Grows with each save: what another tab has saved since is not overwritten silently.
        version integer not null default 1,
        prepared_by uuid not null references persons,
        submitted_at timestamptz,
        decided_by uuid references persons,
        reason text check (length(reason) between 1 and 2000),
        created_at timestamptz not null,
        check (state in ('draft', 'withdrawn') or submitted_at is not null),
        check (state not in ('returned', 'declined') or reason is not null),
        check (state not in ('returned', 'declined', 'accepted') or decided_by is not null)
      );
      create index place_offers_by_call on place_offers (call_id, state);
      create index place_offers_by_institution on place_offers (institution_id, state_since);
      create index place_offers_by_preparer on place_offers (prepared_by);
      create index place_offers_by_decider on place_offers (decided_by) where decided_by is not null;

      -- Whoever wants to hear when a call opens or its deadline moves: a person, or an address that was confirmed.
      create table call_watches (
        id uuid primary key,
        call_id uuid not null references calls,
        person_id uuid references persons,
        email text check (length(email) between 3 and 254),
        email_key text,
        -- Of an address; a person is written to in their own.
        language text check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        -- By which an address is confirmed, and by which either is taken off.
        link_id uuid not null unique references signed_links,
        asked_at timestamptz not null,
        confirmed_at timestamptz,
        check (num_nonnulls(person_id, email) = 1),
        check (num_nonnulls(email, email_key, language) in (0, 3)),
        check (person_id is null or confirmed_at is not null),
        unique (call_id, person_id),
        unique (call_id, email_key)
      );
      create index call_watches_by_person on call_watches (person_id) where person_id is not null;
      create index call_watches_unconfirmed on call_watches (asked_at) where confirmed_at is null;
      -- That a call has opened is told once, whoever asks again.
      create table call_openings (
        call_id uuid primary key references calls,
        told_at timestamptz not null
      );

      alter table mail_messages
        add column watch_id uuid references call_watches on delete cascade,
        drop constraint mail_messages_check1,
        add check (num_nonnulls(person_id, invitation_id, reference_id, watch_id) = 1),
        add unique (event_id, watch_id, template);
      create index mail_messages_by_watch on mail_messages (watch_id) where watch_id is not null;
    `);

    for (const table of ['place_offers', 'call_watches']) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
    await db.query(`
      create policy read on place_offers for select using (
        ${SYSTEM} or ${ofHost('place_offers')}
        or (${holds('programme_administrator', 'auditor')} and state not in ('draft', 'withdrawn')));
      create policy prepare on place_offers for insert with check (
        ${SYSTEM} or (prepared_by = ${ME} and state = 'draft' and ${ofHost('place_offers')}));
      -- Each leads it where their own acts lead: the host to the programme and back, the programme to its answer.
      create policy lead on place_offers for update
        using (${SYSTEM} or (${ofHost('place_offers')} and state in ('draft', 'returned', 'submitted'))
          or (${holds('programme_administrator')} and state = 'submitted'))
        with check (${SYSTEM} or (${ofHost('place_offers')} and state in ('draft', 'returned', 'submitted', 'withdrawn'))
          or (${holds('programme_administrator')} and state in ('accepted', 'returned', 'declined')));
      create policy forget on place_offers for delete using (${SYSTEM});

      create policy own on call_watches using (${SYSTEM} or person_id = ${ME});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Which reserve a place was taken from would be lost, and with it who may follow.
    await db.query('do $$ begin raise exception $m$ reserves of places are not taken down $m$; end $$');
  }
}
