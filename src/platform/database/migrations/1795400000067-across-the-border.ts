import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const OWN = (table: string) => `${table}.person_id = (select actor_person())`;
const OF_OFFICE = (column: string) => `${column} = any ((select actor_officer_of())::text[])`;
/** Answers for the programme, and reads the register without names. */
const PROGRAMME = `((select actor_programme_roles()) && array['programme_administrator', 'auditor'])`;

/** Whom the law of a country makes the owner of a record, by the first fact that is known. To be checked by each ministry. */
const RESIDENCY: readonly (readonly [ordinal: number, fact: string, law: string])[] = [
  [1, 'residence', 'territory'],
  [2, 'citizenship', 'citizens'],
  [3, 'provider', 'vouched'],
];

const words = (sr: string, ru: string, en: string) => JSON.stringify({ sr, ru, en });
const BASES: readonly (readonly [country: string, code: string, version: string, words: string])[] = [
  [
    'RS',
    'consent',
    '2026-1',
    words(
      'Закон о заштити података о личности (ZZPL), чл. 12, 15 и 63–72: пристанак лица и пренос у другу државу',
      'Закон Сербии о защите персональных данных (ZZPL), ст. 12, 15 и 63–72: согласие и передача в другое государство',
      'Serbian law on the protection of personal data (ZZPL), art. 12, 15 and 63–72: consent, and transfer to another state',
    ),
  ],
  [
    'RU',
    'consent',
    '2026-1',
    words(
      'Савезни закон Русије № 152-ФЗ, чл. 6, 9 и 12: сагласност као посебан документ и пренос преко границе',
      'Федеральный закон № 152-ФЗ, ст. 6, 9 и 12: согласие отдельным документом и трансграничная передача',
      'Russian federal law 152-FZ, art. 6, 9 and 12: consent as a document of its own, and cross-border transfer',
    ),
  ],
];

/**
 * When the other side's sight ends, by what ended the application: how many days after, what of the file is still told then,
 * and for how long. Without a country: every one that has no rule of its own.
 */
const SIGHT: readonly (readonly [
  cause: string,
  days: number,
  kept: readonly string[],
  keptDays: number,
  law: string,
])[] = [
  ['consent_withdrawn', 0, ['number', 'dates'], 1095, 'proof'],
  ['withdrawn', 0, ['number', 'dates'], 1095, 'proof'],
  ['host_refused', 0, ['number', 'dates', 'answer'], 1095, 'proof'],
  // Both countries answer for what they decided until nobody can contest it.
  ['refused', 60, ['number', 'dates', 'answer'], 1095, 'claims'],
  ['substituted', 0, ['number', 'dates'], 1095, 'proof'],
  ['place_changed', 0, ['number', 'dates'], 1095, 'proof'],
  ['declined', 0, ['number', 'dates'], 1095, 'proof'],
  ['offer_expired', 0, ['number', 'dates'], 1095, 'proof'],
];

