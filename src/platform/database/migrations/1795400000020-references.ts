import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = "current_setting('most.actor_kind', true) = 'system'";
const isLink = (column: string) =>
  `(current_setting('most.actor_kind', true) = 'link' and ${column}::text = current_setting('most.agent', true))`;

/**
 * Letters of reference. The request is the applicant's and is seen by the readers of the file; the letter is apart from
 * it, because the one for whom it is written may be promised not to read it. A referee has no account: their link is all
 * that the database knows of them.
 */
export class References1795400000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table reference_requests (
        id uuid primary key,
        application_id uuid not null references applications,
        state text not null check (state in
          ('invited', 'opened', 'received', 'declined', 'expired', 'withdrawn', 'replaced')),
        state_since timestamptz not null,
        name text not null check (length(name) between 1 and 200),
        email text not null check (length(email) between 3 and 254),
        -- The same address in whatever capitals it is written.
        email_key text not null,
        relation text not null check (relation in ('teacher', 'supervisor', 'manager', 'colleague', 'other')),
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        confidential boolean not null,
        due_at timestamptz not null,
        link_id uuid not null unique references signed_links,
        created_at timestamptz not null,
        -- By the applicant, the last time; and by the clock, once.
        reminded_at timestamptz,
        clock_reminded_at timestamptz,
        decline_reason text check (length(decline_reason) between 1 and 4000),
        replaced_by uuid references reference_requests,
        check (decline_reason is null or state in ('declined', 'replaced')),
        check ((state = 'replaced') = (replaced_by is not null)),
        check (replaced_by <> id)
      );
      create index reference_requests_by_application on reference_requests (application_id);
      create index reference_requests_by_successor on reference_requests (replaced_by) where replaced_by is not null;
      create index reference_requests_due on reference_requests (due_at) where state in ('invited', 'opened');
      -- Nobody is asked twice for the same application, as long as they were not let go.
      create unique index reference_requests_one_of_address on reference_requests (application_id, email_key)
        where state not in ('withdrawn', 'replaced');

      -- For whom and by whom, and what was promised, is never rewritten.
      revoke update on reference_requests from most_app;
      grant update (state, state_since, due_at, reminded_at, clock_reminded_at, decline_reason, replaced_by)
        on reference_requests to most_app;

      create table reference_letters (
        reference_id uuid primary key references reference_requests,
        body text not null default '' check (length(body) <= 20000),
        capacity text check (capacity in ('teacher', 'supervisor', 'manager', 'colleague', 'other')),
        known_for text check (known_for in ('under_1', '1_to_2', '3_to_5', 'over_5')),
        -- Grows with each save: what another tab has saved since is not overwritten silently.
        revision integer not null check (revision > 0),
        saved_at timestamptz not null,
        -- With the letter's language, for whoever reads it aloud to a browser.
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        submitted_at timestamptz,
        content_hash text check (content_hash ~ '^[0-9a-f]{64}$'),
        check ((submitted_at is null) = (content_hash is null)),
        check (submitted_at is null or (capacity is not null and known_for is not null))
      );

      alter table uploads
        alter column owner_id drop not null,
        -- Of a referee, who has no account: the link through which the file was given.
        add column link_id uuid references signed_links,
        add check (num_nonnulls(owner_id, link_id) = 1);
      create index uploads_by_link on uploads (link_id) where link_id is not null;

      alter table mail_messages
        add column reference_id uuid references reference_requests,
        drop constraint mail_messages_check1,
        add check (num_nonnulls(person_id, invitation_id, reference_id) = 1),
        add unique (event_id, reference_id, template);
      create index mail_messages_by_reference on mail_messages (reference_id) where reference_id is not null;
    `);

    await db.query(`
      create policy read on reference_requests for select using (
        ${SYSTEM} or ${isLink('link_id')} or application_content_is_open(application_id));
      create policy ask on reference_requests for insert with check (
        ${SYSTEM} or application_is_of_actor(application_id));
      -- Each leads it where their own acts lead, and nowhere else.
      create policy lead on reference_requests for update
        using (${SYSTEM} or (${isLink('link_id')} and state in ('invited', 'opened'))
          or application_is_of_actor(application_id))
        with check (${SYSTEM} or (${isLink('link_id')} and state in ('opened', 'received', 'declined'))
          or (application_is_of_actor(application_id) and state in ('invited', 'opened', 'withdrawn', 'replaced')));
      create policy forget on reference_requests for delete using (${SYSTEM});

      create function reference_is_of_link(reference uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from reference_requests r where r.id = reference and ${isLink('r.link_id')});
      end $$;
      -- Never for whom it was promised to be kept from, whatever else they are; and for nobody before it is there.
      create function reference_letter_is_open(reference uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from reference_requests r join applications a on a.id = r.application_id
          where r.id = reference and r.state = 'received' and application_content_is_open(a.id)
            -- Where a machine asks there is no person to compare.
            and not coalesce(r.confidential
              and (a.applicant_id = actor_person() or a.applicant_id = any (actor_acts_for())), false));
      end $$;

      create policy read on reference_letters for select using (
        ${SYSTEM} or reference_is_of_link(reference_id) or reference_letter_is_open(reference_id));
      create policy write on reference_letters for insert with check (
        ${SYSTEM} or reference_is_of_link(reference_id));
      create policy go_on on reference_letters for update
        using (${SYSTEM} or (submitted_at is null and reference_is_of_link(reference_id)))
        with check (${SYSTEM} or reference_is_of_link(reference_id));
      create policy forget on reference_letters for delete using (${SYSTEM});

      create function reference_is_being_written(reference uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from reference_requests r where r.id = reference and ${isLink('r.link_id')}
          and r.state in ('invited', 'opened'));
      end $$;
      create policy read_of_reference on uploads for select using (subject_kind = 'reference'
        and (reference_is_of_link(subject_id) or reference_letter_is_open(subject_id)));
      create policy give_of_reference on uploads for insert with check (
        subject_kind = 'reference' and reference_is_being_written(subject_id));
      create policy change_of_reference on uploads for update
        using (subject_kind = 'reference' and reference_is_being_written(subject_id))
        with check (subject_kind = 'reference' and reference_is_being_written(subject_id));
      drop policy own_insert on uploads;
      drop policy own_update on uploads;
      drop policy own_delete on uploads;
    `);
    const own = `(${SYSTEM} or owner_id = (select actor_person()) or ${isLink('link_id')})`;
    await db.query(`
      create policy own_insert on uploads as restrictive for insert with check (${own});
      create policy own_update on uploads as restrictive for update using (${own}) with check (${own});
      create policy own_delete on uploads as restrictive for delete using (${own});
    `);
    for (const table of ['reference_requests', 'reference_letters']) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // Letters would be lost, and what was promised of them with them.
    await db.query('do $$ begin raise exception $m$ letters of reference are not taken down $m$; end $$');
  }
}
