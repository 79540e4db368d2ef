import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
const isLink = `(${setting('actor_kind')} = 'link' and link_id::text = ${setting('agent')})`;
/** Knows the truth of the table, and not what the actor sees of it. */
const BEHIND = "security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/* As reviews have them, with one thing more: who wrote it together with its applicant is bound as they are. */
const HOME = (a: string) => `(${a}.applicant_id::text = ${setting('person')} or (${a}.number is not null
  and (${among('home_keys', `${a}.home_institution_id`)} or ${among('home_keys', `${a}.home_unit_id`)}
    or ${among('home_keys', `${a}.home_country`)})))`;
const HOST = (a: string) => `(${a}.transferred_at is not null
  and (${among('host_keys', `${a}.host_institution_id`)} or ${among('host_keys', `${a}.host_unit_id`)}
    or ${among('host_keys', `${a}.host_country`)}))`;
const SUPPORTED = (a: string) => `(${a}.number is not null and ${setting('supports')} = 'yes')`;
/** Most are written by one person alone: of those nothing more is asked. */
const AUTHORS = (a: string) => `(${a}.co_authors <> '{}' and binds_actor(${a}.co_authors))`;
const TIED = (
  a: string,
) => `(${among('acts_for', `${a}.applicant_id`)} or ${among('tied_persons', `${a}.applicant_id`)} or ${AUTHORS(a)}
  or (${a}.independent_assessment and (coalesce(${among('tied_institutions', `${a}.home_institution_id`)}, false)
    or coalesce(${among('tied_institutions', `${a}.host_institution_id`)}, false))))`;
const ASSESSED = (a: string) => `(${a}.state in ('in_review', 'scored') and ${a}.number is not null
  and not ${a}.anonymous_reading
  and (${among('assessment_keys', `${a}.call_id`)} or ${among('assessment_keys', `${a}.panel_id`)}) and not ${TIED(a)})`;
const CONTENT = (a: string) =>
  `(${setting('actor_kind')} = 'system' or ${HOME(a)} or ${HOST(a)} or ${ASSESSED(a)})`;
/** Who applies together with the applicant and has said yes. */
const SHARED = (a: string) =>
  `(${a}.co_applicants <> '{}' and ${setting('person')} = any (${a}.co_applicants::text[]))`;

/**
 * Co-applicants: whom an applicant invites, and who says yes. An application carries who stands in it and who ever did,
 * because the walls are asked of each row; the table of co-applicants alone says who they are.
 */
