import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const OF_OWNER_SIDE = (table: string) => `${table}.owner_country = any ((select actor_officer_of())::text[])`;

/**
 * Values of people in tables that nobody changes otherwise. Only an erasure that is under way in the same transaction
 * reaches them, and only in these columns; by the key beside each.
 */
const ERASABLE: readonly (readonly [table: string, key: string, columns: readonly string[]])[] = [
  ['role_grants', 'person_id', ['reason', 'revoke_reason']],
  ['role_invitations', 'id', ['email', 'reason']],
  ['role_proposals', 'person_id', ['claim']],
  ['conflict_declarations', 'person_id', ['lift_reason']],
  ['conflict_declarations', 'about_id', ['lift_reason']],
  ['application_submissions', 'id', ['content', 'erased_at']],
  ['application_supplements', 'application_id', ['asked_because']],
  ['officer_notes', 'application_id', ['text']],
  ['thread_messages', 'application_id', ['text']],
  ['duplicate_verdicts', 'first_id', ['reason']],
  ['duplicate_verdicts', 'second_id', ['reason']],
  [
    'co_applicants',
    'id',
    [
      'name',
      'email',
      'email_key',
      'part',
      'native_family',
      'native_given',
      'latin_family',
      'latin_given',
      'passport_family',
      'passport_given',
      'reason',
    ],
  ],
  ['reference_requests', 'application_id', ['decline_reason']],
  ['reference_requests', 'id', ['name', 'email', 'email_key']],
  ['review_assignments', 'application_id', ['reason']],
  ['reviews', 'assignment_id', ['content', 'reason']],
  ['review_summaries', 'application_id', ['text', 'reason']],
  ['review_summary_answers', 'application_id', ['remark']],
  ['review_feedback', 'application_id', ['text']],
  ['review_discussion_entries', 'application_id', ['text']],
  ['review_conflicts', 'id', ['evidence', 'dismissal']],
  ['interviews', 'application_id', ['reason']],
  ['interview_notes', 'interview_id', ['text']],
  ['appeal_words', 'appeal_id', ['text']],
  ['appeal_votes', 'appeal_id', ['reasons']],
  ['appeal_snapshots', 'appeal_id', ['content', 'erased_at']],
];

/**
 * How long which data are kept, by the country whose law says so; null: any other. `at_least`: a law asks for it, against an
 * erasure too; `at_most`: what the clock takes away afterwards. To be checked by each ministry.
 */
const RULES: readonly (readonly [
  category: string,
  kind: 'at_least' | 'at_most',
  country: string | null,
  days: number,
  law: string,
])[] = [
  ['award_letters', 'at_least', null, 3650, 'archives'],
  ['award_letters', 'at_least', 'RS', 3650, 'rs_archives'],
  ['award_letters', 'at_least', 'RU', 3650, 'ru_archives'],
  ['never_submitted', 'at_most', null, 180, 'purpose_ended'],
  ['ended_applications', 'at_most', null, 1095, 'claims'],
  ['ended_applications', 'at_most', 'RS', 1095, 'rs_obligations'],
  ['ended_applications', 'at_most', 'RU', 1095, 'ru_civil_code'],
  ['mails', 'at_most', null, 365, 'purpose_ended'],
];

