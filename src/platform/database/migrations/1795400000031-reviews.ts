import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
/** Knows the truth of the table, and not what the actor sees of it. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/* As conflicts have them, with one thing more: what is read without names is read at one door alone. */
const HOME = (a: string) => `(${a}.applicant_id::text = ${setting('person')} or (${a}.number is not null
  and (${among('home_keys', `${a}.home_institution_id`)} or ${among('home_keys', `${a}.home_unit_id`)}
    or ${among('home_keys', `${a}.home_country`)})))`;
const HOST = (a: string) => `(${a}.transferred_at is not null
  and (${among('host_keys', `${a}.host_institution_id`)} or ${among('host_keys', `${a}.host_unit_id`)}
    or ${among('host_keys', `${a}.host_country`)}))`;
const SUPPORTED = (a: string) => `(${a}.number is not null and ${setting('supports')} = 'yes')`;
const TIED = (
  a: string,
) => `(${among('acts_for', `${a}.applicant_id`)} or ${among('tied_persons', `${a}.applicant_id`)}
  or (${a}.independent_assessment and (coalesce(${among('tied_institutions', `${a}.home_institution_id`)}, false)
    or coalesce(${among('tied_institutions', `${a}.host_institution_id`)}, false))))`;
const ASSESSED = (a: string) => `(${a}.state in ('in_review', 'scored') and ${a}.number is not null
  and not ${a}.anonymous_reading
  and (${among('assessment_keys', `${a}.call_id`)} or ${among('assessment_keys', `${a}.panel_id`)}) and not ${TIED(a)})`;
const CONTENT = (a: string) =>
  `(${setting('actor_kind')} = 'system' or ${HOME(a)} or ${HOST(a)} or ${ASSESSED(a)})`;

/** The countries for which somebody sits in the commission, of a panel `p`: its own, or all that its call joins. */
const SITS = (p: string) => `(case when ${p}.country is null then exists (select from call_directions d
    where d.call_id = ${p}.call_id and (d.home_country = any (actor_commission_of()) or d.host_country = any (actor_commission_of())))
  else ${p}.country = any (actor_commission_of()) end)`;

/**
 * Panels that assess, who sits in them, who assesses which application, and what they said. A review that was handed in is
 * never changed: what is said later is another version beside it.
 */