export class CoApplicants1795400000040 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table co_applicants (
        id uuid primary key,
        application_id uuid not null references applications,
        state text not null check (state in
          ('invited', 'accepted', 'confirmed', 'declined', 'withdrawn', 'removed', 'left')),
        state_since timestamptz not null,
        -- As the applicant wrote them.
        name text not null check (length(name) between 1 and 200),
        email text not null check (length(email) between 3 and 254),
        -- The same address in whatever capitals it is written.
        email_key text not null,
        -- Their part in the work.
        part text not null check (length(part) between 1 and 200),
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        link_id uuid not null unique references signed_links,
        link_until timestamptz not null,
        created_at timestamptz not null,
        reminded_at timestamptz,
        -- From the acceptance on: who they are, by their account and as they write themselves.
        person_id uuid references persons,
        country text references countries,
        native_family text check (length(native_family) between 1 and 200),
        native_given text check (length(native_given) between 1 and 200),
        latin_family text check (length(latin_family) between 1 and 200),
        latin_given text check (length(latin_given) between 1 and 200),
        passport_family text check (length(passport_family) between 1 and 200),
        passport_given text check (length(passport_given) between 1 and 200),
        accepted_at timestamptz,
        -- The text that they confirmed, as long as it is the one that stands.
        confirmed_hash text check (confirmed_hash ~ '^[0-9a-f]{64}$'),
        confirmed_at timestamptz,
        -- Since when the text is another one than they had confirmed.
        voided_at timestamptz,
        -- Why they declined or left, or were taken out, where somebody said so.
        reason text check (length(reason) between 1 and 2000),
        check (num_nonnulls(person_id, country, native_family, native_given, latin_family, latin_given, accepted_at)
          = case when state in ('accepted', 'confirmed', 'removed', 'left') then 7 else 0 end),
        check (num_nonnulls(passport_family, passport_given) in (0, 2)),
        check (num_nonnulls(confirmed_hash, confirmed_at) = case when state = 'confirmed' then 2 else 0 end),
        check (voided_at is null or state <> 'confirmed'),
        check (reason is null or state in ('declined', 'removed', 'left'))
      );
      create index co_applicants_by_application on co_applicants (application_id, created_at, id);
      create index co_applicants_by_person on co_applicants (person_id) where person_id is not null;
      create index co_applicants_by_country on co_applicants (country) where country is not null;
      -- Nobody is asked twice for the same application, and nobody stands in it twice.
      create unique index co_applicants_one_of_address on co_applicants (application_id, email_key)
        where state in ('invited', 'accepted', 'confirmed');
      create unique index co_applicants_one_of_person on co_applicants (application_id, person_id)
        where state in ('accepted', 'confirmed');
      -- Whom the applicant asked, and for what, is never rewritten.
      revoke update, delete, truncate on co_applicants from most_app;
      grant update (state, state_since, link_id, link_until, reminded_at, person_id, country, native_family, native_given,
        latin_family, latin_given, passport_family, passport_given, accepted_at, confirmed_hash, confirmed_at,
        voided_at, reason)
        on co_applicants to most_app;

      alter table applications
        add column co_applicants uuid[] not null default '{}',
        add column co_authors uuid[] not null default '{}';
      create index applications_by_co_applicant on applications using gin (co_applicants) where co_applicants <> '{}';

      create function carry_co_applicants() returns trigger language plpgsql ${BEHIND} as $$
      begin
        update applications a set
          co_applicants = coalesce((select array_agg(c.person_id order by c.created_at, c.id) from co_applicants c
            where c.application_id = a.id and c.state in ('accepted', 'confirmed')), '{}'),
          co_authors = coalesce((select array_agg(distinct c.person_id) from co_applicants c
            where c.application_id = a.id and c.person_id is not null), '{}')
          where a.id = new.application_id;
        return null;
      end $$;
      create trigger carried after insert or update of state, person_id on co_applicants
        for each row execute function carry_co_applicants();

      alter table mail_messages
        add column co_applicant_id uuid references co_applicants,
        drop constraint mail_messages_check1,
        add check (num_nonnulls(person_id, invitation_id, reference_id, watch_id, co_applicant_id) = 1),
        add unique (event_id, co_applicant_id, template);
      create index mail_messages_by_co_applicant on mail_messages (co_applicant_id) where co_applicant_id is not null;
    `);

    await db.query(`
      -- Whether one of these people is the actor, or somebody to whom they are bound or for whom they act. Never null.
      create function binds_actor(people uuid[]) returns boolean language sql stable parallel safe as $$
        select coalesce(people && (array[actor_person()] || actor_acts_for() || actor_tied_persons()), false)
      $$;
      create function application_is_shared(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and ${SHARED('a')});
      end $$;
      -- Its applicant, and the offices that have the file.
      create function application_is_of_party(application uuid) returns boolean language plpgsql stable as $$
      begin
        return ${SYSTEM} or exists (select from applications a where a.id = application and (${HOME('a')} or ${HOST('a')}));
      end $$;

      create or replace function application_content_is_open(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and ${CONTENT('a')});
      end $$;
      create or replace function actor_is_tied_to(application uuid) returns boolean language plpgsql stable ${BEHIND} as $$
      begin
        return exists (select from applications a where a.id = application
          and (a.applicant_id::text = ${setting('person')} or ${TIED('a')}));
      end $$;
      alter policy visible on applications using (
        ${CONTENT('applications')} or ${SUPPORTED('applications')} or ${SHARED('applications')});
    `);
    // What an office does with a file nobody does who wrote it together with its applicant, or is bound to who did: a
    // condition beside the others, whatever those will be.
    await db.query(`
      create function application_binds_author(application uuid) returns boolean language plpgsql stable ${BEHIND} as $$
      begin
        return exists (select from applications a where a.id = application and ${AUTHORS('a')});
      end $$;
    `);
    const free = (column = 'application_id') => `(${SYSTEM} or not application_binds_author(${column}))`;
    for (const table of ['nomination_candidates', 'officer_notes', 'thread_messages']) {
      await db.query(`
        create policy no_author on ${table} as restrictive using (${free()}) with check (${free()});
      `);
    }
    await db.query(`
      create policy no_author_begins on application_documents as restrictive for insert with check (${free()});
      create policy no_author_leads on application_documents as restrictive for update using (${free()}) with check (${free()});
      create policy no_author_accepts on application_supplements as restrictive for update
        using (${free()}) with check (${free()});
      create policy no_author_reads on application_matches as restrictive for select using (
        ${free()} and ${free('other_id')});
      create policy no_author on duplicate_verdicts as restrictive using (
        ${free('first_application_id')} and ${free('second_application_id')}) with check (
        ${free('first_application_id')} and ${free('second_application_id')});
    `);

    await db.query(`
      create policy read on co_applicants for select using (
        ${SYSTEM} or ${isLink} or person_id = ${ME} or application_is_of_party(application_id)
        -- Of one another they know who stands in it.
        or (state in ('accepted', 'confirmed') and application_is_shared(application_id)));
      create policy invite on co_applicants for insert with check (
        ${SYSTEM} or (state = 'invited' and application_is_of_actor(application_id)));
      -- Each leads it where their own acts lead, and nowhere else.
      create policy lead on co_applicants for update
        using (${SYSTEM} or (${isLink} and state = 'invited')
          or (person_id = ${ME} and state in ('accepted', 'confirmed'))
          or (application_is_of_actor(application_id) and state in ('invited', 'accepted', 'confirmed')))
        with check (${SYSTEM} or (${isLink} and state = 'declined')
          or (person_id = ${ME} and state in ('confirmed', 'left'))
          or (application_is_of_actor(application_id) and state in ('invited', 'accepted', 'withdrawn', 'removed')));
      create policy forget on co_applicants for delete using (${SYSTEM});
      comment on table co_applicants is 'personal';
      alter table co_applicants enable row level security;
      alter table co_applicants force row level security;

      -- The text, to whoever confirms it. Nothing of what is personal to the applicant hangs on these alone: pages ask besides.
      create policy of_co_applicant on application_sections for select using (application_is_shared(application_id));
      create policy of_co_applicant on application_choices for select using (application_is_shared(application_id));
      create policy read_of_co_applicant on uploads for select using (
        subject_kind = 'application' and application_is_shared(subject_id));

      create function co_applicant_is_of_party(co_applicant uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from co_applicants c where c.id = co_applicant and application_is_of_party(c.application_id));
      end $$;
      -- Whether their data may cross the border is asked by whoever sends the file.
      create policy read_of_co_applicant on consents for select using (
        subject_kind = 'co_applicant' and co_applicant_is_of_party(subject_id));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Who confirmed what would be lost, and a wall with it.
    await db.query('do $$ begin raise exception $m$ co-applicants are not taken down $m$; end $$');
  }
}
