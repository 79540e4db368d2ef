import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Roles with their scopes, grants with a history, deputies, invitations and proposals; units and panels as scopes; links
 * without an account; passkeys; other systems as clients; identity providers that administrators enter.
 */
export class Roles1795400000008 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The same table as ROLE_TABLE in src/shared/actor.ts; a test compares them.
      create table roles (
        role text primary key,
        scope text not null check (scope in ('self', 'letter', 'call', 'institution', 'country', 'programme')),
        second_factor boolean not null
      );
      insert into roles values
        ('applicant', 'self', false), ('referee', 'letter', false), ('reviewer', 'call', false),
        ('coordinator', 'institution', true), ('signatory', 'institution', true),
        ('institution_administrator', 'institution', true), ('integration_client', 'institution', false),
        ('ministry_officer', 'country', true), ('commission_member', 'country', true),
        ('commission_secretary', 'country', true), ('programme_administrator', 'programme', true),
        ('auditor', 'programme', false), ('support', 'programme', true);
      revoke insert, update, delete, truncate on roles from most_app;

      create table institution_units (
        id uuid primary key,
        institution_id uuid not null references institutions,
        name jsonb not null,
        created_at timestamptz not null,
        closed_at timestamptz,
        unique (institution_id, id)
      );
      create index institution_units_by_institution on institution_units (institution_id);

      create table review_panels (
        id uuid primary key,
        call_id uuid not null references calls,
        name jsonb not null,
        created_at timestamptz not null,
        unique (call_id, id)
      );
      create index review_panels_by_call on review_panels (call_id);

      alter table applications
        add column home_unit_id uuid,
        add column host_unit_id uuid,
        add column panel_id uuid,
        add foreign key (home_institution_id, home_unit_id) references institution_units (institution_id, id),
        add foreign key (host_institution_id, host_unit_id) references institution_units (institution_id, id),
        add foreign key (call_id, panel_id) references review_panels (call_id, id),
        add check (home_unit_id is null or home_institution_id is not null),
        add check (host_unit_id is null or host_institution_id is not null);
      create index applications_by_home_unit on applications (home_institution_id, home_unit_id) where home_unit_id is not null;
      create index applications_by_host_unit on applications (host_institution_id, host_unit_id) where host_unit_id is not null;
      create index applications_by_panel on applications (call_id, panel_id) where panel_id is not null;
    `);

    await db.query(`
      alter table role_grants
        drop constraint role_grants_role_check,
        drop constraint role_grants_check2,
        drop constraint role_grants_check3,
        add foreign key (role) references roles,
        add column unit_id uuid,
        add column side text check (side in ('home', 'host')),
        add column call_id uuid references calls,
        add column panel_id uuid,
        -- A deputy's grant names the grant that it stands on, and the person for whom it acts.
        add column deputy_of uuid references role_grants,
        add column acting_for uuid references persons,
        add column needs_confirmation boolean not null default false,
        add column confirmed_by uuid references persons,
        add column confirmed_at timestamptz,
        add column revoked_by uuid references persons,
        add column revoke_reason text,
        add column created_at timestamptz not null default now(),
        add foreign key (institution_id, unit_id) references institution_units (institution_id, id),
        add foreign key (call_id, panel_id) references review_panels (call_id, id);
      -- A reviewer of everything is none: what was granted without a call ends here.
      update role_grants set revoked_at = greatest(now(), valid_from), revoke_reason = 'scope'
        where role = 'reviewer' and revoked_at is null;
      alter table role_grants
        add check (role not in ('applicant', 'referee', 'integration_client')),
        add check ((role in ('coordinator', 'signatory', 'institution_administrator')) = (institution_id is not null)),
        add check ((role in ('ministry_officer', 'commission_member', 'commission_secretary')) = (country is not null)),
        add check (call_id is null or role = 'reviewer'),
        add check (role <> 'reviewer' or call_id is not null or revoked_at is not null),
        add check ((unit_id is null and side is null) or role = 'coordinator'),
        add check (panel_id is null or call_id is not null),
        add check ((deputy_of is null) = (acting_for is null)),
        add check (acting_for <> person_id),
        add check (deputy_of is null or valid_until is not null),
        add check ((confirmed_by is null) = (confirmed_at is null)),
        add check (confirmed_by is null or (needs_confirmation and confirmed_by <> granted_by and confirmed_by <> person_id)),
        add check (revoked_by is null or revoked_at is not null);
      create index role_grants_by_call on role_grants (call_id) where call_id is not null;
      create index role_grants_by_unit on role_grants (institution_id, unit_id) where unit_id is not null;
      create index role_grants_by_panel on role_grants (call_id, panel_id) where panel_id is not null;
      create index role_grants_by_role on role_grants (role);
      create index role_grants_by_origin on role_grants (deputy_of) where deputy_of is not null;
      create index role_grants_by_principal on role_grants (acting_for) where acting_for is not null;
      create index role_grants_by_confirmer on role_grants (confirmed_by) where confirmed_by is not null;
      create index role_grants_by_revoker on role_grants (revoked_by) where revoked_by is not null;
      -- A grant is confirmed or revoked, and never rewritten.
      revoke update, delete, truncate on role_grants from most_app;
      grant update (confirmed_by, confirmed_at, revoked_at, revoked_by, revoke_reason) on role_grants to most_app;
    `);

    await db.query(`
      create table role_invitations (
        id uuid primary key,
        email text not null,
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        role text not null references roles,
        institution_id uuid references institutions,
        unit_id uuid,
        side text check (side in ('home', 'host')),
        country text references countries,
        call_id uuid references calls,
        panel_id uuid,
        reason text not null,
        valid_from timestamptz not null,
        valid_until timestamptz,
        invited_by uuid not null references persons,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        accepted_at timestamptz,
        accepted_by uuid references persons,
        grant_id uuid references role_grants,
        withdrawn_at timestamptz,
        withdrawn_by uuid references persons,
        check (expires_at > created_at),
        check ((accepted_at is null) = (accepted_by is null)),
        check (accepted_at is null or withdrawn_at is null),
        foreign key (institution_id, unit_id) references institution_units (institution_id, id),
        foreign key (call_id, panel_id) references review_panels (call_id, id)
      );
      create index role_invitations_by_inviter on role_invitations (invited_by);
      create index role_invitations_by_institution on role_invitations (institution_id);
      create index role_invitations_by_country on role_invitations (country);
      create index role_invitations_by_unit on role_invitations (institution_id, unit_id) where unit_id is not null;
      create index role_invitations_by_call on role_invitations (call_id) where call_id is not null;
      create index role_invitations_by_panel on role_invitations (call_id, panel_id) where panel_id is not null;
      create index role_invitations_by_role on role_invitations (role);
      create index role_invitations_by_accepter on role_invitations (accepted_by) where accepted_by is not null;
      create index role_invitations_by_grant on role_invitations (grant_id) where grant_id is not null;
      create index role_invitations_by_withdrawer on role_invitations (withdrawn_by) where withdrawn_by is not null;

      -- What a provider's claim suggests; only a person grants it.
      create table role_proposals (
        id uuid primary key,
        person_id uuid not null references persons,
        role text not null references roles,
        institution_id uuid not null references institutions,
        provider_key text not null,
        claim text not null,
        proposed_at timestamptz not null,
        settled_at timestamptz,
        settled_by uuid references persons,
        grant_id uuid references role_grants,
        check ((settled_at is null) = (settled_by is null)),
        check (grant_id is null or settled_at is not null),
        unique (person_id, role, institution_id)
      );
      create index role_proposals_by_role on role_proposals (role);
      create index role_proposals_by_institution on role_proposals (institution_id);
      create index role_proposals_by_settler on role_proposals (settled_by) where settled_by is not null;
      create index role_proposals_by_grant on role_proposals (grant_id) where grant_id is not null;

      -- A link acts without an account: for one purpose, on one thing, once, until it expires.
      create table signed_links (
        id uuid primary key,
        purpose text not null check (purpose ~ '^[a-z_]{1,40}$'),
        subject_kind text not null,
        subject_id uuid not null,
        created_by uuid references persons,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        revoked_at timestamptz,
        check (expires_at > created_at)
      );
      create index signed_links_by_subject on signed_links (subject_kind, subject_id);
      create index signed_links_by_creator on signed_links (created_by) where created_by is not null;

      create table passkeys (
        id uuid primary key,
        person_id uuid not null references persons,
        credential_id text not null unique,
        public_key bytea not null,
        -- Of the authenticator; one that goes back tells of a copy.
        counter bigint not null check (counter >= 0),
        transports text[] not null default '{}',
        synced boolean not null,
        label text not null check (length(label) between 1 and 80),
        created_at timestamptz not null,
        last_used_at timestamptz,
        removed_at timestamptz,
        removed_by uuid references persons,
        remove_reason text,
        check ((removed_at is null) = (removed_by is null))
      );
      create index passkeys_by_person on passkeys (person_id);
      create index passkeys_by_remover on passkeys (removed_by) where removed_by is not null;

      create table integration_clients (
        id uuid primary key,
        institution_id uuid not null references institutions,
        name text not null check (length(name) between 1 and 120),
        issuer text not null,
        subject text not null,
        scopes text[] not null check (cardinality(scopes) > 0),
        reason text not null,
        granted_by uuid not null references persons,
        created_at timestamptz not null,
        valid_until timestamptz,
        revoked_at timestamptz,
        revoked_by uuid references persons,
        check (valid_until is null or valid_until > created_at),
        check (revoked_by is null or revoked_at is not null)
      );
      create unique index integration_clients_one_in_force on integration_clients (issuer, subject) where revoked_at is null;
      create index integration_clients_by_institution on integration_clients (institution_id);
      create index integration_clients_by_granter on integration_clients (granted_by);
      create index integration_clients_by_revoker on integration_clients (revoked_by) where revoked_by is not null;

      -- Those of the settings' file are not here: an operator keeps them. A version takes effect when a second
      -- administrator has confirmed it, and the one before it ends then.
      create table identity_providers (
        id uuid primary key,
        key text not null check (key ~ '^[a-z0-9-]{1,40}$'),
        country text not null references countries,
        entry jsonb not null,
        -- Sealed under a key of the settings: the database alone does not give it away.
        client_secret bytea,
        reason text not null,
        proposed_by uuid not null references persons,
        proposed_at timestamptz not null,
        confirmed_by uuid references persons,
        confirmed_at timestamptz,
        ended_at timestamptz,
        ended_by uuid references persons,
        check ((confirmed_by is null) = (confirmed_at is null)),
        check (confirmed_by <> proposed_by)
      );
      create unique index identity_providers_one_in_force on identity_providers (key)
        where confirmed_at is not null and ended_at is null;
      create index identity_providers_by_country on identity_providers (country);
      create index identity_providers_by_proposer on identity_providers (proposed_by);
      create index identity_providers_by_confirmer on identity_providers (confirmed_by) where confirmed_by is not null;
      create index identity_providers_by_ender on identity_providers (ended_by) where ended_by is not null;

      alter table idempotency_keys drop constraint idempotency_keys_person_id_fkey;
      alter table idempotency_keys rename column person_id to actor_id;

      alter table audit_entries
        drop constraint audit_entries_actor_kind_check,
        drop constraint audit_entries_check,
        -- In which role it was done, and for whom where a deputy did it.
        add column role text,
        add column acting_for uuid,
        add check (actor_kind in ('anonymous', 'person', 'client', 'link', 'system')),
        add check ((actor_kind in ('person', 'client', 'link')) = (actor_id is not null));
      create index audit_entries_by_principal on audit_entries (acting_for, id) where acting_for is not null;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table audit_entries drop column role, drop column acting_for;
      alter table idempotency_keys rename column actor_id to person_id;
      drop table identity_providers, integration_clients, passkeys, signed_links, role_proposals, role_invitations;
      alter table applications drop column home_unit_id, drop column host_unit_id, drop column panel_id;
      alter table role_grants drop column unit_id, drop column side, drop column call_id, drop column panel_id,
        drop column deputy_of, drop column acting_for, drop column needs_confirmation, drop column confirmed_by,
        drop column confirmed_at, drop column revoked_by, drop column revoke_reason, drop column created_at;
      drop table review_panels, institution_units;
      alter table role_grants drop constraint role_grants_role_fkey;
      drop table roles;
    `);
  }
}
