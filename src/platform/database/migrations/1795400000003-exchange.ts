import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agreements, calls, applications with their nomination, decisions of two countries, files and letters. */
export class Exchange1795400000003 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table agreements (
        id uuid primary key,
        kind text not null check (kind in ('memorandum', 'inter_institutional')),
        reference text not null unique,
        title jsonb not null,
        parties jsonb not null,
        themes text[] not null,
        state text not null check (state in ('draft', 'proposed', 'in_force', 'expired', 'terminated')),
        text jsonb not null,
        text_hash text not null,
        signed_on date,
        in_force_from date,
        in_force_until date,
        check (state <> 'in_force' or (signed_on is not null and in_force_from is not null)),
        check (in_force_until is null or in_force_until > in_force_from)
      );
      create table agreement_quotas (
        id uuid primary key,
        agreement_id uuid not null references agreements,
        home_country text not null references countries,
        host_country text not null references countries,
        category text not null,
        academic_year text not null check (academic_year ~ '^[0-9]{4}/[0-9]{2}$'),
        persons integer not null check (persons >= 0),
        months integer not null check (months >= 0),
        committed integer not null default 0,
        check (committed between 0 and persons),
        check (home_country <> host_country),
        unique (agreement_id, home_country, host_country, category, academic_year)
      );
      create index agreement_quotas_by_home on agreement_quotas (home_country);
      create index agreement_quotas_by_host on agreement_quotas (host_country);

      create table calls (
        id uuid primary key,
        slug text not null unique check (slug ~ '^[a-z0-9-]+$'),
        category text not null check (category in
          ('student', 'professor', 'researcher', 'expert', 'staff', 'joint_project')),
        route text not null check (route in ('direct', 'ranked')),
        -- What a person decided; that it is open or closed follows from the clock and is never stored.
        state text not null check (state in
          ('draft', 'published', 'in_selection', 'provisional_published', 'final_published', 'standby', 'cancelled', 'archived')),
        title jsonb not null,
        summary jsonb not null,
        who_may_apply jsonb not null,
        funding jsonb not null,
        themes text[] not null,
        agreement_id uuid not null references agreements,
        academic_year text not null,
        time_zone text not null,
        opens_at timestamptz not null,
        closes_at timestamptz not null,
        grace_minutes integer not null default 0 check (grace_minutes between 0 and 1440),
        stay_from date not null,
        stay_until date not null,
        max_choices integer not null check (max_choices between 1 and 6),
        home_endorsement boolean not null default false,
        promises jsonb not null,
        form_version integer not null,
        published_hash text,
        published_at timestamptz,
        cancelled_reason text,
        search_key text not null,
        check (opens_at < closes_at),
        check (stay_from < stay_until),
        check (state = 'draft' or (published_hash is not null and published_at is not null)),
        check ((state = 'cancelled') = (cancelled_reason is not null))
      );
      create index calls_by_closing on calls (closes_at, id);
      create index calls_by_agreement on calls (agreement_id);
      create table call_directions (
        call_id uuid not null references calls,
        home_country text not null references countries,
        host_country text not null references countries,
        check (home_country <> host_country),
        primary key (call_id, home_country, host_country)
      );
      create index call_directions_by_home on call_directions (home_country);
      create index call_directions_by_host on call_directions (host_country);
      create table call_forms (
        call_id uuid not null references calls,
        version integer not null,
        definition jsonb not null,
        created_at timestamptz not null,
        primary key (call_id, version)
      );
      alter table calls add foreign key (id, form_version) references call_forms (call_id, version)
        deferrable initially deferred;
      create table call_places (
        id uuid primary key,
        call_id uuid not null references calls,
        institution_id uuid not null references institutions,
        field_code text not null check (field_code ~ '^[0-9]{2,4}$'),
        level integer check (level between 1 and 8),
        language text not null,
        language_level text not null check (language_level in ('A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NS')),
        months numeric(4, 1) not null check (months > 0),
        services jsonb,
        capacity integer not null check (capacity > 0),
        taken integer not null default 0,
        check (taken between 0 and capacity)
      );
      create index call_places_by_call on call_places (call_id);
      create index call_places_by_institution on call_places (institution_id);
    `);

    await db.query(`
      create table applications (
        id uuid primary key,
        call_id uuid not null references calls,
        form_version integer not null,
        applicant_id uuid not null references persons,
        home_country text not null references countries,
        home_institution_id uuid references institutions,
        host_country text references countries,
        host_institution_id uuid references institutions,
        state text not null check (state in ('draft', 'never_submitted', 'submitted', 'screening', 'eligible',
          'ineligible', 'returned', 'lapsed', 'in_review', 'scored', 'provisional', 'final', 'offered', 'accepted',
          'declined', 'offer_expired', 'offer_withdrawn', 'conditions_pending', 'confirmed', 'conditions_not_met',
          'deferred', 'withdrawn')),
        result text check (result in ('selected', 'reserve', 'not_selected')),
        reserve_number integer check (reserve_number > 0),
        state_since timestamptz not null,
        due_at timestamptz,
        number text unique,
        submissions integer not null default 0,
        submitted_at timestamptz,
        language text not null,
        returned_fields text[],
        return_reason text,
        closing_reason text,
        place_id uuid references call_places,
        -- From this instant the host side may see it (see transfers).
        transferred_at timestamptz,
        version integer not null default 1,
        search_key text not null default '',
        created_at timestamptz not null,
        foreign key (call_id, form_version) references call_forms (call_id, version),
        -- What a state implies about the columns.
        check ((number is null) = (submitted_at is null)),
        check (number is null or number ~ '^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$'),
        check (state in ('draft', 'never_submitted', 'withdrawn') or number is not null),
        check (number is null or (home_institution_id is not null and submissions > 0)),
        check ((state = 'returned') = (returned_fields is not null)),
        check (state <> 'returned' or (cardinality(returned_fields) > 0 and return_reason is not null and due_at is not null)),
        check (state not in ('provisional', 'final') or result is not null),
        check ((result = 'reserve') = (reserve_number is not null)),
        check (state not in ('offered', 'accepted', 'conditions_pending', 'confirmed', 'deferred')
          or (place_id is not null and result = 'selected' and transferred_at is not null)),
        check (state <> 'offered' or due_at is not null),
        check (state <> 'ineligible' or closing_reason is not null),
        check ((host_institution_id is null) = (host_country is null)),
        check (host_country is null or host_country <> home_country),
        check (transferred_at is null or host_institution_id is not null)
      );
      -- One application of a person for a call; one that was withdrawn makes room for another.
      create unique index applications_one_per_call on applications (call_id, applicant_id) where state <> 'withdrawn';
      create index applications_by_applicant on applications (applicant_id);
      create index applications_by_home on applications (home_institution_id, state, state_since, id);
      create index applications_by_host on applications (host_institution_id, state, state_since, id)
        where transferred_at is not null;
      create index applications_by_home_country on applications (home_country, state, state_since, id);
      create index applications_by_host_country on applications (host_country, state, state_since, id)
        where transferred_at is not null;
      create index applications_by_place on applications (place_id) where place_id is not null;
      create index applications_by_form on applications (call_id, form_version);
      create index applications_due on applications (due_at) where due_at is not null;
      create index applications_search on applications using gin (search_key gin_trgm_ops);

      create table application_sections (
        application_id uuid not null references applications,
        section text not null,
        answers jsonb not null,
        -- Grows with each save: a page that was opened before another save is told so and overwrites nothing.
        revision integer not null check (revision > 0),
        saved_at timestamptz not null,
        primary key (application_id, section)
      );
      create table application_choices (
        application_id uuid not null references applications,
        rank integer not null check (rank between 1 and 6),
        place_id uuid not null references call_places,
        primary key (application_id, rank),
        unique (application_id, place_id)
      );
      create index application_choices_by_place on application_choices (place_id);
      create table application_submissions (
        id uuid primary key,
        application_id uuid not null references applications,
        ordinal integer not null check (ordinal > 0),
        at timestamptz not null,
        language text not null,
        form_version integer not null,
        -- The questions in their wording with the answers, the choices, the documents with their hashes, the consents.
        content jsonb not null,
        content_hash text not null,
        unique (application_id, ordinal)
      );
      revoke update, delete, truncate on application_submissions from most_app;

      create table nominations (
        id uuid primary key,
        application_id uuid not null references applications,
        place_id uuid not null references call_places,
        person_id uuid not null references persons,
        home_institution_id uuid not null references institutions,
        host_institution_id uuid not null references institutions,
        state text not null check (state in ('proposed', 'home_endorsed', 'home_confirmed', 'sent', 'host_accepted',
          'waitlisted', 'returned', 'rejected', 'no_answer', 'cancelled')),
        state_since timestamptz not null,
        due_at timestamptz,
        proposed_by uuid not null references persons,
        endorsement text,
        answered_by uuid references persons,
        reason_code text,
        reason_text text,
        replaces_id uuid references nominations,
        created_at timestamptz not null,
        check (home_institution_id <> host_institution_id),
        check (state not in ('host_accepted', 'waitlisted', 'returned', 'rejected') or answered_by is not null),
        check (state not in ('returned', 'rejected') or (reason_code is not null and reason_text is not null)),
        check (state <> 'sent' or due_at is not null)
      );
      create unique index nominations_one_alive on nominations (application_id)
        where state not in ('rejected', 'cancelled', 'returned');
      create index nominations_by_application on nominations (application_id);
      create index nominations_by_place on nominations (place_id);
      create index nominations_by_person on nominations (person_id);
      create index nominations_by_home on nominations (home_institution_id);
      create index nominations_by_host on nominations (host_institution_id);
      create index nominations_by_proposer on nominations (proposed_by);
      create index nominations_by_answerer on nominations (answered_by);
      create index nominations_by_replaced on nominations (replaces_id);

      create table decisions (
        id uuid primary key,
        subject_kind text not null,
        subject_id uuid not null,
        -- What exactly is decided: the hash of the subject's content at the time it was put before both.
        subject_hash text not null,
        home_country text not null references countries,
        host_country text not null references countries,
        -- Who prepared it: they never decide on it.
        preparers uuid[] not null,
        opened_at timestamptz not null,
        closed_at timestamptz,
        check (home_country <> host_country),
        unique (subject_kind, subject_id, subject_hash)
      );
      create index decisions_by_home on decisions (home_country);
      create index decisions_by_host on decisions (host_country);
      create table decision_sides (
        decision_id uuid not null references decisions,
        country text not null references countries,
        side text not null check (side in ('home', 'host')),
        state text not null check (state in
          ('pending', 'in_review', 'approved', 'approved_with_conditions', 'returned', 'rejected')),
        state_since timestamptz not null,
        due_at timestamptz not null,
        decided_by uuid references persons,
        reason_code text,
        reason_text text,
        conditions text[] not null default '{}',
        check (state in ('pending', 'in_review') or decided_by is not null),
        check (state not in ('returned', 'rejected') or (reason_code is not null and reason_text is not null)),
        check ((state = 'approved_with_conditions') = (cardinality(conditions) > 0)),
        primary key (decision_id, country),
        unique (decision_id, side)
      );
      create index decision_sides_by_country on decision_sides (country, state, due_at, decision_id);
      create index decision_sides_by_decider on decision_sides (decided_by) where decided_by is not null;

      -- The pair's outcome is derived here and nowhere stored.
      create view decision_outcomes with (security_invoker = true) as
        select decision_id,
          case
            when count(*) filter (where state in ('approved', 'approved_with_conditions')) = 2 then 'agreed_yes'
            when count(*) filter (where state = 'rejected') = 2 then 'agreed_no'
            when count(*) filter (where state in ('approved', 'approved_with_conditions')) = 1
              and count(*) filter (where state = 'rejected') = 1 then 'divergent'
            else 'open'
          end as outcome
        from decision_sides group by decision_id;

      create table uploads (
        id uuid primary key,
        subject_kind text not null,
        subject_id uuid not null,
        requirement text not null,
        version integer not null check (version > 0),
        owner_id uuid not null references persons,
        file_name text not null,
        media_type text not null,
        size_bytes integer not null check (size_bytes > 0),
        pages integer check (pages > 0),
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        storage_key text not null,
        scan text not null check (scan in ('clean', 'not_scanned')),
        uploaded_at timestamptz not null,
        removed_at timestamptz,
        unique (subject_kind, subject_id, requirement, version)
      );
      create unique index uploads_one_current on uploads (subject_kind, subject_id, requirement) where removed_at is null;
      create index uploads_by_owner on uploads (owner_id);

      create table issued_documents (
        id uuid primary key,
        kind text not null check (kind in ('award_letter')),
        number text not null unique,
        check_code text not null,
        subject_kind text not null,
        subject_id uuid not null,
        holder_id uuid not null references persons,
        -- What the public page tells to whoever holds number and code: no more than the letter's reader sees anyway.
        verification jsonb not null,
        content jsonb not null,
        issued_at timestamptz not null,
        revoked_at timestamptz,
        storage_key text,
        sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
        check ((storage_key is null) = (sha256 is null)),
        unique (kind, subject_kind, subject_id)
      );
      create index issued_documents_by_holder on issued_documents (holder_id);
    `);

    for (const table of [
      'applications',
      'application_sections',
      'application_choices',
      'application_submissions',
      'nominations',
      'decisions',
      'decision_sides',
      'uploads',
      'issued_documents',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }

    // The second wall. The first one, the policy's list filter, is built of the same functions (applications.policy.ts).
    await db.query(`
      create policy visible on applications using (
        actor_is_system()
        or applicant_id = actor_person()
        or (number is not null and home_institution_id = any (actor_coordinates()))
        or (number is not null and home_country = any (actor_officer_of() || actor_commission_of()))
        or (transferred_at is not null and host_institution_id = any (actor_coordinates()))
        or (transferred_at is not null and host_country = any (actor_officer_of() || actor_commission_of()))
      );
      -- Whether the row that something belongs to is visible: its own policy answers, since this runs with the caller's rights.
      create function subject_is_visible(kind text, id uuid) returns boolean language sql stable as $$
        select case kind
          when 'application' then exists (select from applications a where a.id = $2)
          when 'call' then true
          when 'agreement' then true
          else false
        end
      $$;
      create policy of_application on application_sections using (subject_is_visible('application', application_id));
      create policy of_application on application_choices using (subject_is_visible('application', application_id));
      create policy of_application on application_submissions using (subject_is_visible('application', application_id));
      create policy of_application on nominations using (subject_is_visible('application', application_id));
      create policy of_subject on decisions using (actor_is_system() or subject_is_visible(subject_kind, subject_id));
      create policy of_decision on decision_sides using (exists (select from decisions d where d.id = decision_id));
      create policy of_subject on uploads using (actor_is_system() or subject_is_visible(subject_kind, subject_id));
      create policy of_subject on issued_documents using (
        actor_is_system() or holder_id = actor_person() or subject_is_visible(subject_kind, subject_id));
      create policy of_subject on consents using (
        actor_is_system() or person_id = actor_person() or subject_is_visible(subject_kind, subject_id));
      create policy of_subject on transfers using (
        actor_is_system() or person_id = actor_person() or subject_is_visible(subject_kind, subject_id));
      create policy known on persons using (
        actor_is_system() or id = actor_person()
        or exists (select from applications a where a.applicant_id = persons.id));

      -- A letter is verified by whoever holds its number and code, without an account: one row, by an exact pair.
      create function verify_letter(letter_number text, letter_code text)
        returns table (number text, verification jsonb, issued_at timestamptz, revoked_at timestamptz, sha256 text)
        language sql stable security definer set search_path = public, pg_temp as $$
          select number, verification, issued_at, revoked_at, sha256 from issued_documents
          where issued_documents.number = letter_number and check_code = letter_code
      $$;
      revoke execute on function verify_letter from public;
      grant execute on function verify_letter to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop policy of_subject on consents;
      drop policy of_subject on transfers;
      drop policy known on persons;
      drop function verify_letter;
      drop table issued_documents, uploads cascade;
      drop view decision_outcomes;
      drop table decision_sides, decisions, nominations, application_submissions, application_choices,
        application_sections, applications cascade;
      drop function subject_is_visible;
      alter table calls drop constraint calls_id_form_version_fkey;
      drop table call_places, call_forms, call_directions, calls, agreement_quotas, agreements cascade;
    `);
  }
}
