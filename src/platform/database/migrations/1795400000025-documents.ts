import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = "current_setting('most.actor_kind', true) = 'system'";
const isKey = (column: string) =>
  `coalesce(strpos(current_setting('most.home_keys', true), a.${column}) > 0, false)`;

/**
 * What is found of each document of an application, and the documents that come after its submission. The home side sees
 * all of it; the host and the reviewers see a supplement once it was accepted, and of the checking itself nothing. And
 * files that arrive in parts.
 */
export class Documents1795400000025 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table application_documents (
        application_id uuid not null references applications,
        requirement text not null check (length(requirement) between 1 and 100),
        state text not null check (state in ('missing', 'uploaded', 'accepted', 'to_be_corrected', 'waived')),
        state_since timestamptz not null,
        upload_id uuid references uploads,
        reason text check (length(reason) between 1 and 4000),
        due_at timestamptz,
        decided_by uuid references persons,
        -- For whom, where a deputy decided.
        decided_for uuid references persons,
        reminded_at timestamptz,
        overdue_told_at timestamptz,
        primary key (application_id, requirement),
        check (state <> 'to_be_corrected' or (reason is not null and due_at is not null)),
        check (state <> 'waived' or reason is not null),
        check ((state = 'accepted') = (upload_id is not null)),
        check (state not in ('accepted', 'to_be_corrected', 'waived') or decided_by is not null),
        check (decided_for <> decided_by)
      );
      create index application_documents_by_upload on application_documents (upload_id) where upload_id is not null;
      create index application_documents_by_decider on application_documents (decided_by) where decided_by is not null;
      create index application_documents_by_principal on application_documents (decided_for)
        where decided_for is not null;
      create index application_documents_due on application_documents (due_at)
        where state in ('missing', 'to_be_corrected') and due_at is not null;

      create table application_supplements (
        id uuid primary key,
        application_id uuid not null references applications,
        requirement text not null check (length(requirement) between 1 and 100),
        upload_id uuid not null unique references uploads,
        replaces_id uuid references uploads,
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        asked_because text check (length(asked_because) between 1 and 4000),
        given_by uuid not null references persons,
        given_at timestamptz not null,
        accepted_at timestamptz,
        accepted_by uuid references persons,
        check (replaces_id <> upload_id),
        check ((accepted_at is null) = (accepted_by is null)),
        check (accepted_by <> given_by)
      );
      create index application_supplements_by_application on application_supplements (application_id, given_at);
      create index application_supplements_by_replaced on application_supplements (replaces_id)
        where replaces_id is not null;
      create index application_supplements_by_giver on application_supplements (given_by);
      create index application_supplements_by_accepter on application_supplements (accepted_by)
        where accepted_by is not null;
      -- What was given stays as it was given; that it was accepted is added once.
      revoke update, delete, truncate on application_supplements from most_app;
      grant update (accepted_at, accepted_by) on application_supplements to most_app;

      -- A file on its way, in parts: the parts lie in the file store, sealed like every file, until it is whole.
      create table partial_uploads (
        id uuid primary key,
        owner_id uuid not null references persons,
        subject_kind text not null,
        subject_id uuid not null,
        requirement text not null check (length(requirement) between 1 and 100),
        file_name text not null check (length(file_name) between 1 and 1000),
        length integer not null check (length between 1 and 20971520),
        received integer not null default 0,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        finished_at timestamptz,
        upload_id uuid references uploads,
        check (received between 0 and length),
        check ((finished_at is null) = (upload_id is null)),
        check (finished_at is null or received = length)
      );
      create index partial_uploads_by_owner on partial_uploads (owner_id);
      create index partial_uploads_by_upload on partial_uploads (upload_id) where upload_id is not null;
      create index partial_uploads_expiring on partial_uploads (expires_at);
      create table partial_upload_parts (
        partial_id uuid not null references partial_uploads on delete cascade,
        start integer not null check (start >= 0),
        length integer not null check (length > 0),
        storage_key text not null unique check (storage_key ~ '^[0-9a-f]{64}$'),
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        primary key (partial_id, start)
      );

      create function application_is_of_home(application uuid) returns boolean language plpgsql stable as $$
      begin
        return ${SYSTEM} or exists (select from applications a where a.id = application
          and (a.applicant_id = actor_person() or (a.number is not null and (${isKey('home_institution_id::text')}
            or ${isKey('home_unit_id::text')} or ${isKey('home_country')}))));
      end $$;
      -- Whoever checks is of the home institution, and checks nothing of their own or of whom they act for or are bound to.
      create function application_is_checked_by_actor(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and a.number is not null
          and (${isKey('home_institution_id::text')} or ${isKey('home_unit_id::text')})
          and a.applicant_id is distinct from actor_person() and not a.applicant_id = any (actor_acts_for())
          and not a.applicant_id = any (actor_tied_persons()));
      end $$;
    `);
    const decides = `(${SYSTEM} or application_is_checked_by_actor(application_id)
      or (application_is_of_actor(application_id) and state in ('missing', 'uploaded')))`;
    await db.query(`
      create policy read on application_documents for select using (application_is_of_home(application_id));
      create policy begin_with on application_documents for insert with check (${decides});
      create policy lead on application_documents for update using (application_is_of_home(application_id))
        with check (${decides});
      create policy forget on application_documents for delete using (${SYSTEM});

      create policy read on application_supplements for select using (application_is_of_home(application_id)
        or (accepted_at is not null and application_content_is_open(application_id)));
      create policy give on application_supplements for insert with check (
        ${SYSTEM} or (given_by = actor_person() and accepted_at is null and application_is_of_actor(application_id)));
      create policy accept on application_supplements for update
        using (${SYSTEM} or (accepted_at is null and application_is_checked_by_actor(application_id)))
        with check (${SYSTEM} or application_is_checked_by_actor(application_id));
      create policy forget on application_supplements for delete using (${SYSTEM});
    `);
    await db.query(`
      create policy own on partial_uploads using (${SYSTEM} or owner_id = actor_person());
      create policy own on partial_upload_parts using (${SYSTEM} or exists (
        select from partial_uploads p where p.id = partial_id and p.owner_id = actor_person()));
    `);
    for (const table of [
      'application_documents',
      'application_supplements',
      'partial_uploads',
      'partial_upload_parts',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // What was accepted, and what was given after the submission, would be lost.
    await db.query(
      'do $$ begin raise exception $m$ documents that came after the submission are not taken down $m$; end $$',
    );
  }
}
