import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';

const isKey = (side: 'home' | 'host', column: string) =>
  `coalesce(strpos(current_setting('most.${side}_keys', true), a.${side}_${column}) > 0, false)`;
/** Whether an application `a` is of one of the actor's offices on a side, by the keys that the transaction was told. */
const byInstitution = (side: 'home' | 'host') =>
  `(${isKey(side, 'institution_id::text')} or ${isKey(side, 'unit_id::text')})`;
const byCountry = (side: 'home' | 'host') => isKey(side, 'country');
/** Whom the call keeps apart because they belong to one of the institutions; their coordinators are no judges. */
const APART = `(a.independent_assessment and (coalesce(a.home_institution_id = any (actor_tied_institutions()), false)
  or coalesce(a.host_institution_id = any (actor_tied_institutions()), false)))`;

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
    // What officers write for one another. The host side reads what was written since the file is with it, and nobody what
    // is said of themselves or of whom they act for.
    await db.query(`
      create table officer_notes (
        id uuid primary key,
        application_id uuid not null references applications,
        author_id uuid not null references persons,
        -- For whom, where a deputy wrote it.
        acting_for uuid references persons,
        text text not null check (length(text) between 1 and 4000),
        written_at timestamptz not null,
        check (acting_for <> author_id)
      );
      create index officer_notes_by_application on officer_notes (application_id, written_at, id);
      create index officer_notes_by_author on officer_notes (author_id);
      create index officer_notes_by_principal on officer_notes (acting_for) where acting_for is not null;
      comment on table officer_notes is 'personal';
      alter table officer_notes enable row level security;
      alter table officer_notes force row level security;
      create function officer_note_is_open(application uuid, written timestamptz) returns boolean
        language plpgsql stable as $$
      begin
        return actor_is_system() or (current_setting('most.actor_kind', true) = 'person' and exists (
          select from applications a where a.id = application
            and a.applicant_id is distinct from actor_person() and not a.applicant_id = any (actor_acts_for())
            and not a.applicant_id = any (actor_tied_persons())
            and ((a.number is not null and (${byInstitution('home')} or (${byCountry('home')} and not ${APART})))
              or (a.transferred_at is not null and written >= a.transferred_at
                and (${byInstitution('host')} or (${byCountry('host')} and not ${APART}))))));
      end $$;
      create policy read on officer_notes for select using (officer_note_is_open(application_id, written_at));
      -- Nobody writes in another's name, and what was written stays as it is.
      create policy write on officer_notes for insert with check (
        ${SYSTEM} or (author_id = ${ME} and officer_note_is_open(application_id, written_at)));
      create policy forgotten_by_rule on officer_notes for delete using (${SYSTEM});
    `);
    // Whoever has a file should have acted by the instant: the same as custodyOf says of one. It steps behind the wall and
    // tells ids alone, which the list checks again; asked of each row, the wall would cost more than the whole list.
    await db.query(`
      create index nominations_promised on nominations (due_at)
        where state in ('home_endorsed', 'sent', 'waitlisted', 'no_answer');
      create index decision_sides_promised on decision_sides (due_at) where state in ('pending', 'in_review');
      create function overdue_applications(instant timestamptz) returns setof uuid language sql stable
        security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select a.id from applications a where a.due_at < instant and a.state <> 'eligible'
        union all
        select a.id from applications a where a.due_at < instant and a.state = 'eligible'
          and not exists (select from nominations n where n.application_id = a.id)
        union all
        select n.application_id from nominations n join applications a on a.id = n.application_id
          where n.state in ('home_endorsed', 'sent', 'waitlisted', 'no_answer') and n.due_at < instant
            and a.state = 'eligible'
        union all
        select d.subject_id from decision_sides s join decisions d on d.id = s.decision_id
          join applications a on a.id = d.subject_id and a.state = 'eligible'
          where d.subject_kind = 'application' and s.state in ('pending', 'in_review') and s.due_at < instant
            and not exists (select from decisions later where later.subject_kind = 'application'
              and later.subject_id = d.subject_id and later.opened_at > d.opened_at)
            -- A side that was returned lies with the institution that nominated, which promised nothing.
            and not exists (select from decision_sides r where r.decision_id = d.id and r.state = 'returned')
            and exists (select from nominations n where n.application_id = a.id and n.state = 'host_accepted')
        $$;
      revoke execute on function overdue_applications from public;
      grant execute on function overdue_applications to most_app;
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
      drop table officer_notes;
      drop function officer_note_is_open;
      drop function overdue_applications;
      drop index nominations_promised;
      drop index decision_sides_promised;
      drop index applications_by_call_waiting;
    `);
  }
}
