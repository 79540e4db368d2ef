import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
/** Knows the truth of the tables, and not what the actor sees of them. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";
const PAIR = `country_a text not null references countries,
        country_b text not null references countries,
        check (country_a < country_b)`;

/** How the commission votes until it decides otherwise: both sides alike. */
const FIRST_RULES = {
  quorum: 1,
  majority: 'each_side',
  ballot: 'open',
  secretFrom: 3,
  tie: 'postponed',
  voters: 'members',
  chair: 'alternating',
};

/**
 * The joint commission: what is before it, its sessions, who was there, who stood aside, how it voted and what it decided,
 * and the protocol that both sides sign. A decision that the sides could not agree on is settled by such a protocol.
 */
export class Commission1795400000054 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table commission_rules (
        version integer primary key check (version > 0),
        content jsonb not null check (jsonb_typeof(content) = 'object'),
        adopted_at timestamptz not null
      );
      revoke update, delete, truncate on commission_rules from most_app;

      create table commission_items (
        id uuid primary key,
        ${PAIR},
        -- A decision of two countries, any other matter, or rules of procedure to adopt.
        kind text not null check (kind in ('decision', 'matter', 'rules')),
        origin text not null check (origin in ('divergence', 'overdue', 'tabled')),
        decision_id uuid references decisions,
        state text not null check (state in ('tabled', 'discussed', 'decided', 'postponed', 'remitted')),
        state_since timestamptz not null,
        tabled_by uuid references persons,
        tabled_at timestamptz not null,
        -- In the language of each country: title and text of what is no decision.
        words jsonb not null default '{}',
        rules jsonb,
        check ((kind = 'decision') = (decision_id is not null)),
        check ((kind = 'rules') = (rules is not null))
      );
      create unique index commission_items_once on commission_items (decision_id) where decision_id is not null;
      create index commission_items_by_pair on commission_items (country_a, country_b, state);
      create index commission_items_by_second on commission_items (country_b);
      create index commission_items_by_tabler on commission_items (tabled_by) where tabled_by is not null;

      create table commission_sessions (
        id uuid primary key,
        number text not null unique,
        ${PAIR},
        state text not null check (state in ('planned', 'open', 'interrupted', 'closed', 'cancelled')),
        state_since timestamptz not null,
        starts_at timestamptz not null,
        minutes integer not null check (minutes between 15 and 1440),
        time_zone text not null,
        place text check (length(place) between 1 and 300),
        link text check (length(link) between 1 and 500),
        rules_version integer not null references commission_rules,
        chair_country text not null references countries,
        -- What is being dealt with; kept when the session is interrupted, so that it goes on there.
        current_item uuid references commission_items,
        -- Of the entry in calendars.
        sequence integer not null default 0 check (sequence >= 0),
        -- Grows with every act: whoever looks on asks for their part again.
        version integer not null default 1 check (version > 0),
        planned_by uuid not null references persons,
        planned_at timestamptz not null,
        opened_at timestamptz,
        closed_at timestamptz,
        check (place is not null or link is not null),
        check (state not in ('open', 'interrupted', 'closed') or opened_at is not null),
        check ((state = 'closed') = (closed_at is not null))
      );
      create index commission_sessions_by_pair on commission_sessions (country_a, country_b, starts_at);
      create index commission_sessions_by_second on commission_sessions (country_b);
      create index commission_sessions_by_rules on commission_sessions (rules_version);
      create index commission_sessions_by_chair on commission_sessions (chair_country);
      create index commission_sessions_by_item on commission_sessions (current_item) where current_item is not null;
      create index commission_sessions_by_planner on commission_sessions (planned_by);

      create table commission_seats (
        session_id uuid not null references commission_sessions,
        person_id uuid not null references persons,
        country text not null references countries,
        part text not null check (part in ('member', 'secretary')),
        invited_at timestamptz not null,
        removed_at timestamptz,
        primary key (session_id, person_id)
      );
      create index commission_seats_by_person on commission_seats (person_id);
      create index commission_seats_by_country on commission_seats (country);

      create table commission_presences (
        session_id uuid not null,
        person_id uuid not null,
        came_at timestamptz not null,
        left_at timestamptz check (left_at >= came_at),
        primary key (session_id, person_id, came_at),
        foreign key (session_id, person_id) references commission_seats
      );
      create unique index commission_presences_once on commission_presences (session_id, person_id) where left_at is null;

      create table commission_agenda (
        session_id uuid not null references commission_sessions,
        item_id uuid not null references commission_items,
        position integer not null check (position > 0),
        taken_up_at timestamptz,
        primary key (session_id, item_id)
      );
      create index commission_agenda_by_item on commission_agenda (item_id);

      create table commission_recusals (
        session_id uuid not null,
        item_id uuid not null,
        person_id uuid not null references persons,
        -- By themselves, or because of a tie that is on record.
        how text not null check (how in ('declared', 'found')),
        at timestamptz not null,
        primary key (session_id, item_id, person_id),
        foreign key (session_id, item_id) references commission_agenda
      );
      create index commission_recusals_by_item on commission_recusals (item_id);
      create index commission_recusals_by_person on commission_recusals (person_id);

      create table commission_notes (
        id uuid primary key,
        session_id uuid not null,
        item_id uuid not null,
        author_id uuid not null references persons,
        -- Of a secretary: what was said, in the language of each country; of a member: in one.
        official boolean not null,
        words jsonb not null check (jsonb_typeof(words) = 'object'),
        written_at timestamptz not null,
        foreign key (session_id, item_id) references commission_agenda
      );
      create index commission_notes_by_item on commission_notes (session_id, item_id, written_at);
      create index commission_notes_by_author on commission_notes (author_id);

      create table commission_votes (
        id uuid primary key,
        session_id uuid not null,
        item_id uuid not null,
        ballot text not null check (ballot in ('open', 'secret')),
        opened_by uuid not null references persons,
        opened_at timestamptz not null,
        closed_at timestamptz,
        -- How many of each country were entitled, which is what the quorum was met by.
        entitled jsonb not null check (jsonb_typeof(entitled) = 'object'),
        quorum integer not null check (quorum > 0),
        -- Of a secret vote: the three counts under a key that the database does not have.
        urn bytea,
        tally jsonb,
        result text check (result in ('yes', 'no', 'none')),
        foreign key (session_id, item_id) references commission_agenda,
        check ((closed_at is not null) = (tally is not null)),
        check ((closed_at is not null) = (result is not null)),
        -- Once it is counted it is gone.
        check ((urn is not null) = (ballot = 'secret' and closed_at is null))
      );
      create unique index commission_votes_one_open on commission_votes (session_id) where closed_at is null;
      create index commission_votes_by_item on commission_votes (session_id, item_id, opened_at);
      create index commission_votes_by_opener on commission_votes (opened_by);

      create table commission_ballots (
        vote_id uuid not null references commission_votes,
        person_id uuid not null references persons,
        country text not null references countries,
        voted_at timestamptz,
        -- Of an open vote only: what a secret one says is in no row.
        choice text check (choice in ('yes', 'no', 'abstain')),
        secret boolean not null,
        primary key (vote_id, person_id),
        check ((choice is not null) = (voted_at is not null and not secret))
      );
      create index commission_ballots_by_person on commission_ballots (person_id);
      create index commission_ballots_by_country on commission_ballots (country);

      create table commission_decisions (
        session_id uuid not null,
        item_id uuid not null,
        outcome text not null check (outcome in ('agreed_yes', 'agreed_no', 'remitted', 'postponed')),
        words jsonb not null check (jsonb_typeof(words) = 'object'),
        vote_id uuid references commission_votes,
        entered_by uuid not null references persons,
        decided_at timestamptz not null,
        primary key (session_id, item_id),
        foreign key (session_id, item_id) references commission_agenda,
        check (outcome = 'postponed' or vote_id is not null)
      );
      create index commission_decisions_by_vote on commission_decisions (vote_id) where vote_id is not null;
      create index commission_decisions_by_enterer on commission_decisions (entered_by);

      create table commission_protocols (
        id uuid primary key,
        session_id uuid not null references commission_sessions,
        number text not null unique,
        -- A later protocol of the same session: what it changes is named in it.
        amends_id uuid references commission_protocols,
        state text not null check (state in ('draft', 'agreed', 'signed_both', 'published')),
        state_since timestamptz not null,
        version integer not null default 1 check (version > 0),
        content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
        drafted_by uuid not null references persons,
        drafted_at timestamptz not null,
        signed_at timestamptz,
        published_at timestamptz,
        -- What everybody may read: numbers, and nothing of anybody.
        public_content jsonb,
        check ((state in ('signed_both', 'published')) = (signed_at is not null)),
        check ((state = 'published') = (published_at is not null and public_content is not null))
      );
      create unique index commission_protocols_once on commission_protocols (session_id) where amends_id is null;
      create unique index commission_protocols_one_amendment on commission_protocols (amends_id)
        where amends_id is not null and state in ('draft', 'agreed');
      create index commission_protocols_by_session on commission_protocols (session_id);
      create index commission_protocols_by_amended on commission_protocols (amends_id) where amends_id is not null;
      create index commission_protocols_by_drafter on commission_protocols (drafted_by);

      create table commission_protocol_sections (
        protocol_id uuid not null references commission_protocols,
        position integer not null check (position >= 0),
        item_id uuid references commission_items,
        content jsonb not null check (jsonb_typeof(content) = 'object'),
        primary key (protocol_id, position)
      );
      create index commission_protocol_sections_by_item on commission_protocol_sections (item_id) where item_id is not null;

      create table commission_protocol_acts (
        protocol_id uuid not null references commission_protocols,
        country text not null references countries,
        act text not null check (act in ('agree', 'sign')),
        person_id uuid not null references persons,
        content_hash text not null,
        at timestamptz not null,
        primary key (protocol_id, country, act),
        unique (protocol_id, act, person_id)
      );
      create index commission_protocol_acts_by_country on commission_protocol_acts (country);
      create index commission_protocol_acts_by_person on commission_protocol_acts (person_id);

      alter table decisions
        add settled_as text check (settled_as in ('agreed_yes', 'agreed_no')),
        add settled_at timestamptz,
        add protocol_id uuid references commission_protocols,
        -- What was put before both again, on the same content.
        add successor_id uuid references decisions deferrable initially deferred,
        add check ((settled_as is null) = (settled_at is null)),
        add check (settled_as is null or (protocol_id is not null and closed_at is not null)),
        add check (successor_id is null or (protocol_id is not null and withdrawn_at is not null));
      create index decisions_by_protocol on decisions (protocol_id) where protocol_id is not null;
      create index decisions_by_successor on decisions (successor_id) where successor_id is not null;

      -- \`outcome\` is what the two sides said, \`counts\` what holds: where they differed, what the commission settled.
      create or replace view decision_outcomes with (security_invoker = true) as
        select s.decision_id,
          case
            when count(*) filter (where s.state in ('approved', 'approved_with_conditions')) = 2 then 'agreed_yes'
            when count(*) filter (where s.state = 'rejected') = 2 then 'agreed_no'
            when count(*) filter (where s.state in ('approved', 'approved_with_conditions')) = 1
              and count(*) filter (where s.state = 'rejected') = 1 then 'divergent'
            else 'open'
          end as outcome,
          coalesce(max(d.settled_as), case
            when count(*) filter (where s.state in ('approved', 'approved_with_conditions')) = 2 then 'agreed_yes'
            when count(*) filter (where s.state = 'rejected') = 2 then 'agreed_no'
            when count(*) filter (where s.state in ('approved', 'approved_with_conditions')) = 1
              and count(*) filter (where s.state = 'rejected') = 1 then 'divergent'
            else 'open'
          end) as counts
        from decision_sides s join decisions d on d.id = s.decision_id group by s.decision_id;
    `);
    await db.query(
      'insert into commission_rules (version, content, adopted_at) values (1, $1, clock_timestamp())',
      [JSON.stringify(FIRST_RULES)],
    );
    await db.query(`
      -- Nobody who is bound to what a decision is about sits, sees or votes on it; nor whoever stood aside.
      create function person_is_bound_to_item(of_person uuid, item uuid, instant timestamptz) returns boolean
        language plpgsql ${BEHIND} as $$
      begin
        return exists (select from commission_recusals r where r.item_id = item and r.person_id = of_person)
          or exists (select from commission_items i join decisions d on d.id = i.decision_id
            cross join lateral ties_of_person(of_person, instant) t
            where i.id = item and (
              of_person = any (d.about_persons)
              or coalesce(d.about_persons && t.persons, false)
              or coalesce(d.barred_institutions && t.institutions, false)
              or (d.subject_kind = 'application' and person_is_bound_to(of_person, d.subject_id, instant))));
      end $$;
      create function commission_item_binds_actor(item uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return person_is_bound_to_item(actor_person(), item, actor_instant());
      end $$;
      create function commission_is_of_actor(a text, b text) returns boolean language sql stable as
        $$ select array[a, b] && (actor_commission_of() || actor_officer_of()) $$;
      create function commission_session_is_open(session uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from commission_sessions s where s.id = session
          and commission_is_of_actor(s.country_a, s.country_b));
      end $$;
      create function commission_item_is_open(item uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from commission_items i where i.id = item
          and commission_is_of_actor(i.country_a, i.country_b)) and not commission_item_binds_actor(item);
      end $$;
      create function commission_protocol_is_open(protocol uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from commission_protocols p where p.id = protocol
          and commission_session_is_open(p.session_id));
      end $$;
      create function commission_vote_is_open(vote uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from commission_votes v where v.id = vote and commission_item_is_open(v.item_id));
      end $$;

      create policy read on commission_items for select using (${SYSTEM} or (commission_is_of_actor(country_a, country_b)
        and not commission_item_binds_actor(id)));
      create policy read on commission_sessions for select using (${SYSTEM} or commission_is_of_actor(country_a, country_b));
      create policy read on commission_seats for select using (${SYSTEM} or person_id = ${ME}
        or commission_session_is_open(session_id));
      create policy read on commission_presences for select using (${SYSTEM} or person_id = ${ME}
        or commission_session_is_open(session_id));
      create policy read on commission_agenda for select using (${SYSTEM} or commission_session_is_open(session_id));
      create policy read on commission_recusals for select using (${SYSTEM} or person_id = ${ME}
        or commission_session_is_open(session_id));
      create policy read on commission_notes for select using (${SYSTEM} or author_id = ${ME} or commission_item_is_open(item_id));
      create policy read on commission_votes for select using (${SYSTEM} or commission_item_is_open(item_id));
      create policy read on commission_ballots for select using (${SYSTEM} or person_id = ${ME} or commission_vote_is_open(vote_id));
      create policy read on commission_decisions for select using (${SYSTEM} or commission_item_is_open(item_id));
      create policy read on commission_protocols for select using (${SYSTEM} or commission_session_is_open(session_id));
      create policy read on commission_protocol_sections for select using (${SYSTEM}
        or (commission_protocol_is_open(protocol_id) and (item_id is null or commission_item_is_open(item_id))));
      create policy read on commission_protocol_acts for select using (${SYSTEM} or commission_protocol_is_open(protocol_id));
    `);
    // What waited for a commission before there was one.
    await db.query(`
      insert into commission_items (id, country_a, country_b, kind, origin, decision_id, state, state_since, tabled_at)
      select gen_random_uuid(), least(d.home_country, d.host_country), greatest(d.home_country, d.host_country), 'decision',
        'divergence', d.id, 'tabled', d.closed_at, d.closed_at
      from decisions d join decision_outcomes o on o.decision_id = d.id
      where o.outcome = 'divergent' and d.withdrawn_at is null and d.closed_at is not null;
    `);
    for (const table of TABLES) {
      await db.query(`
        create policy make on ${table} for insert with check (${SYSTEM});
        create policy lead on ${table} for update using (${SYSTEM});
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        revoke truncate on ${table} from most_app;
      `);
    }
    await db.query(`
      create policy drop on commission_agenda for delete using (${SYSTEM});
      create policy drop on commission_protocol_sections for delete using (${SYSTEM});
      create policy drop on commission_protocol_acts for delete using (${SYSTEM});
      revoke update, delete on commission_notes, commission_recusals, commission_decisions from most_app;
    `);
    for (const table of ['items', 'sessions', 'seats', 'presences', 'votes', 'ballots', 'protocols']) {
      await db.query(`revoke delete on commission_${table} from most_app`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // What two countries settled together would be lost.
    await db.query('do $$ begin raise exception $m$ the commission is not taken down $m$; end $$');
  }
}

const TABLES = [
  'commission_items',
  'commission_sessions',
  'commission_seats',
  'commission_presences',
  'commission_agenda',
  'commission_recusals',
  'commission_notes',
  'commission_votes',
  'commission_ballots',
  'commission_decisions',
  'commission_protocols',
  'commission_protocol_sections',
  'commission_protocol_acts',
];
