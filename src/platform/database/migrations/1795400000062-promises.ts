import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCREENED = `('submitted', 'screening')`;
const ASKED_HOST = `('sent', 'no_answer')`;
const OVER = `('withdrawn', 'not_cleared', 'declined', 'offer_expired', 'offer_withdrawn', 'conditions_not_met')`;
const UNDECIDED = `('pending', 'in_review')`;

/** Runs behind the wall: whoever acts on a file need not be able to read what was promised to whom. */
const BEHIND = `language plpgsql security definer set search_path = public, pg_temp set most.actor_kind = 'system'`;

/**
 * What an office promised for each step, and what came of it. A clock begins in the act that gives an office something by a
 * day, and ends in the act by which it answers, whichever operation that is: triggers on the rows themselves see all of them,
 * those on many at once included. Sums are made of ended clocks by the worker, so that officers of one ministry who decide at
 * the same moment never wait for one another at a row of sums.
 */
export class Promises1795400000062 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table promise_clocks (
        id bigint primary key generated always as identity,
        step text not null check (step in
          ('screening', 'endorsement', 'host', 'approval', 'gate', 'appeal_admission', 'appeal_decision')),
        -- The application, the nomination, the decision, the appeal.
        subject_id uuid not null,
        office text not null check (office in ('institution', 'ministry', 'commission')),
        country text not null references countries,
        institution_id uuid references institutions,
        home_country text not null references countries,
        -- Null while the file has not crossed the border: until then the other side has no part in it.
        host_country text references countries,
        call_id uuid references calls,
        began_at timestamptz not null,
        due_at timestamptz not null,
        ended_at timestamptz,
        -- Whether the sums know of it.
        counted boolean not null default false,
        check ((office = 'institution') = (institution_id is not null)),
        check (ended_at is not null or not counted)
      );
      create unique index promise_clocks_one_open on promise_clocks (subject_id, step, country) where ended_at is null;
      create index promise_clocks_uncounted on promise_clocks (id) where ended_at is not null and not counted;
      create index promise_clocks_due on promise_clocks (due_at) where ended_at is null;
      create index promise_clocks_by_country on promise_clocks (country);
      create index promise_clocks_by_home on promise_clocks (home_country);
      create index promise_clocks_by_host on promise_clocks (host_country);
      create index promise_clocks_by_institution on promise_clocks (institution_id);
      create index promise_clocks_by_call on promise_clocks (call_id);
      comment on table promise_clocks is 'personal';
      alter table promise_clocks enable row level security;
      alter table promise_clocks force row level security;
      -- Which file waits where is told by the files themselves, each by its own rule; this table only counts.
      create policy of_system on promise_clocks using (actor_is_system());

      create table promise_counts (
        office text not null,
        country text not null references countries,
        institution_id uuid references institutions,
        step text not null,
        call_id uuid references calls,
        year integer not null,
        promised_days integer not null check (promised_days > 0),
        taken_days integer not null check (taken_days >= 0),
        kept boolean not null,
        count bigint not null check (count > 0),
        unique nulls not distinct (country, office, institution_id, step, call_id, year, promised_days, taken_days, kept)
      );
      create index promise_counts_by_institution on promise_counts (institution_id);
      create index promise_counts_by_call on promise_counts (call_id);

      create function promise_moves(of_step text, subject uuid, whose text, of_country text, institution uuid, home text,
        host text, call uuid, waits boolean, since timestamptz, due timestamptz, void boolean) returns void ${BEHIND} as $$
      begin
        if waits then
          if due is null then return; end if;
          insert into promise_clocks (step, subject_id, office, country, institution_id, home_country, host_country, call_id,
            began_at, due_at) values (of_step, subject, whose, of_country, institution, home, host, call, since, due)
          on conflict (subject_id, step, country) where ended_at is null do update
            set due_at = excluded.due_at, host_country = excluded.host_country;
          return;
        end if;
        -- What was taken back in time was never owed.
        if void then
          delete from promise_clocks c where c.subject_id = subject and c.step = of_step and c.country = of_country
            and c.ended_at is null and c.due_at >= since;
        end if;
        update promise_clocks c set ended_at = since where c.subject_id = subject and c.step = of_step
          and c.country = of_country and c.ended_at is null;
      end $$;

      create function promise_of_application() returns trigger ${BEHIND} as $$
      begin
        perform promise_moves('screening', new.id, case when new.freemover then 'ministry' else 'institution' end,
          new.home_country, case when new.freemover then null else new.home_institution_id end, new.home_country,
          case when new.transferred_at is null then null else new.host_country end, new.call_id,
          new.state in ${SCREENED}, new.state_since, new.due_at, new.state = 'withdrawn');
        return null;
      end $$;
      create trigger promise_begins after insert on applications for each row
        when (new.state in ${SCREENED}) execute function promise_of_application();
      create trigger promise_moves after update of state, due_at on applications for each row
        when ((old.state in ${SCREENED} or new.state in ${SCREENED})
          and (old.state is distinct from new.state or old.due_at is distinct from new.due_at))
        execute function promise_of_application();

      create function promise_of_nomination() returns trigger ${BEHIND} as $$
      declare a record; host_country text;
      begin
        select home_country, call_id into a from applications where id = new.application_id;
        select country into host_country from institutions where id = new.host_institution_id;
        perform promise_moves('endorsement', new.id, 'ministry', a.home_country, null, a.home_country, null, a.call_id,
          new.state = 'home_endorsed', new.state_since, new.due_at, new.state = 'cancelled');
        perform promise_moves('host', new.id, 'institution', host_country, new.host_institution_id, a.home_country,
          host_country, a.call_id, new.state in ${ASKED_HOST}, new.state_since, new.due_at, new.state = 'cancelled');
        return null;
      end $$;
      create trigger promise_begins after insert on nominations for each row
        when (new.state = 'home_endorsed' or new.state in ${ASKED_HOST}) execute function promise_of_nomination();
      create trigger promise_moves after update of state, due_at on nominations for each row
        when (old.state is distinct from new.state or old.due_at is distinct from new.due_at)
        execute function promise_of_nomination();

      create function call_of_decision(kind text, subject uuid) returns uuid ${BEHIND} stable as $$
      begin
        return case kind
          when 'application' then (select call_id from applications where id = subject)
          when 'call' then (select id from calls where id = subject)
          when 'selection_list' then (select call_id from allocation_lists where id = subject)
        end;
      end $$;
      create function promise_of_side() returns trigger ${BEHIND} as $$
      declare d decisions;
      begin
        select * into d from decisions where id = new.decision_id;
        if new.state in ${UNDECIDED} or tg_op = 'INSERT' then
          perform promise_moves('approval', d.id, 'ministry', new.country, null, d.home_country, d.host_country,
            call_of_decision(d.subject_kind, d.subject_id), d.withdrawn_at is null,
            case when new.state in ${UNDECIDED} then new.state_since else d.opened_at end, new.due_at, false);
        end if;
        if new.state not in ${UNDECIDED} then
          perform promise_moves('approval', d.id, 'ministry', new.country, null, d.home_country, d.host_country, null,
            false, new.state_since, null, false);
        end if;
        return null;
      end $$;
      create trigger promise_begins after insert on decision_sides for each row execute function promise_of_side();
      create trigger promise_moves after update of state, due_at on decision_sides for each row
        when (old.state is distinct from new.state or old.due_at is distinct from new.due_at)
        execute function promise_of_side();
      create function promise_of_decision() returns trigger ${BEHIND} as $$
      begin
        perform promise_moves('approval', new.id, 'ministry', country, null, new.home_country, new.host_country, null,
          false, new.withdrawn_at, null, true) from unnest(array[new.home_country, new.host_country]) as country;
        return null;
      end $$;
      create trigger promise_ends after update of withdrawn_at on decisions for each row
        when (old.withdrawn_at is null and new.withdrawn_at is not null) execute function promise_of_decision();

      create function promise_of_gate() returns trigger ${BEHIND} as $$
      declare a record;
      begin
        select home_country, host_country, transferred_at, call_id into a from applications where id = new.subject_id;
        perform promise_moves('gate', new.id, 'ministry', new.country, null, coalesce(a.home_country, new.country),
          case when a.transferred_at is null then null else a.host_country end, a.call_id, new.state = 'pending',
          new.state_since, new.due_at, false);
        return null;
      end $$;
      create trigger promise_begins after insert on gates for each row
        when (new.state = 'pending') execute function promise_of_gate();
      create trigger promise_moves after update of state, due_at on gates for each row
        when (old.state is distinct from new.state or old.due_at is distinct from new.due_at)
        execute function promise_of_gate();
      -- Nobody owes a word on an application that is over.
      create function promises_end_with_application() returns trigger ${BEHIND} as $$
      begin
        perform promise_moves('gate', g.id, 'ministry', g.country, null, new.home_country, null, null, false,
          new.state_since, null, true) from gates g where g.subject_id = new.id and g.state = 'pending';
        return null;
      end $$;
      create trigger promises_end after update of state on applications for each row
        when (old.state is distinct from new.state and new.state in ${OVER}) execute function promises_end_with_application();

      create function promise_of_appeal() returns trigger ${BEHIND} as $$
      begin
        perform promise_moves('appeal_admission', new.id, 'commission', new.home_country, null, new.home_country, null,
          new.call_id, new.state = 'lodged', new.state_since, new.admit_until, new.state = 'withdrawn');
        perform promise_moves('appeal_decision', new.id, 'commission', new.home_country, null, new.home_country, null,
          new.call_id, new.state = 'panel', new.state_since, new.decide_until, new.state = 'withdrawn');
        return null;
      end $$;
      create trigger promise_begins after insert on appeals for each row
        when (new.state in ('lodged', 'panel')) execute function promise_of_appeal();
      create trigger promise_moves after update of state, admit_until, decide_until on appeals for each row
        when (old.state is distinct from new.state or old.admit_until is distinct from new.admit_until
          or old.decide_until is distinct from new.decide_until)
        execute function promise_of_appeal();
      revoke execute on function promise_moves from public;
    `);

    // What waits when this comes, and what both countries said before it: their sides kept their days.
    await db.query(`
      select set_config('most.actor_kind', 'system', true);
      select promise_moves('screening', id, case when freemover then 'ministry' else 'institution' end, home_country,
        case when freemover then null else home_institution_id end, home_country, null, call_id, true, state_since, due_at,
        false) from applications where state in ${SCREENED};
      select promise_moves('endorsement', n.id, 'ministry', a.home_country, null, a.home_country, null, a.call_id, true,
        n.state_since, n.due_at, false)
        from nominations n join applications a on a.id = n.application_id where n.state = 'home_endorsed';
      select promise_moves('host', n.id, 'institution', i.country, i.id, a.home_country, i.country, a.call_id, true,
        n.state_since, n.due_at, false)
        from nominations n join applications a on a.id = n.application_id join institutions i on i.id = n.host_institution_id
        where n.state in ${ASKED_HOST};
      insert into promise_clocks (step, subject_id, office, country, home_country, host_country, call_id, began_at, due_at,
        ended_at)
        select 'approval', d.id, 'ministry', s.country, d.home_country, d.host_country,
          call_of_decision(d.subject_kind, d.subject_id), least(d.opened_at, s.state_since), s.due_at,
          case when s.state in ${UNDECIDED} then null else s.state_since end
        from decision_sides s join decisions d on d.id = s.decision_id
        where s.state not in ${UNDECIDED} or d.withdrawn_at is null;
      select promise_moves('gate', g.id, 'ministry', g.country, null, a.home_country, a.host_country, a.call_id, true,
        g.state_since, g.due_at, false)
        from gates g join applications a on a.id = g.subject_id
        where g.state = 'pending' and a.state not in ${OVER};
      select promise_moves(case state when 'lodged' then 'appeal_admission' else 'appeal_decision' end, id, 'commission',
        home_country, null, home_country, null, call_id, true, state_since,
        case state when 'lodged' then admit_until else decide_until end, false) from appeals where state in ('lodged', 'panel');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop trigger promise_begins on applications;
      drop trigger promise_moves on applications;
      drop trigger promise_begins on nominations;
      drop trigger promise_moves on nominations;
      drop trigger promise_begins on decision_sides;
      drop trigger promise_moves on decision_sides;
      drop trigger promise_ends on decisions;
      drop trigger promise_begins on gates;
      drop trigger promise_moves on gates;
      drop trigger promises_end on applications;
      drop trigger promise_begins on appeals;
      drop trigger promise_moves on appeals;
      drop function promise_of_application, promise_of_nomination, promise_of_side, promise_of_decision, promise_of_appeal,
        promise_of_gate, promises_end_with_application, promise_moves, call_of_decision;
      drop table promise_counts, promise_clocks;
    `);
  }
}
