import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
/** Knows the truth of the table, and not what the actor sees of it. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/* Whoever is a party sees the file as one: what was found between them and it concerns them as a judge alone. */
const HOME = (a: string) => `(${a}.applicant_id::text = ${setting('person')} or (${a}.number is not null
  and (${among('home_keys', `${a}.home_institution_id`)} or ${among('home_keys', `${a}.home_unit_id`)}
    or ${among('home_keys', `${a}.home_country`)})))`;
const HOST = (a: string) => `(${a}.transferred_at is not null
  and (${among('host_keys', `${a}.host_institution_id`)} or ${among('host_keys', `${a}.host_unit_id`)}
    or ${among('host_keys', `${a}.host_country`)}))`;
const SUPPORTED = (a: string) => `(${a}.number is not null and ${setting('supports')} = 'yes')`;
/* Whoever wrote it together with its applicant is bound as they are, and reads it with them. */
const AUTHORS = (a: string) => `(${a}.co_authors <> '{}' and binds_actor(${a}.co_authors))`;
const SHARED = (a: string) =>
  `(${a}.co_applicants <> '{}' and ${setting('person')} = any (${a}.co_applicants::text[]))`;
const TIED = (
  a: string,
) => `(${among('acts_for', `${a}.applicant_id`)} or ${among('tied_persons', `${a}.applicant_id`)}
  or ${AUTHORS(a)} or coalesce(${among('tied_applications', `${a}.id`)}, false)
  or (${a}.independent_assessment and (coalesce(${among('tied_institutions', `${a}.home_institution_id`)}, false)
    or coalesce(${among('tied_institutions', `${a}.host_institution_id`)}, false))))`;

/**
 * What stands between those who assess and what they would assess: found in what people say of themselves, their works,
 * their letters and their institutions, kept with its evidence, and dismissed by a person with a reason. What binds and is
 * not dismissed shuts the file as a declared conflict does. And what reviewers say of themselves: fields, languages, bids.
 */