export class Reviews1795400000031 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table review_panels
        -- For which side it assesses; null: for the whole call.
        add column country text references countries,
        add column phase text not null default 'bidding' check (phase in ('bidding', 'reviewing', 'discussion', 'closed')),
        add column phase_since timestamptz not null default now(),
        -- Until when reviews are due, where an assignment says nothing else.
        add column due_at timestamptz,
        add unique (call_id, country);
      create index review_panels_by_country on review_panels (country) where country is not null;
      revoke update, delete on review_panels from most_app;
      grant update (name, phase, phase_since, due_at) on review_panels to most_app;

      create table review_members (
        panel_id uuid not null references review_panels,
        person_id uuid not null references persons,
        lead boolean not null default false,
        -- At most so many applications; null: as many as the others.
        load_limit integer check (load_limit between 1 and 1000),
        added_at timestamptz not null,
        removed_at timestamptz,
        primary key (panel_id, person_id),
        check (removed_at >= added_at)
      );
      create index review_members_by_person on review_members (person_id);
      create unique index review_members_one_lead on review_members (panel_id) where lead and removed_at is null;

      create table review_assignments (
        id uuid primary key,
        panel_id uuid not null references review_panels,
        application_id uuid not null references applications,
        reviewer_id uuid not null references persons,
        state text not null check (state in ('assigned', 'accepted', 'submitted', 'declined', 'withdrawn', 'replaced')),
        state_since timestamptz not null,
        -- Null where the solver did it.
        assigned_by uuid references persons,
        assigned_at timestamptz not null,
        due_at timestamptz not null,
        reason text check (length(reason) between 1 and 2000),
        -- By the clock: before the day and on it.
        reminded_before_at timestamptz,
        reminded_due_at timestamptz,
        replaced_by uuid references review_assignments,
        check (reason is not null or state <> 'declined'),
        check ((state = 'replaced') = (replaced_by is not null)),
        check (replaced_by <> id)
      );
      create index review_assignments_by_panel on review_assignments (panel_id, application_id);
      create index review_assignments_by_application on review_assignments (application_id);
      create index review_assignments_by_reviewer on review_assignments (reviewer_id, state);
      create index review_assignments_by_assigner on review_assignments (assigned_by) where assigned_by is not null;
      create index review_assignments_by_successor on review_assignments (replaced_by) where replaced_by is not null;
      create index review_assignments_due on review_assignments (due_at) where state in ('assigned', 'accepted');
      -- Nobody assesses the same twice in one panel, unless they are out of it.
      create unique index review_assignments_once on review_assignments (panel_id, application_id, reviewer_id)
        where state in ('assigned', 'accepted', 'submitted');
      -- Who assesses what, and by whom it was given, is never rewritten.
      revoke update, delete, truncate on review_assignments from most_app;
      grant update (state, state_since, due_at, reason, reminded_before_at, reminded_due_at, replaced_by)
        on review_assignments to most_app;

      create table review_drafts (
        assignment_id uuid primary key references review_assignments,
        content jsonb not null check (jsonb_typeof(content) = 'object'),
        -- Grows with each save: what another tab has saved since is not overwritten silently.
        revision integer not null check (revision > 0),
        saved_at timestamptz not null
      );

      create table reviews (
        assignment_id uuid not null references review_assignments,
        version integer not null check (version > 0),
        content jsonb not null check (jsonb_typeof(content) = 'object'),
        -- Of 100, in thousandths, by the weights of the call.
        points integer not null check (points between 0 and 100000),
        recommendation text not null check (recommendation in ('support', 'support_with_reservations', 'not_support')),
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        submitted_at timestamptz not null,
        -- Why what was handed in is said anew.
        reason text check (length(reason) between 1 and 2000),
        primary key (assignment_id, version),
        check ((version = 1) = (reason is null))
      );
      -- No score is ever changed.
      revoke update, delete, truncate on reviews from most_app;

      -- Under which number those who assess know an application; not in the order of the submissions.
      create table review_pseudonyms (
        application_id uuid primary key references applications,
        call_id uuid not null references calls,
        number integer not null check (number > 0),
        unique (call_id, number)
      );
      revoke update, delete, truncate on review_pseudonyms from most_app;

      -- Whether those who assess read without names; as its call has it, because the walls are asked of each row.
      alter table applications add column anonymous_reading boolean not null default false;
      update applications a set anonymous_reading = true from calls c
        where c.id = a.call_id and jsonb_array_length(c.selection -> 'review' -> 'anonymous') > 0;
    `);

    await db.query(`
      create function panel_is_of_office(panel uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return 'programme_administrator' = any (actor_programme_roles())
          or exists (select from review_panels p where p.id = panel and ${SITS('p')});
      end $$;
      create function panel_is_of_member(panel uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from review_members m join review_panels p on p.id = m.panel_id
          where m.panel_id = panel and m.person_id = actor_person() and m.removed_at is null
            and (${among('assessment_keys', 'p.call_id')} or ${among('assessment_keys', 'p.id')}));
      end $$;
      create function panel_is_led_by_actor(panel uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return panel_is_of_member(panel) and exists (select from review_members m
          where m.panel_id = panel and m.person_id = actor_person() and m.removed_at is null and m.lead);
      end $$;
      -- Their own file, or one whose applicant or institution binds them. Never null.
      create function actor_is_tied_to(application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from applications a where a.id = application
          and (a.applicant_id::text = ${setting('person')} or ${TIED('a')}));
      end $$;
      create function assignment_is_of_actor(assignment uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from review_assignments r where r.id = assignment and r.reviewer_id = actor_person()
          and panel_is_of_member(r.panel_id) and not actor_is_tied_to(r.application_id));
      end $$;
      -- Whether somebody has not handed in yet what they assess beside others, or has.
      create function actor_owes_review(panel uuid, application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from review_assignments r where r.panel_id = panel and r.application_id = application
          and r.reviewer_id = actor_person() and r.state in ('assigned', 'accepted'));
      end $$;
      create function actor_gave_review(panel uuid, application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from review_assignments r where r.panel_id = panel and r.application_id = application
          and r.reviewer_id = actor_person() and r.state = 'submitted');
      end $$;
      -- What others said: to colleagues whose own is in, or who owe none once the panel discusses; to the commission.
      create function review_is_open(assignment uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from review_assignments r join review_panels p on p.id = r.panel_id
          where r.id = assignment and r.state = 'submitted' and not actor_is_tied_to(r.application_id) and (
            (panel_is_of_member(p.id) and (actor_gave_review(p.id, r.application_id)
              or (p.phase in ('discussion', 'closed') and not actor_owes_review(p.id, r.application_id))))
            or ${SITS('p')}
            or (p.phase = 'closed' and exists (select from call_directions d where d.call_id = p.call_id
              and (d.home_country = any (actor_commission_of()) or d.host_country = any (actor_commission_of()))))));
      end $$;

      create policy read on review_members for select using (
        ${SYSTEM} or person_id = ${ME} or panel_is_of_office(panel_id) or panel_is_of_member(panel_id));
      create policy keep on review_members for insert with check (${SYSTEM} or panel_is_of_office(panel_id));
      create policy change on review_members for update using (${SYSTEM} or panel_is_of_office(panel_id));
      create policy forget on review_members for delete using (${SYSTEM});

      create policy read on review_assignments for select using (
        ${SYSTEM} or panel_is_of_office(panel_id)
        or (panel_is_of_member(panel_id) and not actor_is_tied_to(application_id)
          and (reviewer_id = ${ME} or panel_is_led_by_actor(panel_id)))
        or review_is_open(id));
      create policy assign on review_assignments for insert with check (
        ${SYSTEM} or (panel_is_of_office(panel_id) and assigned_by = ${ME}));
      create policy lead on review_assignments for update using (
        ${SYSTEM} or panel_is_of_office(panel_id) or assignment_is_of_actor(id));
      create policy forget on review_assignments for delete using (${SYSTEM});

      -- What is being written is nobody's but its author's.
      create policy own on review_drafts using (${SYSTEM} or assignment_is_of_actor(assignment_id));
      create policy read on reviews for select using (
        ${SYSTEM} or assignment_is_of_actor(assignment_id) or review_is_open(assignment_id));
      create policy hand_in on reviews for insert with check (${SYSTEM} or assignment_is_of_actor(assignment_id));
      create policy kept on review_pseudonyms using (${SYSTEM});

      create or replace function application_content_is_open(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and ${CONTENT('a')});
      end $$;
      alter policy visible on applications using (${CONTENT('applications')} or ${SUPPORTED('applications')});
    `);
    for (const table of [
      'review_members',
      'review_assignments',
      'review_drafts',
      'reviews',
      'review_pseudonyms',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // Reviews would be lost, and a wall with them.
    await db.query('do $$ begin raise exception $m$ reviews are not taken down $m$; end $$');
  }
}
