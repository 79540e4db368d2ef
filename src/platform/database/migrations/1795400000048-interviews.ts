import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
/** Knows the truth of the table, and not what the actor sees of it. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/**
 * Talks with applicants: times that a panel offers, who of it is there, and who comes. That nobody is in two places at once,
 * and that no time is given twice, is said by the tables themselves.
 */
export class Interviews1795400000048 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create extension if not exists btree_gist;

      create table interview_slots (
        id uuid primary key,
        panel_id uuid not null references review_panels,
        starts_at timestamptz not null,
        minutes integer not null check (minutes between 5 and 480),
        place text check (length(place) between 1 and 300),
        link text check (length(link) between 1 and 500),
        created_by uuid not null references persons,
        created_at timestamptz not null,
        cancelled_at timestamptz,
        check (place is not null or link is not null)
      );
      create index interview_slots_by_panel on interview_slots (panel_id, starts_at);
      create index interview_slots_by_creator on interview_slots (created_by);
      revoke delete, truncate on interview_slots from most_app;

      create table interview_slot_members (
        slot_id uuid not null references interview_slots,
        person_id uuid not null references persons,
        period tstzrange not null,
        active boolean not null default true,
        primary key (slot_id, person_id),
        -- Nobody of any panel is in two talks at once.
        constraint interview_member_in_one_place exclude using gist (person_id with =, period with &&) where (active)
      );
      create index interview_slot_members_by_person on interview_slot_members (person_id);

      create table interviews (
        id uuid primary key,
        panel_id uuid not null references review_panels,
        application_id uuid not null references applications,
        applicant_id uuid not null references persons,
        state text not null
          check (state in ('invited', 'proposed', 'booked', 'change_asked', 'held', 'missed', 'cancelled')),
        state_since timestamptz not null,
        slot_id uuid references interview_slots,
        period tstzrange,
        -- Of the entry in calendars: grows with each change.
        sequence integer not null default 0 check (sequence >= 0),
        -- Why the applicant asks for another time, or why it was cancelled.
        reason text check (length(reason) between 1 and 2000),
        invited_by uuid not null references persons,
        invited_at timestamptz not null,
        reminded_at timestamptz,
        check ((slot_id is null) = (period is null)),
        check (slot_id is not null or state in ('invited', 'change_asked', 'cancelled')),
        check (slot_id is null or state not in ('invited', 'cancelled')),
        check (state <> 'change_asked' or reason is not null),
        -- No applicant is in two talks at once, of whatever panel.
        constraint interview_applicant_in_one_place exclude using gist (applicant_id with =, period with &&)
          where (state in ('proposed', 'booked', 'change_asked'))
      );
      create unique index interviews_once on interviews (panel_id, application_id) where state <> 'cancelled';
      create unique index interviews_slot_once on interviews (slot_id) where slot_id is not null;
      create index interviews_by_application on interviews (application_id);
      create index interviews_by_applicant on interviews (applicant_id);
      create index interviews_by_inviter on interviews (invited_by);
      create index interviews_by_panel on interviews (panel_id);
      revoke update, delete, truncate on interviews from most_app;
      grant update (state, state_since, slot_id, period, sequence, reason, reminded_at) on interviews to most_app;

      create table interview_notes (
        id uuid primary key,
        interview_id uuid not null references interviews,
        author_id uuid not null references persons,
        text text not null check (length(text) between 1 and 4000),
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        written_at timestamptz not null
      );
      create index interview_notes_by_interview on interview_notes (interview_id, written_at);
      create index interview_notes_by_author on interview_notes (author_id);
      revoke update, delete, truncate on interview_notes from most_app;
    `);

    await db.query(`
      create function interview_notes_are_open(panel uuid, application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return panel_is_of_member(panel) and not actor_is_tied_to(application)
          and (actor_gave_review(panel, application) or (not actor_owes_review(panel, application)
            and exists (select from review_panels p where p.id = panel and p.phase in ('discussion', 'closed'))));
      end $$;
      create function interview_is_of_actor(interview uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from interviews i where i.id = interview and panel_is_of_member(i.panel_id)
          and not actor_is_tied_to(i.application_id));
      end $$;
      create function interview_notes_are_open_of(interview uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from interviews i where i.id = interview
          and interview_notes_are_open(i.panel_id, i.application_id));
      end $$;
      -- Times are shown to whoever is invited to choose among them.
      create function panel_invited_actor(panel uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from interviews i where i.panel_id = panel and i.applicant_id = actor_person()
          and i.state <> 'cancelled');
      end $$;
      create function slot_is_of_office(slot uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from interview_slots s where s.id = slot and panel_is_of_office(s.panel_id));
      end $$;
      create function slot_is_of_member(slot uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from interview_slots s where s.id = slot and panel_is_of_member(s.panel_id));
      end $$;

      create policy read on interview_slots for select using (
        ${SYSTEM} or panel_is_of_office(panel_id) or panel_is_of_member(panel_id) or panel_invited_actor(panel_id));
      create policy offer on interview_slots for insert with check (
        ${SYSTEM} or (created_by = ${ME} and panel_is_of_office(panel_id)));
      create policy change on interview_slots for update using (${SYSTEM} or panel_is_of_office(panel_id));

      create policy read on interview_slot_members for select using (
        ${SYSTEM} or person_id = ${ME} or slot_is_of_office(slot_id) or slot_is_of_member(slot_id));
      create policy keep on interview_slot_members for insert with check (${SYSTEM} or slot_is_of_office(slot_id));
      create policy change on interview_slot_members for update using (${SYSTEM} or slot_is_of_office(slot_id));
      create policy let_go on interview_slot_members for delete using (${SYSTEM} or slot_is_of_office(slot_id));

      create policy read on interviews for select using (${SYSTEM} or applicant_id = ${ME}
        or panel_is_of_office(panel_id)
        or (panel_is_of_member(panel_id) and not actor_is_tied_to(application_id)));
      create policy invite on interviews for insert with check (
        ${SYSTEM} or (invited_by = ${ME} and panel_is_of_office(panel_id)));
      create policy move on interviews for update using (
        ${SYSTEM} or applicant_id = ${ME} or panel_is_of_office(panel_id));

      create policy read on interview_notes for select using (
        ${SYSTEM} or (author_id = ${ME} and interview_is_of_actor(interview_id))
        or interview_notes_are_open_of(interview_id));
      create policy write on interview_notes for insert with check (
        ${SYSTEM} or (author_id = ${ME} and interview_is_of_actor(interview_id)));
    `);
    for (const table of ['interview_slots', 'interview_slot_members', 'interviews', 'interview_notes']) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // Who was to meet whom, and whether they did, would be lost.
    await db.query('do $$ begin raise exception $m$ interviews are not taken down $m$; end $$');
  }
}