/** Whose record is whose, what was seen across the border until when, corrections, and what the clock takes away. */
export class AcrossTheBorder1795400000067 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table transfers add column legal_version text;

      create table legal_bases (
        country text not null check (country ~ '^[A-Z]{2}$'),
        code text not null,
        version text not null,
        words jsonb not null,
        valid_from date not null,
        primary key (country, code, valid_from)
      );
      grant select, insert on legal_bases to most_app;

      create table sight_rules (
        cause text not null,
        country text check (country ~ '^[A-Z]{2}$'),
        days integer not null check (days between 0 and 3650),
        kept text[] not null,
        kept_days integer not null check (kept_days between 0 and 36500),
        law text not null,
        valid_from date not null,
        unique nulls not distinct (cause, country, valid_from)
      );
      grant select, insert on sight_rules to most_app;

      create table transfer_ends (
        id uuid primary key,
        person_id uuid not null references persons,
        subject_kind text not null,
        subject_id uuid not null,
        -- What the record is called by, without its person: a number.
        label text not null,
        to_country text not null check (to_country ~ '^[A-Z]{2}$'),
        recipient_institution_id uuid references institutions,
        cause text not null,
        seen_from timestamptz not null,
        at timestamptz not null,
        kept text[] not null,
        kept_until timestamptz not null,
        check (at >= seen_from),
        check (kept_until >= at)
      );
      comment on table transfer_ends is 'personal';
      create index transfer_ends_by_person on transfer_ends (person_id);
      create index transfer_ends_by_subject on transfer_ends (subject_kind, subject_id);
      create index transfer_ends_by_recipient on transfer_ends (recipient_institution_id, at);
      create index transfer_ends_by_country on transfer_ends (to_country, at);
      alter table transfer_ends enable row level security;
      alter table transfer_ends force row level security;
      -- The other side knows that there was something, and no more, as long as the rule says.
      create policy read on transfer_ends for select using (
        ${SYSTEM} or ${OWN('transfer_ends')} or subject_is_visible(subject_kind, subject_id)
        or (kept_until > (select actor_instant())
          and (${OF_OFFICE('to_country')}
            or recipient_institution_id = any ((select actor_host_institutions())::uuid[]))));
      create policy register on transfer_ends for insert with check (${SYSTEM});
      create policy moved_with_account on transfer_ends for update using (${SYSTEM});
      grant select, insert on transfer_ends to most_app;
      grant update (person_id) on transfer_ends to most_app;

      create table residency_rules (
        ordinal integer not null,
        fact text not null check (fact in ('residence', 'citizenship', 'provider')),
        law text not null,
        valid_from date not null,
        primary key (ordinal, valid_from)
      );
      grant select, insert on residency_rules to most_app;

      create table residencies (
        id uuid primary key,
        person_id uuid not null references persons,
        citizenship text check (citizenship ~ '^[A-Z]{2}$'),
        residence text check (residence ~ '^[A-Z]{2}$'),
        country text not null check (country ~ '^[A-Z]{2}$'),
        fact text not null check (fact in ('residence', 'citizenship', 'provider')),
        law text not null,
        stated_at timestamptz not null,
        ended_at timestamptz,
        check (ended_at >= stated_at)
      );
      comment on table residencies is 'personal';
      create unique index residencies_one_in_force on residencies (person_id) where ended_at is null;
      create index residencies_by_person on residencies (person_id);
      alter table residencies enable row level security;
      alter table residencies force row level security;
      create policy own on residencies using (${SYSTEM} or ${OWN('residencies')});
      grant select, insert on residencies to most_app;
      grant update (ended_at, person_id) on residencies to most_app;
      grant delete on residencies to most_app;

      create table corrections (
        id uuid primary key,
        person_id uuid not null references persons,
        owner_country text not null check (owner_country ~ '^[A-Z]{2}$'),
        application_id uuid references applications,
        field text not null check (length(field) between 1 and 200),
        wanted text not null check (length(wanted) between 1 and 2000),
        state text not null check (state in ('asked', 'withdrawn', 'refused', 'done')),
        asked_at timestamptz not null,
        answered_by uuid references persons,
        ended_at timestamptz,
        answer text check (length(answer) between 1 and 2000),
        check ((state = 'asked') = (ended_at is null)),
        check ((state in ('refused', 'done')) = (answered_by is not null and answer is not null)),
        check (answered_by <> person_id)
      );
      comment on table corrections is 'personal';
      create index corrections_by_person on corrections (person_id);
      create index corrections_by_application on corrections (application_id) where application_id is not null;
      create index corrections_by_officer on corrections (answered_by) where answered_by is not null;
      create index corrections_waiting on corrections (owner_country, asked_at) where state = 'asked';
      alter table corrections enable row level security;
      alter table corrections force row level security;
      create policy read on corrections for select using (
        ${SYSTEM} or ${OWN('corrections')} or ${OF_OFFICE('owner_country')});
      create policy ask on corrections for insert with check (
        ${SYSTEM} or (${OWN('corrections')} and state = 'asked'));
      create policy answer on corrections for update using (
        ${SYSTEM} or (state = 'asked' and (${OWN('corrections')} or ${OF_OFFICE('owner_country')})))
        with check (${SYSTEM} or ${OWN('corrections')} or answered_by = (select actor_person()));
      grant select, insert, update on corrections to most_app;

      create table retention_runs (
        id uuid primary key,
        dry boolean not null,
        started_at timestamptz not null,
        ended_at timestamptz,
        report jsonb,
        check ((ended_at is null) = (report is null))
      );
      create index retention_runs_newest on retention_runs (started_at desc);
      grant select, insert, update on retention_runs to most_app;
      create table retention_batches (
        id uuid primary key,
        run_id uuid not null references retention_runs,
        category text not null,
        state text not null check (state in ('running', 'done')),
        records integer not null default 0 check (records >= 0)
      );
      create index retention_batches_by_run on retention_batches (run_id);
      grant select, insert, update on retention_batches to most_app;

      create or replace function erasure_is_under_way() returns boolean language plpgsql stable security definer
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        -- A running one is never committed: only the act that carries it out sees it.
        return exists (select from erasures where state = 'running')
          or exists (select from retention_batches where state = 'running');
      end $$;

      -- The register is read by whoever answers for the programme: who a person is stays behind their id.
      create policy of_programme on transfers for select using (${PROGRAMME});
      create policy of_programme on transfer_ends for select using (${PROGRAMME});

      insert into erasable_columns (table_name, key_name, column_name) values
        ('corrections', 'person_id', 'wanted'), ('corrections', 'person_id', 'answer');
    `);
    for (const base of BASES) {
      await db.query(
        `insert into legal_bases (country, code, version, words, valid_from) values ($1, $2, $3, $4, '2026-01-01')`,
        [...base],
      );
    }
    for (const [cause, days, kept, keptDays, law] of SIGHT) {
      await db.query(
        `insert into sight_rules (cause, days, kept, kept_days, law, valid_from) values ($1, $2, $3, $4, $5, '2026-01-01')`,
        [cause, days, kept, keptDays, law],
      );
    }
    for (const rule of RESIDENCY) {
      await db.query(
        `insert into residency_rules (ordinal, fact, law, valid_from) values ($1, $2, $3, '2026-01-01')`,
        [...rule],
      );
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // What was seen across the border, and until when, would be lost.
    await db.query('do $$ begin raise exception $m$ the register is not taken down $m$; end $$');
  }
}
