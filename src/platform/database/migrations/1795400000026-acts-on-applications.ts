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
/** An official who applies, or is bound to who applies, is none on that file. */
const NOT_THEIRS = `a.applicant_id is distinct from actor_person() and not a.applicant_id = any (actor_acts_for())
  and not a.applicant_id = any (actor_tied_persons())`;

/** The order in which an institution nominates, what is written between an applicant and the offices. */
export class ActsOnApplications1795400000026 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- One order for each institution and call; of two who change it at once the second is told.
      create table nomination_orders (
        call_id uuid not null references calls,
        institution_id uuid not null references institutions,
        version integer not null check (version > 0),
        changed_by uuid not null references persons,
        changed_at timestamptz not null,
        primary key (call_id, institution_id)
      );
      create index nomination_orders_by_institution on nomination_orders (institution_id);
      create index nomination_orders_by_person on nomination_orders (changed_by);

      create table nomination_candidates (
        application_id uuid primary key references applications,
        call_id uuid not null references calls,
        institution_id uuid not null references institutions,
        list text not null check (list in ('nominees', 'reserve')),
        position integer not null check (position > 0),
        -- What the nomination will say of them, as long as it is being written.
        endorsement text not null default '' check (length(endorsement) <= 4000),
        foreign key (call_id, institution_id) references nomination_orders,
        unique (call_id, institution_id, list, position) deferrable initially immediate
      );
      create index nomination_candidates_by_institution on nomination_candidates (institution_id);

      alter table nominations
        -- Where the next of the reserve takes the place of somebody else.
        add column substitutes_id uuid references nominations,
        -- The host has seen it and works on it: no answer yet, and no longer silence.
        add column acknowledged_at timestamptz,
        add column acknowledged_by uuid references persons,
        -- Before the limit for the host's answer, once.
        add column reminded_at timestamptz,
        add check (substitutes_id <> id),
        add check ((acknowledged_at is null) = (acknowledged_by is null));
      -- Nobody is replaced twice.
      create unique index nominations_substituted_once on nominations (substitutes_id) where substitutes_id is not null;
      create index nominations_by_acknowledger on nominations (acknowledged_by) where acknowledged_by is not null;
      create index nominations_to_remind on nominations (due_at) where state = 'sent' and reminded_at is null;
    `);
    await db.query(`
      create function order_is_of_actor(institution uuid) returns boolean language plpgsql stable as $$
      begin
        return coalesce(strpos(current_setting('most.home_keys', true), institution::text) > 0, false);
      end $$;
      comment on table nomination_orders is 'personal';
      create policy of_institution on nomination_orders using (${SYSTEM} or order_is_of_actor(institution_id));

      -- Its rank goes with the file to whoever reads it, except the applicant and whoever is bound to them.
      create function candidate_is_open(application uuid) returns boolean language plpgsql stable as $$
      begin
        return actor_is_system() or (application_content_is_open(application) and exists (
          select from applications a where a.id = application and ${NOT_THEIRS}));
      end $$;
      create function candidate_is_of_actor(application uuid) returns boolean language plpgsql stable as $$
      begin
        return actor_is_system() or exists (select from applications a where a.id = application
          and a.number is not null and ${isKey('home', 'institution_id::text')} and ${NOT_THEIRS});
      end $$;
      comment on table nomination_candidates is 'personal';
      create policy read on nomination_candidates for select using (candidate_is_open(application_id));
      create policy rank on nomination_candidates for insert with check (candidate_is_of_actor(application_id));
      create policy move on nomination_candidates for update
        using (candidate_is_of_actor(application_id)) with check (candidate_is_of_actor(application_id));
      create policy take_off on nomination_candidates for delete using (candidate_is_of_actor(application_id));
    `);
    await db.query(`
      -- What an applicant and one of the two offices write to one another. It is never changed.
      create table thread_messages (
        id uuid primary key,
        application_id uuid not null references applications,
        -- With which office, and whose it was: the next host does not read what was written with another.
        office text not null check (office in ('home', 'host')),
        institution_id uuid references institutions,
        author_id uuid not null references persons,
        -- For whom, where a deputy wrote it.
        acting_for uuid references persons,
        written_by text not null check (written_by in ('applicant', 'office')),
        text text not null check (length(text) between 1 and 4000),
        written_at timestamptz not null,
        check (acting_for <> author_id),
        check (office = 'home' or institution_id is not null)
      );
      create index thread_messages_by_application on thread_messages (application_id, written_at, id);
      create index thread_messages_by_institution on thread_messages (institution_id);
      create index thread_messages_by_author on thread_messages (author_id);
      create index thread_messages_by_principal on thread_messages (acting_for) where acting_for is not null;
      revoke update, truncate on thread_messages from most_app;

      -- How far somebody has read: theirs alone.
      create table thread_reads (
        application_id uuid not null references applications,
        person_id uuid not null references persons,
        office text not null check (office in ('home', 'host')),
        read_until timestamptz not null,
        primary key (application_id, person_id, office)
      );
      create index thread_reads_by_person on thread_reads (person_id);

      -- The applicant reads all; their home side too; the host side what was written with it, while the file is with it.
      create function thread_is_open(application uuid, with_office text, institution uuid) returns boolean
        language plpgsql stable as $$
      begin
        return actor_is_system() or (current_setting('most.actor_kind', true) = 'person' and exists (
          select from applications a where a.id = application and (
            a.applicant_id = actor_person()
            or (${NOT_THEIRS} and (
              (a.number is not null and (${byInstitution('home')} or (${byCountry('home')} and not ${APART})))
              or (with_office = 'host' and a.transferred_at is not null and a.host_institution_id = institution
                and (${byInstitution('host')} or (${byCountry('host')} and not ${APART}))))))));
      end $$;
      -- Who may write what: the applicant to an office that has the file, an office for itself.
      create function thread_is_of_actor(application uuid, with_office text, institution uuid, by text) returns boolean
        language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and a.number is not null
          and case with_office
            when 'home' then institution is not distinct from a.home_institution_id
            else a.transferred_at is not null and institution = a.host_institution_id end
          and case
            when by = 'applicant' then a.applicant_id = actor_person()
            when with_office = 'home' then ${NOT_THEIRS} and ${byInstitution('home')}
            else ${NOT_THEIRS} and ${byInstitution('host')} end);
      end $$;
      comment on table thread_messages is 'personal';
      create policy read on thread_messages for select using (thread_is_open(application_id, office, institution_id));
      create policy write on thread_messages for insert with check (${SYSTEM} or (author_id = ${ME}
        and thread_is_of_actor(application_id, office, institution_id, written_by)));
      create policy forgotten_by_rule on thread_messages for delete using (${SYSTEM});
      comment on table thread_reads is 'personal';
      create policy own on thread_reads using (${SYSTEM} or person_id = ${ME});
    `);
    for (const table of ['nomination_orders', 'nomination_candidates', 'thread_messages', 'thread_reads']) {
      await db.query(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // What an applicant and an office wrote to one another is part of the file.
    await db.query('do $$ begin raise exception $m$ messages of files are not taken down $m$; end $$');
  }
}
