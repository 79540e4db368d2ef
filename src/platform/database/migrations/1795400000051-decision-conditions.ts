import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const OF_OFFICE = `(country = any ((select actor_officer_of())::text[]) and exists (select from decisions d where d.id = decision_id))`;
const OF_APPLICANT = `exists (select from decisions d join applications a on a.id = d.subject_id
  where d.id = decision_id and d.subject_kind = 'application' and a.applicant_id = (select actor_person()))`;

/**
 * Each condition under which a side approved is a row of its own, followed until it is met, not met or waived. The words of
 * the verdict stay on the side as they were spoken.
 */
export class DecisionConditions1795400000051 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table decision_conditions (
        id uuid primary key,
        decision_id uuid not null,
        country text not null references countries,
        ordinal integer not null check (ordinal > 0),
        text text not null check (length(text) between 1 and 4000),
        -- The last second of its day in the zone of what is decided.
        due_at timestamptz not null,
        set_at timestamptz not null,
        state text not null check (state in ('open', 'met', 'not_met', 'waived')),
        state_since timestamptz not null,
        evidence_text text check (length(evidence_text) <= 4000),
        evidence_upload_id uuid references uploads,
        evidence_by uuid references persons,
        evidence_at timestamptz,
        settled_by uuid references persons,
        settled_at timestamptz,
        settled_note text check (length(settled_note) <= 4000),
        -- By the clock: once before its day, once after it.
        reminded_at timestamptz,
        overdue_at timestamptz,
        foreign key (decision_id, country) references decision_sides,
        unique (decision_id, country, ordinal),
        check ((state = 'open') = (settled_at is null)),
        check (state not in ('not_met', 'waived') or settled_note is not null),
        check ((evidence_at is null) = (evidence_text is null and evidence_upload_id is null))
      );
      create index decision_conditions_due on decision_conditions (due_at) where state = 'open';
      create index decision_conditions_by_country on decision_conditions (country);
      create index decision_conditions_by_upload on decision_conditions (evidence_upload_id)
        where evidence_upload_id is not null;
      create index decision_conditions_by_giver on decision_conditions (evidence_by) where evidence_by is not null;
      create index decision_conditions_by_settler on decision_conditions (settled_by) where settled_by is not null;

      -- Conditions that were set before they were followed: where the place is taken already they hold up nobody any more.
      insert into decision_conditions (id, decision_id, country, ordinal, text, due_at, set_at, state, state_since, settled_at,
          settled_note)
        select gen_random_uuid(), s.decision_id, s.country, c.ordinal, c.text, s.state_since + interval '60 days',
          s.state_since, case when done.it then 'waived' else 'open' end, s.state_since,
          case when done.it then s.state_since end, case when done.it then 'Set before conditions were followed.' end
        from decision_sides s join decisions d on d.id = s.decision_id
        cross join lateral unnest(s.conditions) with ordinality c (text, ordinal)
        cross join lateral (select exists (select from applications a where d.subject_kind = 'application'
          and a.id = d.subject_id and a.state in ('accepted', 'confirmed', 'deferred')) as it) done;

      comment on table decision_conditions is 'personal';
      alter table decision_conditions enable row level security;
      alter table decision_conditions force row level security;
      -- What was asked, and until when, is never changed but by an erasure; neither is a condition taken away.
      create function condition_keeps_its_words() returns trigger language plpgsql as $$
      begin
        if new.text is distinct from old.text and not actor_is_system() then
          raise insufficient_privilege using message = 'a condition keeps its words';
        end if;
        return new;
      end $$;
      create trigger keeps_its_words before update of text on decision_conditions
        for each row execute function condition_keeps_its_words();
      revoke update, delete, truncate on decision_conditions from most_app;
      grant update (text, state, state_since, evidence_text, evidence_upload_id, evidence_by, evidence_at, settled_by, settled_at,
        settled_note, reminded_at, overdue_at) on decision_conditions to most_app;
      -- Read by whoever reads the decision; settled by the side that set it, answered by whom it is asked of.
      create policy read on decision_conditions for select using (
        ${SYSTEM} or exists (select from decisions d where d.id = decision_id));
      create policy set_one on decision_conditions for insert with check (
        ${SYSTEM} or (state = 'open' and ${OF_OFFICE}));
      create policy lead on decision_conditions for update using (${SYSTEM} or ${OF_OFFICE} or ${OF_APPLICANT})
        with check (${SYSTEM} or ${OF_OFFICE} or (state = 'open' and ${OF_APPLICANT}));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table decision_conditions; drop function condition_keeps_its_words');
  }
}