export class ConflictGraph1795400000044 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- What somebody published, by its DOI in small letters; given by themselves, or read from their ORCID record.
      create table person_works (
        person_id uuid not null references persons,
        doi text not null check (doi ~ '^10\\.[0-9]{4,9}/[!-~]+$' and doi = lower(doi) and length(doi) <= 255),
        source text not null check (source in ('entered', 'orcid')),
        added_at timestamptz not null,
        primary key (person_id, doi)
      );
      create index person_works_by_doi on person_works (doi);

      -- Whom somebody names as bound to them, by the address under which the other is known.
      create table person_ties (
        id uuid primary key,
        person_id uuid not null references persons,
        kind text not null check (kind in ('family', 'supervision')),
        name text not null check (length(name) between 1 and 200),
        email_key text not null check (email_key = lower(email_key) and length(email_key) <= 254),
        named_at timestamptz not null,
        ended_at timestamptz check (ended_at >= named_at)
      );
      create unique index person_ties_standing on person_ties (person_id, kind, email_key) where ended_at is null;
      create index person_ties_by_person on person_ties (person_id);
      create index person_ties_by_email on person_ties (email_key) where ended_at is null;

      -- In which fields and languages somebody can assess.
      create table reviewer_profiles (
        person_id uuid primary key references persons,
        orcid text check (orcid ~ '^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$'),
        fields text[] not null,
        languages text[] not null check (languages <@ array['sr', 'ru', 'en']),
        unit_id uuid references institution_units (id),
        saved_at timestamptz not null
      );
      create index reviewer_profiles_by_unit on reviewer_profiles (unit_id) where unit_id is not null;

      create table review_conflicts (
        id uuid primary key,
        reviewer_id uuid not null references persons,
        application_id uuid not null references applications,
        kind text not null check (kind in ('own_file', 'declared', 'family', 'supervision', 'co_author', 'same_unit',
          'home_institution', 'host_institution', 'referee', 'named')),
        -- In what it was found, what of it says so, and since when.
        source text not null check (source in ('file', 'declaration', 'reviewer', 'applicant', 'works', 'register', 'letter', 'form')),
        evidence text not null,
        since timestamptz,
        -- Shuts the file, or is to be looked at.
        binding boolean not null,
        found_at timestamptz not null,
        -- The evidence is gone. The same found again is found anew.
        ended_at timestamptz check (ended_at >= found_at),
        dismissed_at timestamptz check (dismissed_at >= found_at),
        dismissed_by uuid references persons,
        dismissal text check (length(dismissal) between 1 and 2000),
        check (num_nonnulls(dismissed_at, dismissed_by, dismissal) in (0, 3)),
        check (dismissed_by <> reviewer_id),
        -- Their own file, and what they said themselves, is nobody's to dismiss.
        check (dismissed_at is null or kind not in ('own_file', 'declared'))
      );
      create unique index review_conflicts_standing on review_conflicts (reviewer_id, application_id, kind, source, evidence)
        where ended_at is null;
      create index review_conflicts_by_reviewer on review_conflicts (reviewer_id);
      create index review_conflicts_by_application on review_conflicts (application_id);
      create index review_conflicts_by_dismisser on review_conflicts (dismissed_by) where dismissed_by is not null;
      -- What was found is never rewritten.
      revoke update, delete, truncate on review_conflicts from most_app;
      grant update (binding, ended_at, dismissed_at, dismissed_by, dismissal) on review_conflicts to most_app;

      create table review_bids (
        panel_id uuid not null references review_panels,
        application_id uuid not null references applications,
        reviewer_id uuid not null references persons,
        bid text not null check (bid in ('eager', 'can', 'rather_not')),
        said_at timestamptz not null,
        primary key (panel_id, application_id, reviewer_id)
      );
      create index review_bids_by_application on review_bids (application_id);
      create index review_bids_by_reviewer on review_bids (reviewer_id);
    `);

    await db.query(`
      alter type actor_ties add attribute applications uuid[];
    `);
    await db.query(`
      create or replace function ties_of_person(of_person uuid, instant timestamptz) returns actor_ties
        language plpgsql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      declare
        hands uuid[] := array[of_person];
        ties actor_ties;
      begin
        hands := hands || coalesce((select array_agg(g.acting_for) from grants_in_force(of_person, instant) g
          where g.acting_for is not null), '{}');
        ties.persons := (select array_agg(distinct c.about_id) from conflict_declarations c
          where c.person_id = any (hands) and c.declared_at <= instant and (c.lifted_at is null or c.lifted_at > instant));
        ties.institutions := (select array_agg(distinct i) from (
          select p.home_institution_id as i from persons p where p.id = any (hands)
          union all
          select g.institution_id from unnest(hands) hand cross join lateral grants_in_force(hand, instant) g) places
          where i is not null);
        ties.applications := (select array_agg(distinct c.application_id) from review_conflicts c
          where c.reviewer_id = any (hands) and c.binding and c.found_at <= instant
            and (c.ended_at is null or c.ended_at > instant) and (c.dismissed_at is null or c.dismissed_at > instant));
        return ties;
      end $$;

      create or replace function enter_act(kind text, person uuid, agent uuid, second_factor boolean, instant timestamptz)
        returns void language plpgsql as $$
      declare
        s actor_scopes;
        t actor_ties;
      begin
        perform set_config('role', 'most_app', true), set_config('most.actor_kind', kind, true),
          set_config('most.person', coalesce(person::text, ''), true),
          set_config('most.agent', coalesce(agent::text, ''), true);
        if kind = 'person' then s := scopes_of_person(person, second_factor, instant);
        elsif kind = 'client' then s := scopes_of_client(agent, instant);
        end if;
        perform set_config('most.home_institutions', coalesce(s.home_institutions::text, ''), true),
          set_config('most.host_institutions', coalesce(s.host_institutions::text, ''), true),
          set_config('most.home_units', coalesce(s.home_units::text, ''), true),
          set_config('most.host_units', coalesce(s.host_units::text, ''), true),
          set_config('most.officer_of', coalesce(s.officer_of::text, ''), true),
          set_config('most.commission_of', coalesce(s.commission_of::text, ''), true),
          set_config('most.administers', coalesce(s.administers::text, ''), true),
          set_config('most.signs_for', coalesce(s.signs_for::text, ''), true),
          set_config('most.reviews', coalesce(s.reviews::text, ''), true),
          set_config('most.panels', coalesce(s.panels::text, ''), true),
          set_config('most.programme_roles', coalesce(s.programme_roles::text, ''), true),
          set_config('most.acts_for', coalesce(s.acts_for::text, ''), true),
          set_config('most.home_keys',
            array_to_string(s.home_institutions::text[] || s.home_units::text[] || s.officer_of || s.commission_of, ' '), true),
          set_config('most.host_keys',
            array_to_string(s.host_institutions::text[] || s.host_units::text[] || s.officer_of || s.commission_of, ' '), true),
          set_config('most.assessment_keys', array_to_string(s.reviews::text[] || s.panels::text[], ' '), true),
          set_config('most.supports', case when 'support' = any (s.programme_roles) then 'yes' else '' end, true);
        -- Only whoever judges is asked what binds them: an applicant pays nothing for it.
        if kind = 'person' and num_nonnulls(s.home_institutions, s.host_institutions, s.home_units, s.host_units,
          s.officer_of, s.commission_of, s.reviews, s.panels) > 0 then t := ties_of_person(person, instant);
        end if;
        perform set_config('most.tied_persons', coalesce(t.persons::text, ''), true),
          set_config('most.tied_institutions', coalesce(t.institutions::text, ''), true),
          set_config('most.tied_applications', coalesce(t.applications::text, ''), true);
      end $$;

      create function actor_tied_applications() returns uuid[] language sql stable parallel safe as
        $$ select coalesce(nullif(current_setting('most.tied_applications', true), ''), '{}')::uuid[] $$;

      create or replace function actor_is_tied_to(application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from applications a where a.id = application
          and (a.applicant_id::text = ${setting('person')} or ${TIED('a')}));
      end $$;

      -- Beside what lets somebody in: as a judge nobody comes in where something was found.
      create policy found_conflict on applications as restrictive using (
        coalesce(${setting('tied_applications')}, '') = '' or not ${among('tied_applications', 'id')}
        or ${setting('actor_kind')} = 'system' or ${HOME('applications')} or ${HOST('applications')}
        or ${SUPPORTED('applications')} or ${SHARED('applications')});

      create function conflict_is_of_office(application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from applications a join review_panels p on p.call_id = a.call_id
          where a.id = application and panel_is_of_office(p.id));
      end $$;

      create policy own on person_works using (${SYSTEM} or person_id = ${ME});
      create policy own on person_ties using (${SYSTEM} or person_id = ${ME});
      create policy own on reviewer_profiles using (${SYSTEM} or person_id = ${ME});
      -- Never the reviewer themselves: what was found of them and a file tells whose it is.
      create policy read on review_conflicts for select using (
        ${SYSTEM} or (reviewer_id is distinct from ${ME} and conflict_is_of_office(application_id)));
      create policy find on review_conflicts for insert with check (${SYSTEM});
      create policy dismiss on review_conflicts for update using (
        ${SYSTEM} or (reviewer_id is distinct from ${ME} and conflict_is_of_office(application_id)))
        with check (${SYSTEM} or dismissed_by = ${ME});
      create policy forget on review_conflicts for delete using (${SYSTEM});
      create policy read on review_bids for select using (
        ${SYSTEM} or panel_is_of_office(panel_id)
        or (reviewer_id = ${ME} and panel_is_of_member(panel_id) and not actor_is_tied_to(application_id)));
      create policy say on review_bids for insert with check (
        ${SYSTEM} or (reviewer_id = ${ME} and panel_is_of_member(panel_id) and not actor_is_tied_to(application_id)));
      create policy say_anew on review_bids for update using (
        ${SYSTEM} or (reviewer_id = ${ME} and panel_is_of_member(panel_id) and not actor_is_tied_to(application_id)));
      create policy take_back on review_bids for delete using (
        ${SYSTEM} or (reviewer_id = ${ME} and panel_is_of_member(panel_id) and not actor_is_tied_to(application_id)));
    `);
    for (const table of [
      'person_works',
      'person_ties',
      'reviewer_profiles',
      'review_conflicts',
      'review_bids',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // Whoever is bound would read again what the older wall does not close to them.
    await db.query('do $$ begin raise exception $m$ found conflicts are not taken down $m$; end $$');
  }
}
