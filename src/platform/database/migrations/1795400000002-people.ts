import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Countries that take part, institutions, people with their identities and roles, sessions, consents, transfers. */
export class People1795400000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table countries (
        code text primary key check (code ~ '^[A-Z]{2}$'),
        time_zone text not null,
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        -- The language of its official letters, and of people whose own is not known.
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        ministry jsonb not null
      );

      create table institutions (
        id uuid primary key,
        country text not null references countries,
        kind text not null check (kind in
          ('university', 'academy', 'institute', 'science_technology_centre', 'company')),
        slug text not null unique check (slug ~ '^[a-z0-9-]+$'),
        domain text unique,
        abbreviation text,
        name_native text not null,
        native_language text not null,
        name_sr_cyrl text,
        name_sr_latn text,
        name_ru text,
        name_en text not null,
        city_native text,
        city_sr_cyrl text,
        city_ru text,
        city_en text,
        federal_district text,
        website text,
        ror text unique,
        source text not null,
        checked_on date not null,
        search_key text not null
      );
      create index institutions_by_country on institutions (country, kind);
      create index institutions_search on institutions using gin (search_key gin_trgm_ops);

      create table persons (
        id uuid primary key,
        -- Where the person's record resides by law: the country of the provider that first vouched for them.
        country text not null references countries,
        native_family text not null,
        native_given text not null,
        native_language text not null,
        latin_family text,
        latin_given text,
        passport_family text,
        passport_given text,
        email text not null,
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        home_institution_id uuid references institutions,
        created_at timestamptz not null
      );
      create index persons_by_home_institution on persons (home_institution_id);
      create index persons_by_country on persons (country);

      create table identities (
        issuer text not null,
        subject text not null,
        person_id uuid not null references persons,
        provider_key text not null,
        email text,
        created_at timestamptz not null,
        last_sign_in_at timestamptz not null,
        primary key (issuer, subject)
      );
      create index identities_by_person on identities (person_id);

      create table role_grants (
        id uuid primary key,
        person_id uuid not null references persons,
        role text not null check (role in ('coordinator', 'ministry_officer', 'commission_member', 'reviewer',
          'programme_administrator', 'auditor')),
        institution_id uuid references institutions,
        country text references countries,
        reason text not null,
        granted_by uuid references persons,
        valid_from timestamptz not null,
        valid_until timestamptz,
        revoked_at timestamptz,
        check (person_id <> granted_by),
        check (valid_until is null or valid_until > valid_from),
        check ((role = 'coordinator') = (institution_id is not null)),
        check ((role in ('ministry_officer', 'commission_member')) = (country is not null))
      );
      create index role_grants_by_person on role_grants (person_id);
      create index role_grants_by_institution on role_grants (institution_id) where institution_id is not null;
      create index role_grants_by_country on role_grants (country) where country is not null;
      create index role_grants_by_granter on role_grants (granted_by) where granted_by is not null;

      create table web_sessions (
        sid varchar primary key,
        sess json not null,
        expire timestamp(6) not null
      );
      create index web_sessions_by_expiry on web_sessions (expire);
      comment on table web_sessions is 'Sessions of browsers; read before an actor is known, by their unguessable id only.';

      create table idempotency_keys (
        person_id uuid not null references persons,
        key text not null check (length(key) between 1 and 200),
        method_path text not null,
        body_hash text not null,
        status integer,
        answer jsonb,
        created_at timestamptz not null,
        primary key (person_id, key)
      );

      create table consents (
        id uuid primary key,
        person_id uuid not null references persons,
        purpose text not null,
        subject_kind text not null,
        subject_id uuid not null,
        text_version text not null,
        text_hash text not null,
        language text not null,
        given_at timestamptz not null,
        withdrawn_at timestamptz,
        check (withdrawn_at is null or withdrawn_at >= given_at)
      );
      create unique index consents_one_in_force on consents (person_id, purpose, subject_kind, subject_id)
        where withdrawn_at is null;
      create index consents_by_subject on consents (subject_kind, subject_id);
      create index consents_by_person on consents (person_id);

      create table transfers (
        id uuid primary key,
        person_id uuid not null references persons,
        subject_kind text not null,
        subject_id uuid not null,
        from_country text not null references countries,
        to_country text not null references countries,
        recipient_institution_id uuid references institutions,
        purpose text not null,
        legal_basis text not null,
        fields text[] not null check (cardinality(fields) > 0),
        act text not null,
        at timestamptz not null,
        check (from_country <> to_country)
      );
      create index transfers_by_person on transfers (person_id);
      create index transfers_by_subject on transfers (subject_kind, subject_id);
      create index transfers_by_recipient on transfers (recipient_institution_id);
      create index transfers_by_from on transfers (from_country);
      create index transfers_by_to on transfers (to_country);
      revoke update, delete, truncate on transfers from most_app;

      create table mail_messages (
        id uuid primary key,
        event_id bigint not null references outbox_events,
        person_id uuid not null references persons,
        address text not null,
        language text not null,
        template text not null,
        data jsonb not null,
        -- Fixed when queued, so that a mail that is sent again is recognised as the same.
        message_id text not null unique,
        state text not null check (state in ('queued', 'sent', 'failed')),
        queued_at timestamptz not null,
        sent_at timestamptz,
        check ((state = 'sent') = (sent_at is not null)),
        unique (event_id, person_id, template)
      );
      create index mail_messages_by_person on mail_messages (person_id);
    `);
    for (const table of [
      'persons',
      'identities',
      'role_grants',
      'idempotency_keys',
      'consents',
      'transfers',
      'mail_messages',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
    await db.query(`
      create policy own on identities using (actor_is_system() or person_id = actor_person());
      create policy own on role_grants using (actor_is_system() or person_id = actor_person()
        or 'programme_administrator' = any (actor_programme_roles()));
      create policy own on idempotency_keys using (actor_is_system() or person_id = actor_person());
      create policy own on mail_messages using (actor_is_system() or person_id = actor_person());
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop table mail_messages, transfers, consents, idempotency_keys, web_sessions, role_grants, identities, persons,
        institutions, countries;
    `);
  }
}