/** A person is erased by anonymising: what stays are ids and codes. And how long which data are kept, as data. */
export class Erasure1795400000057 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table persons add column erased_at timestamptz;
      -- What was submitted, or lay before a panel, keeps the hash that it had.
      alter table application_submissions add column erased_at timestamptz;
      alter table appeal_snapshots add column erased_at timestamptz;

      create table erasures (
        id uuid primary key,
        person_id uuid not null references persons,
        owner_country text not null check (owner_country ~ '^[A-Z]{2}$'),
        state text not null check (state in ('asked', 'withdrawn', 'refused', 'running', 'done')),
        -- Null: by whoever keeps the machine, for somebody who asked by letter.
        asked_by uuid references persons,
        asked_at timestamptz not null,
        -- Null: by the rule, because nothing of theirs ever left their hands.
        decided_by uuid references persons,
        ended_at timestamptz,
        reason text check (length(reason) between 1 and 4000),
        report jsonb,
        check ((state in ('asked', 'running')) = (ended_at is null)),
        check ((state = 'refused') = (reason is not null)),
        check ((state = 'done') = (report is not null)),
        check (asked_by is null or asked_by = person_id),
        -- Nobody answers their own request.
        check (decided_by <> person_id)
      );
      comment on table erasures is 'personal';
      create unique index erasures_one_open on erasures (person_id) where state in ('asked', 'running');
      create index erasures_by_person on erasures (person_id);
      create index erasures_by_asker on erasures (asked_by) where asked_by is not null;
      create index erasures_by_decider on erasures (decided_by) where decided_by is not null;
      create index erasures_waiting on erasures (owner_country, asked_at) where state = 'asked';
      alter table erasures enable row level security;
      alter table erasures force row level security;
      create policy read on erasures for select using (
        ${SYSTEM} or person_id = (select actor_person()) or ${OF_OWNER_SIDE('erasures')});
      create policy ask on erasures for insert with check (
        ${SYSTEM} or (person_id = (select actor_person()) and asked_by = person_id and state = 'asked'));
      create policy lead on erasures for update using (${SYSTEM});
      grant select, insert, update on erasures to most_app;

      create table retention_rules (
        id uuid primary key default gen_random_uuid(),
        category text not null,
        kind text not null check (kind in ('at_least', 'at_most')),
        country text check (country ~ '^[A-Z]{2}$'),
        days integer not null check (days between 0 and 36500),
        law text not null,
        valid_from date not null,
        unique nulls not distinct (category, kind, country, valid_from)
      );
      grant select, insert on retention_rules to most_app;

      create table erasable_columns (
        table_name text not null,
        key_name text not null,
        column_name text not null,
        primary key (table_name, column_name, key_name)
      );
      grant select on erasable_columns to most_app;

      create function erasure_is_under_way() returns boolean language plpgsql stable security definer
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        -- A running one is never committed: only the act that carries it out sees it.
        return exists (select from erasures where state = 'running');
      end $$;

      /* Puts one value into a column for those keys; where there was none, none comes. */
      create function forget_values(of_table text, by_key text, of_column text, keys uuid[], value text) returns integer
        language plpgsql security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      declare
        kind text;
        forgotten integer;
      begin
        if not erasure_is_under_way() then
          raise insufficient_privilege using message = 'no erasure is under way';
        end if;
        if not exists (select from erasable_columns e where e.table_name = of_table and e.key_name = by_key
            and e.column_name = of_column) then
          raise insufficient_privilege using message = format('%s.%s is not erased by %s', of_table, of_column, by_key);
        end if;
        select format_type(a.atttypid, a.atttypmod) into kind from pg_attribute a
          where a.attrelid = of_table::regclass and a.attname = of_column and not a.attisdropped;
        execute format('update %1$I set %2$I = $1::%3$s where %4$I = any ($2) and ($3 or %2$I is not null)
            and %2$I is distinct from $1::%3$s', of_table, of_column, kind, by_key)
          using value, keys, of_column = 'erased_at';
        get diagnostics forgotten = row_count;
        return forgotten;
      end $$;
      revoke execute on function forget_values, erasure_is_under_way from public;
      grant execute on function forget_values, erasure_is_under_way to most_app;
    `);
    await db.query(
      `insert into erasable_columns (table_name, key_name, column_name)
       select * from unnest($1::text[], $2::text[], $3::text[])`,
      [
        ERASABLE.flatMap(([table, , columns]) => columns.map(() => table)),
        ERASABLE.flatMap(([, key, columns]) => columns.map(() => key)),
        ERASABLE.flatMap(([, , columns]) => columns),
      ],
    );
    for (const rule of RULES) {
      await db.query(
        `insert into retention_rules (category, kind, country, days, law, valid_from)
         values ($1, $2, $3, $4, $5, '2026-01-01')`,
        [...rule],
      );
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function forget_values;
      drop function erasure_is_under_way;
      drop table erasable_columns;
      drop table retention_rules;
      drop table erasures;
      alter table appeal_snapshots drop column erased_at;
      alter table application_submissions drop column erased_at;
      alter table persons drop column erased_at;
    `);
  }
}
