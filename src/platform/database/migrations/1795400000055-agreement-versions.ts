import type { MigrationInterface, QueryRunner } from 'typeorm';

const setting = (name: string) => `current_setting('most.${name}', true)`;
const PROGRAMME = `'programme_administrator' = any ((select actor_programme_roles())::text[])`;
const ids = (name: string) => `any ((select ${name}())::uuid[])`;
const PARTY = (agreementId: string) => `(${setting('actor_kind')} = 'system' or ${PROGRAMME}
  or exists (select from agreements of_parties, jsonb_array_elements(of_parties.parties) party
    where of_parties.id = ${agreementId} and (
      party->>'country' = any ((select actor_officer_of())::text[])
      or (party->>'institutionId')::uuid = ${ids('actor_home_institutions')}
      or (party->>'institutionId')::uuid = ${ids('actor_host_institutions')}
      or (party->>'institutionId')::uuid = ${ids('actor_administers')}
      or (party->>'institutionId')::uuid = ${ids('actor_signs_for')})))`;

/**
 * An agreement in its versions. The row of `agreements` and its quotas are what is in force, or, before anything was, what
 * is being prepared; every version keeps all that it said, under its hash. What is promised is counted in days as well.
 */
export class AgreementVersions1795400000055 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table agreements
        add column version integer not null default 1 check (version >= 1),
        add column terms jsonb not null default '{}',
        -- The last day, where somebody has given notice.
        add column terminates_on date,
        add column termination jsonb,
        add check ((terminates_on is null) = (termination is null)),
        add check (reference <> 'new');

      alter table agreement_quotas
        add column days integer not null default 0 check (days >= 0),
        add column committed_days integer not null default 0 check (committed_days >= 0);

      create table agreement_versions (
        id uuid primary key,
        agreement_id uuid not null references agreements,
        number integer not null check (number >= 1),
        state text not null check (state in
          ('draft', 'proposed', 'returned', 'declined', 'withdrawn', 'in_force', 'superseded', 'expired', 'terminated')),
        content jsonb not null,
        content_hash text not null,
        -- Grows with every change of a draft: another tab never overwrites what it has not seen.
        edit integer not null default 1 check (edit >= 1),
        preparers uuid[] not null default '{}',
        -- Whether both ministries are asked: fixed when it is proposed.
        ministries boolean,
        created_at timestamptz not null,
        proposed_at timestamptz,
        closed_at timestamptz,
        -- Why it was returned, declined or withdrawn, and by which country and institution.
        closing jsonb,
        signed_on date,
        in_force_from date,
        in_force_until date,
        ended_on date,
        unique (agreement_id, number),
        check (state = 'draft' or (proposed_at is not null and ministries is not null)),
        check ((state in ('returned', 'declined', 'withdrawn')) = (closing is not null)),
        check (state not in ('in_force', 'superseded', 'expired', 'terminated')
          or (signed_on is not null and in_force_from is not null)),
        check ((state in ('superseded', 'expired', 'terminated')) = (ended_on is not null))
      );
      create unique index agreement_versions_one_open on agreement_versions (agreement_id) where state in ('draft', 'proposed');
      create unique index agreement_versions_one_in_force on agreement_versions (agreement_id) where state = 'in_force';

      -- What the signatory of an institution said of one text, by its hash. Who it was stands among the people.
      create table agreement_verdicts (
        version_id uuid not null references agreement_versions,
        institution_id uuid not null references institutions,
        country text not null references countries,
        verdict text not null check (verdict in ('approved', 'returned', 'declined')),
        content_hash text not null,
        reason text,
        given_at timestamptz not null,
        check ((verdict = 'approved') = (reason is null)),
        primary key (version_id, institution_id)
      );
      create index agreement_verdicts_by_institution on agreement_verdicts (institution_id);
      create index agreement_verdicts_by_country on agreement_verdicts (country);
      revoke update, delete, truncate on agreement_verdicts from most_app;

      create table agreement_people (
        id uuid primary key,
        agreement_id uuid not null references agreements,
        institution_id uuid references institutions,
        country text not null references countries,
        part text not null check (part in ('contact', 'signatory', 'signed')),
        name text not null,
        office text not null,
        email text,
        -- Of whoever signed: which version, and by which account.
        version_id uuid references agreement_versions,
        person_id uuid references persons,
        noted_at timestamptz not null,
        check ((part = 'signed') = (version_id is not null)),
        check ((part = 'signed') = (person_id is not null)),
        check (part <> 'contact' or email is not null)
      );
      create index agreement_people_by_agreement on agreement_people (agreement_id);
      create index agreement_people_by_institution on agreement_people (institution_id) where institution_id is not null;
      create index agreement_people_by_country on agreement_people (country);
      create index agreement_people_by_version on agreement_people (version_id) where version_id is not null;
      create index agreement_people_by_person on agreement_people (person_id) where person_id is not null;
      create function speaks_for_agreement(wanted uuid) returns boolean language plpgsql stable as $$
      begin
        return ${PARTY('wanted')};
      end $$;
      comment on table agreement_people is 'personal';
      alter table agreement_people enable row level security;
      alter table agreement_people force row level security;
      create policy parties on agreement_people using (speaks_for_agreement(agreement_id)
        or person_id::text = ${setting('person')});

      -- Whose institution signs a text puts it before both ministries by that, and reads what they say.
      create policy agreement_parties on decisions using (
        subject_kind = 'agreement' and speaks_for_agreement(subject_id));
      create or replace function writes_decision(d decisions) returns boolean language plpgsql stable as $$
      begin
        return actor_is_system() or subject_is_visible(d.subject_kind, d.subject_id)
          or (d.subject_kind = 'agreement' and speaks_for_agreement(d.subject_id))
          or (d.subject_kind <> 'application' and (
            d.home_country = any (actor_officer_of()) or d.host_country = any (actor_officer_of())
            or 'programme_administrator' = any (actor_programme_roles())));
      end $$;

      -- What the programme demands of an agreement, by its kind.
      create table agreement_rules (
        kind text primary key check (kind in ('memorandum', 'inter_institutional')),
        ministries boolean not null,
        approval_days integer not null check (approval_days between 1 and 365),
        -- So many days before its last day everybody concerned is reminded.
        remind_days integer[] not null,
        check (kind <> 'memorandum' or ministries)
      );
      insert into agreement_rules values ('memorandum', true, 30, '{90,30}'), ('inter_institutional', true, 30, '{90,30}');
      revoke insert, update, delete, truncate on agreement_rules from most_app;

      create table agreement_reminders (
        agreement_id uuid not null references agreements,
        last_day date not null,
        days integer not null,
        told_at timestamptz not null,
        primary key (agreement_id, last_day, days)
      );

      insert into agreement_versions (id, agreement_id, number, state, content, content_hash, ministries, created_at,
        proposed_at, signed_on, in_force_from, in_force_until, ended_on)
      select gen_random_uuid(), a.id, 1, a.state,
        jsonb_build_object('kind', a.kind, 'reference', a.reference, 'title', a.title, 'parties', a.parties,
          'themes', to_jsonb(a.themes), 'text', a.text, 'quotas', coalesce((select jsonb_agg(jsonb_build_object(
            'homeCountry', q.home_country, 'hostCountry', q.host_country, 'category', q.category,
            'academicYear', q.academic_year, 'persons', q.persons, 'months', q.months)
            order by q.academic_year, q.category, q.home_country, q.host_country)
            from agreement_quotas q where q.agreement_id = a.id), '[]')),
        a.text_hash, case when a.state = 'draft' then null else true end, coalesce(d.opened_at, now()),
        case when a.state = 'draft' then null else coalesce(d.opened_at, now()) end,
        coalesce(a.signed_on, case when a.state in ('expired', 'terminated') then current_date end),
        coalesce(a.in_force_from, case when a.state in ('expired', 'terminated') then current_date end), a.in_force_until,
        case when a.state in ('expired', 'terminated') then coalesce(a.in_force_until, current_date) end
      from agreements a left join lateral (select min(opened_at) as opened_at from decisions
        where subject_kind = 'agreement' and subject_id = a.id) d on true;

      -- Thirty days to a month of stay; a place that somebody of a cancelled call holds stays promised.
      update agreement_quotas q set committed_days = coalesce((
        select sum(round(p.months * 30) * case when c.state = 'cancelled' then p.taken else p.capacity end)
        from calls c join call_places p on p.call_id = c.id and p.from_place_id is null
          join institutions i on i.id = p.institution_id and i.country = q.host_country
        where c.agreement_id = q.agreement_id and c.category = q.category and c.academic_year = q.academic_year
          and c.state <> 'draft' and exists (select from call_directions d where d.call_id = c.id
            and d.home_country = q.home_country and d.host_country = q.host_country)), 0);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create or replace function writes_decision(d decisions) returns boolean language plpgsql stable as $$
      begin
        return actor_is_system() or subject_is_visible(d.subject_kind, d.subject_id)
          or (d.subject_kind <> 'application' and (
            d.home_country = any (actor_officer_of()) or d.host_country = any (actor_officer_of())
            or 'programme_administrator' = any (actor_programme_roles())));
      end $$;
      drop policy agreement_parties on decisions;
      drop table agreement_reminders, agreement_rules, agreement_people, agreement_verdicts, agreement_versions;
      drop function speaks_for_agreement;
      alter table agreement_quotas drop column days, drop column committed_days;
      alter table agreements drop column version, drop column terms, drop column terminates_on, drop column termination;
    `);
  }
}
