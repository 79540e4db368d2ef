import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = "current_setting('most.actor_kind', true) = 'system'";
const ME = 'actor_person()';

const isKey = (side: 'home' | 'host', column: string) =>
  `coalesce(strpos(current_setting('most.${side}_keys', true), a.${side}_${column}) > 0, false)`;
const byInstitution = (side: 'home' | 'host') =>
  `(${isKey(side, 'institution_id::text')} or ${isKey(side, 'unit_id::text')})`;
const APART = `(a.independent_assessment and (coalesce(a.home_institution_id = any (actor_tied_institutions()), false)
  or coalesce(a.host_institution_id = any (actor_tied_institutions()), false)))`;
const NOT_THEIRS = `a.applicant_id is distinct from actor_person() and not a.applicant_id = any (actor_acts_for())
  and not a.applicant_id = any (actor_tied_persons())`;
/** The ministry of the applicant's country in the part of the home institution that a freemover has not. */
const BY_MINISTRY = `(a.freemover and a.home_country = any (actor_officer_of()) and not ${APART})`;

/** Applications without a home institution, and two accounts that their person makes one. */
export class FreemoversAndJoinedAccounts1795400000041 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table calls
        -- Null: whom no institution nominates does not apply.
        add column freemovers jsonb check (jsonb_typeof(freemovers) = 'object');
      alter table applications
        add column freemover boolean not null default false,
        -- Officers of a ministry who took the part of the home institution: none of them decides on it.
        add column prepared_by uuid[] not null default '{}',
        -- The account that it was made with, where that was joined to the one whose it is now.
        add column moved_from uuid references persons,
        add constraint applications_home_of_freemover
          check (not freemover or (home_institution_id is null and home_unit_id is null)),
        add constraint applications_moved check (moved_from <> applicant_id);
      do $$
      declare
        found name;
      begin
        select conname into strict found from pg_constraint where conrelid = 'applications'::regclass and contype = 'c'
          and pg_get_constraintdef(oid) like '%home_institution_id IS NOT NULL%' and pg_get_constraintdef(oid) like '%submissions > 0%';
        execute format('alter table applications drop constraint %I', found);
      end $$;
      alter table applications add constraint applications_submitted_from_somewhere
        check (number is null or ((home_institution_id is not null or freemover) and submissions > 0));
      -- The ministry of their country sends whom no institution nominates.
      alter table nominations alter column home_institution_id drop not null;
      create index applications_of_freemovers on applications (call_id, state) where freemover;
      create index applications_by_former_account on applications (moved_from) where moved_from is not null;
      drop index applications_one_per_call;
      -- What came with a joined account is beside the person's own, and has come to its end.
      create unique index applications_one_per_call on applications (call_id, applicant_id)
        where state <> 'withdrawn' and moved_from is null;
    `);
    await db.query(`
      create or replace function application_is_checked_by_actor(application uuid) returns boolean
        language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and a.number is not null
          and (${byInstitution('home')} or ${BY_MINISTRY}) and ${NOT_THEIRS});
      end $$;
      create or replace function thread_is_of_actor(application uuid, with_office text, institution uuid, by text)
        returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and a.number is not null
          and case with_office
            when 'home' then institution is not distinct from a.home_institution_id
            else a.transferred_at is not null and institution = a.host_institution_id end
          and case
            when by = 'applicant' then a.applicant_id = actor_person()
            when with_office = 'home' then ${NOT_THEIRS} and (${byInstitution('home')} or ${BY_MINISTRY})
            else ${NOT_THEIRS} and ${byInstitution('host')} end);
      end $$;
    `);
    await db.query(`
      alter table persons
        -- Another account of the same person, to which this one was joined: nobody signs in with this one any more.
        add column joined_into uuid references persons,
        add column joined_at timestamptz,
        add check ((joined_into is null) = (joined_at is null)),
        add check (joined_into <> id);
      create index persons_joined on persons (joined_into) where joined_into is not null;

      -- An officer asks somebody to make one of two accounts; only the person does it, who signs in at both.
      create table account_joins (
        id uuid primary key,
        first_id uuid not null references persons,
        second_id uuid not null references persons,
        -- The word that the two are one person's.
        verdict_id uuid not null references duplicate_verdicts,
        asked_by uuid not null references persons,
        asked_for uuid references persons,
        asked_at timestamptz not null,
        state text not null check (state in ('asked', 'joined', 'refused')),
        answered_at timestamptz,
        -- Which of the two goes on.
        kept_id uuid references persons,
        check (first_id < second_id),
        check (asked_by not in (first_id, second_id)),
        check ((state = 'asked') = (answered_at is null)),
        check ((state = 'joined') = (kept_id is not null)),
        check (kept_id in (first_id, second_id))
      );
      create unique index account_joins_open on account_joins (first_id, second_id) where state = 'asked';
      create index account_joins_by_first on account_joins (first_id, asked_at);
      create index account_joins_by_second on account_joins (second_id, asked_at);
      create index account_joins_by_verdict on account_joins (verdict_id);
      create index account_joins_by_asker on account_joins (asked_by);
      create index account_joins_by_principal on account_joins (asked_for) where asked_for is not null;
      create index account_joins_by_kept on account_joins (kept_id) where kept_id is not null;
      revoke update, delete, truncate on account_joins from most_app;
      grant update (state, answered_at, kept_id) on account_joins to most_app;
      comment on table account_joins is 'personal';
      alter table account_joins enable row level security;
      alter table account_joins force row level security;
      create policy read on account_joins for select using (${SYSTEM} or first_id = ${ME} or second_id = ${ME}
        or (person_is_with_office_of_actor(first_id) and person_is_with_office_of_actor(second_id)));
      create policy ask on account_joins for insert with check (${SYSTEM} or (asked_by = ${ME}
        and person_is_with_office_of_actor(first_id) and person_is_with_office_of_actor(second_id)));
      create policy answer on account_joins for update using (${SYSTEM} or first_id = ${ME} or second_id = ${ME});
    `);
    await db.query(`
      -- An entry of the register stays as it was made, but for whose it is when two accounts become one.
      grant update (person_id) on transfers to most_app;
      create policy moved_with_account on transfers as restrictive for update using (${SYSTEM});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Whoever applied without an institution would be nobody's, and joined accounts cannot be told apart again.
    await db.query(
      'do $$ begin raise exception $m$ freemovers and joined accounts are not taken down $m$; end $$',
    );
  }
}
