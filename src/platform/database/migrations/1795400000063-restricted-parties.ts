import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const OFFICER_OF = 'any ((select actor_officer_of())::text[])';

/**
 * Lists of restricted parties as they were imported, each version kept, and what was found of the parties of an exchange on
 * them. A list is kept by one country, for the gates of that country.
 */
export class RestrictedParties1795400000063 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table restricted_lists (
        id uuid primary key,
        -- Whose officers keep it.
        country text not null references countries,
        name text not null check (length(name) between 1 and 200),
        issuer_country text not null check (issuer_country ~ '^[A-Z]{2}$'),
        created_at timestamptz not null,
        unique (country, name)
      );
      create table restricted_list_versions (
        id uuid primary key,
        list_id uuid not null references restricted_lists,
        country text not null references countries,
        version text not null check (length(version) between 1 and 100),
        dated date not null,
        source text not null check (length(source) between 1 and 1000),
        entries integer not null,
        added integer not null,
        changed integer not null,
        removed integer not null,
        imported_by uuid references persons,
        imported_at timestamptz not null,
        -- How far the gates of the country were screened again with it.
        to_screen integer not null default 0,
        screened integer not null default 0,
        screened_at timestamptz,
        unique (list_id, version)
      );
      create index restricted_list_versions_by_country on restricted_list_versions (country);
      create index restricted_list_versions_by_importer on restricted_list_versions (imported_by);
      create table restricted_entries (
        id uuid primary key,
        version_id uuid not null references restricted_list_versions,
        list_id uuid not null references restricted_lists,
        country text not null references countries,
        -- As the list calls it, from version to version.
        key text not null check (length(key) between 1 and 100),
        hash text not null,
        kind text not null check (kind in ('person', 'organisation')),
        names text[] not null check (cardinality(names) > 0),
        birth_years integer[] not null default '{}',
        note text,
        unique (version_id, key)
      );
      create index restricted_entries_by_list on restricted_entries (list_id);
      create index restricted_entries_by_country on restricted_entries (country);
      -- Of the newest version alone: what names are looked for in.
      create table restricted_names (
        entry_id uuid not null references restricted_entries,
        list_id uuid not null references restricted_lists,
        country text not null references countries,
        kind text not null,
        name text not null,
        key text not null,
        primary key (entry_id, name)
      );
      create index restricted_names_by_list on restricted_names (list_id);
      create index restricted_names_by_country on restricted_names (country);
      create index restricted_names_search on restricted_names using gin (key gin_trgm_ops);

      -- From which score on two names are shown as a hit, by the kind of party.
      create table screening_thresholds (
        kind text primary key check (kind in ('person', 'organisation')),
        score numeric not null check (score between 0.5 and 1)
      );
      insert into screening_thresholds values ('person', 0.88), ('organisation', 0.9);
      grant select on screening_thresholds to most_app;
      revoke insert, update, delete, truncate on screening_thresholds from most_app;

      create table screening_hits (
        id uuid primary key,
        gate_id uuid not null references gates,
        country text not null references countries,
        party_kind text not null check (party_kind in ('person', 'organisation')),
        party_id uuid not null,
        list_id uuid not null references restricted_lists,
        version_id uuid not null references restricted_list_versions,
        entry_key text not null,
        entry_hash text not null,
        entry jsonb not null,
        own_name text not null,
        listed_name text not null,
        score numeric not null,
        birth_year text not null check (birth_year in ('same', 'unknown')),
        state text not null check (state in ('open', 'true_positive', 'false_positive', 'gone')),
        state_since timestamptz not null,
        found_at timestamptz not null,
        decided_by uuid references persons,
        decided_at timestamptz,
        reason text check (length(reason) between 1 and 4000),
        check (state not in ('true_positive', 'false_positive') or (decided_by is not null and reason is not null)),
        unique (gate_id, party_id, list_id, entry_key)
      );
      create index screening_hits_remembered on screening_hits (party_id, list_id, entry_key);
      create index screening_hits_by_list on screening_hits (list_id);
      create index screening_hits_by_version on screening_hits (version_id);
      create index screening_hits_by_country on screening_hits (country);
      create index screening_hits_by_decider on screening_hits (decided_by);
      revoke delete, truncate on restricted_lists, restricted_list_versions, restricted_entries, screening_hits from most_app;
      revoke update on restricted_lists, restricted_entries, restricted_names from most_app;
    `);
    for (const table of [
      'restricted_lists',
      'restricted_list_versions',
      'restricted_entries',
      'restricted_names',
      'screening_hits',
    ]) {
      await db.query(`
        create policy of_country on ${table} using (${SYSTEM} or country = ${OFFICER_OF});
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
    await db.query(`
      insert into erasable_columns (table_name, key_name, column_name) values ('gate_evidence', 'gate_id', 'words');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Who was found, and what was decided of it, would be lost.
    await db.query('do $$ begin raise exception $m$ screening is not taken down $m$; end $$');
  }
}
