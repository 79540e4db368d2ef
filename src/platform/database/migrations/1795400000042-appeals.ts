import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
/** Knows the truth of the table, and not what the actor sees of it. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";
const SITS = (call: string) => `exists (select from call_directions d where d.call_id = ${call}
  and (d.home_country = any (actor_commission_of()) or d.host_country = any (actor_commission_of())))`;

/**
 * Appeals against a result of a ranked call: who has them and until when, what they say, who decides, how each voted, and
 * what stood before an upheld one took it back. What an upheld appeal sets aside of the reviews has a state of its own.
 */
export class Appeals1795400000042 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table appeals (
        id uuid primary key,
        application_id uuid not null references applications,
        call_id uuid not null references calls,
        applicant_id uuid not null references persons,
        home_country text not null references countries,
        -- Against a place on a provisional list, or against having been found ineligible.
        subject text not null check (subject in ('list', 'screening')),
        list_id uuid references allocation_lists,
        -- When the result was told, and until when it can be appealed against.
        result_at timestamptz not null,
        taken_until timestamptz not null,
        state text not null check (state in ('draft', 'lodged', 'inadmissible', 'panel', 'upheld', 'rejected', 'withdrawn')),
        state_since timestamptz not null,
        ground text check (ground in ('procedure', 'error_of_fact', 'conflict_of_interest', 'new_evidence')),
        -- Of the draft: what another tab has saved since is not overwritten silently.
        revision integer not null default 1 check (revision > 0),
        created_at timestamptz not null,
        lodged_at timestamptz,
        admit_until timestamptz,
        decide_until timestamptz,
        panel_size integer check (panel_size between 1 and 15),
        admitted_by uuid references persons,
        admitted_at timestamptz,
        inadmissible_code text check (inadmissible_code in ('late', 'not_on_a_result', 'no_ground', 'judges_merit_alone',
          'not_by_the_applicant', 'unintelligible')),
        stage text check (stage in ('screening', 'review', 'ranking')),
        votes_for integer check (votes_for >= 0),
        votes_against integer check (votes_against >= 0),
        decided_by uuid references persons,
        decided_at timestamptz,
        -- By the clock, of the state in which it is.
        reminded_at timestamptz,
        overdue_at timestamptz,
        check ((subject = 'list') = (list_id is not null)),
        check (state in ('draft', 'withdrawn') or (lodged_at is not null and ground is not null
          and admit_until is not null and decide_until >= admit_until and panel_size is not null)),
        check ((state = 'inadmissible') = (inadmissible_code is not null)),
        check (state not in ('inadmissible', 'panel', 'upheld', 'rejected') or admitted_at is not null),
        check ((state = 'upheld') = (stage is not null)),
        check ((state in ('upheld', 'rejected')) = (decided_at is not null)),
        check (decided_at is null or (votes_for is not null and votes_against is not null)),
        -- Nothing is taken back without a majority.
        check (decided_at is null or (state = 'upheld') = (votes_for > votes_against))
      );
      create unique index appeals_once_on_list on appeals (application_id, list_id) where subject = 'list';
      create unique index appeals_once_on_screening on appeals (application_id, result_at) where subject = 'screening';
      create unique index appeals_one_open on appeals (application_id) where state in ('draft', 'lodged', 'panel');
      create index appeals_by_application on appeals (application_id, created_at);
      create index appeals_by_call on appeals (call_id, state);
      create index appeals_by_list on appeals (list_id) where list_id is not null;
      create index appeals_by_applicant on appeals (applicant_id);
      create index appeals_by_country on appeals (home_country);
      create index appeals_by_admitter on appeals (admitted_by) where admitted_by is not null;
      create index appeals_by_decider on appeals (decided_by) where decided_by is not null;

      -- What was written: by the applicant, by whoever found it admissible or not, by the head of the panel.
      create table appeal_words (
        appeal_id uuid not null references appeals,
        kind text not null check (kind in ('statement', 'admissibility', 'reasoning')),
        text text not null check (length(text) <= 20000),
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        written_by uuid references persons,
        written_at timestamptz not null,
        primary key (appeal_id, kind)
      );
      create index appeal_words_by_writer on appeal_words (written_by) where written_by is not null;

      create table appeal_members (
        appeal_id uuid not null references appeals,
        person_id uuid not null references persons,
        country text not null references countries,
        head boolean not null default false,
        seated_by uuid references persons,
        seated_at timestamptz not null,
        -- That nothing binds them.
        declared_at timestamptz,
        removed_at timestamptz,
        primary key (appeal_id, person_id),
        check (removed_at >= seated_at)
      );
      create index appeal_members_by_person on appeal_members (person_id);
      create index appeal_members_by_seater on appeal_members (seated_by) where seated_by is not null;
      create index appeal_members_by_country on appeal_members (country);
      create unique index appeal_members_one_head on appeal_members (appeal_id) where head and removed_at is null;

      create table appeal_votes (
        appeal_id uuid not null,
        person_id uuid not null,
        vote text not null check (vote in ('uphold', 'reject')),
        stage text check (stage in ('screening', 'review', 'ranking')),
        reasons text not null check (length(reasons) between 1 and 10000),
        language text not null check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en')),
        given_at timestamptz not null,
        primary key (appeal_id, person_id),
        foreign key (appeal_id, person_id) references appeal_members,
        check ((vote = 'uphold') = (stage is not null))
      );

      -- What stood before an upheld appeal took it back.
      create table appeal_snapshots (
        appeal_id uuid primary key references appeals,
        content jsonb not null check (jsonb_typeof(content) = 'object'),
        content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
        taken_at timestamptz not null
      );

      revoke delete, truncate on appeals from most_app;
      revoke delete, truncate on appeal_members from most_app;
      revoke update, delete, truncate on appeal_votes, appeal_snapshots from most_app;
      revoke delete, truncate on appeal_words from most_app;

      alter table review_assignments drop constraint review_assignments_state_check;
      alter table review_assignments add constraint review_assignments_state_check check (state in ('assigned', 'accepted',
        'submitted', 'declined', 'withdrawn', 'replaced', 'set_aside'));
    `);
    await db.query(`
      create function appeal_is_of_member(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeal_members m join appeals a on a.id = m.appeal_id
          where m.appeal_id = appeal and a.state <> 'draft' and m.person_id = actor_person() and m.removed_at is null
            and (strpos(current_setting('most.assessment_keys', true), a.call_id::text) > 0 or ${SITS('a.call_id')}));
      end $$;
      create function appeal_is_led_by_actor(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return appeal_is_of_member(appeal) and exists (select from appeal_members m
          where m.appeal_id = appeal and m.person_id = actor_person() and m.removed_at is null and m.head);
      end $$;
      create function actor_has_declared_on_appeal(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeal_members m where m.appeal_id = appeal and m.person_id = actor_person()
          and m.removed_at is null and m.declared_at is not null);
      end $$;
      create function actor_has_voted_on_appeal(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeal_votes v where v.appeal_id = appeal and v.person_id = actor_person());
      end $$;
      create function appeal_awaits_votes(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeal_members m where m.appeal_id = appeal and m.removed_at is null
          and not exists (select from appeal_votes v where v.appeal_id = appeal and v.person_id = m.person_id));
      end $$;
      create function appeal_is_of_commission(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeals a where a.id = appeal and a.state <> 'draft' and ${SITS('a.call_id')}
          and not actor_is_tied_to(a.application_id));
      end $$;
      create function appeal_is_own(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeals a where a.id = appeal and a.applicant_id = actor_person());
      end $$;
      -- What it says: to its applicant, to the commission, and to members who declared that nothing binds them.
      create function appeal_content_is_open(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return appeal_is_own(appeal) or appeal_is_of_commission(appeal)
          or (appeal_is_of_member(appeal) and actor_has_declared_on_appeal(appeal)
            and not exists (select from appeals a where a.id = appeal and actor_is_tied_to(a.application_id)));
      end $$;
      create function appeal_is_being_written(appeal uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from appeals a where a.id = appeal and a.applicant_id = actor_person() and a.state = 'draft');
      end $$;
      -- A panel that is reopened for one application lets no other be assessed anew.
      create function application_is_scored(application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from applications a where a.id = application and a.state = 'scored');
      end $$;

      create policy read on appeals for select using (
        ${SYSTEM} or applicant_id = ${ME}
        or (state <> 'draft' and (
          'programme_administrator' = any ((select actor_programme_roles())::text[])
          or home_country = any ((select actor_officer_of())::text[])
          or appeal_is_of_commission(id) or appeal_is_of_member(id))));
      create policy make on appeals for insert with check (${SYSTEM} or (applicant_id = ${ME} and state = 'draft'));
      create policy lead on appeals for update using (${SYSTEM} or (applicant_id = ${ME} and state = 'draft'))
        with check (${SYSTEM} or applicant_id = ${ME});

      create policy read on appeal_words for select using (${SYSTEM} or appeal_content_is_open(appeal_id));
      create policy make on appeal_words for insert with check (${SYSTEM}
        or (kind = 'statement' and appeal_is_being_written(appeal_id)));
      create policy lead on appeal_words for update using (${SYSTEM}
        or (kind = 'statement' and appeal_is_being_written(appeal_id)));

      -- Who decides is not told to whoever appeals: to the office that seats them, and to one another.
      create policy read on appeal_members for select using (${SYSTEM} or person_id = ${ME}
        or appeal_is_of_commission(appeal_id) or appeal_is_of_member(appeal_id));
      create policy make on appeal_members for insert with check (${SYSTEM});
      create policy lead on appeal_members for update using (${SYSTEM});

      -- Others' votes are read once one's own is in.
      create policy read on appeal_votes for select using (${SYSTEM} or person_id = ${ME}
        or (appeal_is_of_member(appeal_id) and actor_has_voted_on_appeal(appeal_id))
        or (appeal_is_of_commission(appeal_id) and exists (select from appeals a
          where a.id = appeal_id and a.decided_at is not null)));
      create policy give on appeal_votes for insert with check (${SYSTEM}
        or (person_id = ${ME} and appeal_is_of_member(appeal_id)));

      create policy read on appeal_snapshots for select using (${SYSTEM} or appeal_is_of_commission(appeal_id));
      create policy make on appeal_snapshots for insert with check (${SYSTEM});

      create policy read_of_appeal on uploads for select using (
        subject_kind = 'appeal' and appeal_content_is_open(subject_id));
      create policy give_of_appeal on uploads for insert with check (
        subject_kind = 'appeal' and appeal_is_being_written(subject_id));
      create policy change_of_appeal on uploads for update
        using (subject_kind = 'appeal' and appeal_is_being_written(subject_id))
        with check (subject_kind = 'appeal' and appeal_is_being_written(subject_id));
    `);
    for (const table of ['appeals', 'appeal_words', 'appeal_members', 'appeal_votes', 'appeal_snapshots']) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // What somebody appealed against, and what was said of it, would be lost.
    await db.query('do $$ begin raise exception $m$ appeals are not taken down $m$; end $$');
  }
}
