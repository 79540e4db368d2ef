import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const OFFICER_OF = 'any ((select actor_officer_of())::text[])';

const APPLICATION_STATES = `'draft', 'never_submitted', 'submitted', 'screening', 'eligible', 'ineligible', 'returned',
  'lapsed', 'in_review', 'scored', 'provisional', 'final', 'awaiting_clearance', 'not_cleared', 'offered', 'accepted',
  'declined', 'offer_expired', 'offer_withdrawn', 'conditions_pending', 'confirmed', 'conditions_not_met', 'deferred',
  'withdrawn'`;

/**
 * Clearance gates: what a country asks before somebody may come or go (export control, restricted parties, security,
 * ethics). What is asked is data with its history; each gate is of one country, and only that country's officers see more of
 * it than its state and its dates.
 */
export class Gates1795400000053 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- A place is held while gates wait, and given back when one is refused.
      alter table applications drop constraint applications_state_check;
      alter table applications add constraint applications_state_check check (state in (${APPLICATION_STATES}));
      alter table applications add constraint applications_held_check check (state <> 'awaiting_clearance'
        or (place_id is not null and result = 'selected' and transferred_at is not null));
    `);
    await db.query(`
      create table gate_rules (
        id uuid primary key,
        kind text not null check (kind in ('export_control', 'restricted_parties', 'security_clearance', 'ethics')),
        country text not null references countries,
        -- Null: for every call.
        call_id uuid references calls,
        -- Beginnings of ISCED-F codes, and categories; none: all.
        fields text[] not null default '{}',
        categories text[] not null default '{}',
        -- Whether the country asks as the one that sends, or as the one that receives.
        sides text[] not null check (cardinality(sides) > 0 and sides <@ array['home', 'host']),
        forward_days integer not null check (forward_days between 0 and 400),
        decide_days integer not null check (decide_days between 1 and 400),
        office jsonb not null,
        evidence jsonb not null default '[]',
        -- How long a word holds; null: for the whole stay.
        validity_days integer check (validity_days between 1 and 4000),
        source text not null check (length(source) between 1 and 1000),
        -- Taken from a source that nobody of the country has confirmed yet.
        to_verify boolean not null default false,
        valid_from date not null,
        valid_until date,
        replaces_id uuid references gate_rules,
        created_by uuid references persons,
        created_at timestamptz not null,
        ended_by uuid references persons,
        ended_at timestamptz,
        check (valid_until is null or valid_until >= valid_from)
      );
      create index gate_rules_by_country on gate_rules (country, kind);
      create index gate_rules_by_call on gate_rules (call_id) where call_id is not null;
      create index gate_rules_by_creator on gate_rules (created_by);
      create index gate_rules_by_ender on gate_rules (ended_by);
      create unique index gate_rules_replaced_once on gate_rules (replaces_id) where replaces_id is not null;
      -- A rule is never changed: another one takes its place.
      revoke update, delete, truncate on gate_rules from most_app;
      grant update (valid_until, ended_by, ended_at) on gate_rules to most_app;

      create table gates (
        id uuid primary key,
        subject_kind text not null,
        subject_id uuid not null,
        rule_id uuid not null references gate_rules,
        kind text not null check (kind in ('export_control', 'restricted_parties', 'security_clearance', 'ethics')),
        country text not null references countries,
        side text not null check (side in ('home', 'host')),
        state text not null check (state in ('not_required', 'pending', 'cleared', 'conditional', 'refused', 'expired')),
        state_since timestamptz not null,
        opened_at timestamptz not null,
        due_at timestamptz not null,
        -- The last day of the stay, and the last day on which the word holds.
        needed_until date not null,
        expires_on date,
        officer_id uuid references persons,
        decided_by uuid references persons,
        decided_for uuid references persons,
        decided_at timestamptz,
        reason_code text,
        reason_text text check (length(reason_text) between 1 and 4000),
        -- What whoever applies may know of a refusal.
        told_text text check (length(told_text) between 1 and 2000),
        conditions text[] not null default '{}',
        preparers uuid[] not null default '{}',
        about_persons uuid[] not null default '{}',
        barred_institutions uuid[] not null default '{}',
        reopened_at timestamptz,
        warned_at timestamptz,
        -- When its subject went away, or changed so that another one was opened.
        withdrawn_at timestamptz,
        check (state not in ('not_required', 'cleared', 'conditional', 'refused')
          or (decided_by is not null and decided_at is not null and reason_code is not null and reason_text is not null)),
        check (state <> 'conditional' or cardinality(conditions) > 0),
        check (state <> 'refused' or told_text is not null),
        check (state <> 'expired' or expires_on is not null)
      );
      create unique index gates_one_of_a_kind on gates (subject_kind, subject_id, kind, country) where withdrawn_at is null;
      create index gates_waiting on gates (country, due_at, id) where state = 'pending' and withdrawn_at is null;
      create index gates_by_country on gates (country, state_since, id);
      create index gates_expiring on gates (expires_on) where expires_on is not null and withdrawn_at is null;
      create index gates_by_rule on gates (rule_id);
      create index gates_by_officer on gates (officer_id);
      create index gates_by_decider on gates (decided_by);
      create index gates_by_principal on gates (decided_for);
      create index gates_about on gates using gin (about_persons);
      revoke delete, truncate on gates from most_app;

      create table gate_evidence (
        id uuid primary key,
        gate_id uuid not null references gates,
        -- Which of what the rule asks for; null: something else.
        item text,
        words text not null check (length(words) between 1 and 4000),
        added_by uuid not null references persons,
        added_at timestamptz not null
      );
      create index gate_evidence_by_gate on gate_evidence (gate_id, added_at);
      create index gate_evidence_by_author on gate_evidence (added_by);
      revoke update, delete, truncate on gate_evidence from most_app;
    `);
    await db.query(`
      -- What a country asks is no secret to anybody who works here; who said it stands beside it.
      create policy read on gate_rules for select using (true);
      create policy say on gate_rules for insert with check (
        ${SYSTEM} or (created_by = ${ME} and country = ${OFFICER_OF}));
      create policy conclude on gate_rules for update using (${SYSTEM} or country = ${OFFICER_OF});

      create policy read on gates for select using (${SYSTEM} or country = ${OFFICER_OF});
      create policy open on gates for insert with check (${SYSTEM});
      create policy settle on gates for update using (${SYSTEM} or country = ${OFFICER_OF});

      create function gate_is_of_officer(gate uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from gates g where g.id = gate and g.country = any (actor_officer_of()));
      end $$;
      create policy read on gate_evidence for select using (${SYSTEM} or gate_is_of_officer(gate_id));
      create policy add on gate_evidence for insert with check (
        ${SYSTEM} or (added_by = ${ME} and gate_is_of_officer(gate_id)));
    `);
    for (const table of ['gate_rules', 'gates', 'gate_evidence']) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
    await db.query(`
      -- What an applicant reads of a panel they go on reading while gates wait, and after one was refused.
      create or replace function feedback_is_published(application uuid) returns boolean language plpgsql
        stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        return exists (select from applications a join calls c on c.id = a.call_id
          where a.id = application and a.applicant_id = actor_person() and a.number is not null
            and a.state in ('provisional', 'final', 'awaiting_clearance', 'not_cleared', 'offered', 'accepted', 'declined',
              'offer_expired', 'offer_withdrawn', 'conditions_pending', 'confirmed', 'conditions_not_met', 'deferred')
            and c.selection #>> '{review,feedback}' = 'summary');
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Who was let through, and by whom, would be lost.
    await db.query('do $$ begin raise exception $m$ gates are not taken down $m$; end $$');
  }
}
