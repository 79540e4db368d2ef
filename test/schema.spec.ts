import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { Column, DataSource, Entity, getMetadataArgsStorage, PrimaryColumn } from 'typeorm';
import type { EntityMetadata } from 'typeorm';
import { SnakeCaseNaming } from '../src/platform/database/snake-case-naming.js';
import { createTestDatabase } from './database/database-for-test.js';
import type { TestDatabase } from './database/database-for-test.js';

const SOURCE = resolve(import.meta.dirname, '../src');

/**
 * What a column holds, by the name that PostgreSQL or TypeORM gives its type. Two types of one family read and write
 * the same values in the driver; `bigint` is a family of its own, because the driver gives it as a text.
 */
const FAMILIES: Readonly<Record<string, string>> = {
  text: 'text',
  varchar: 'text',
  'character varying': 'text',
  citext: 'text',
  uuid: 'uuid',
  int2: 'integer',
  int4: 'integer',
  integer: 'integer',
  smallint: 'integer',
  int8: 'bigint',
  bigint: 'bigint',
  numeric: 'numeric',
  decimal: 'numeric',
  float8: 'float',
  'double precision': 'float',
  bool: 'boolean',
  boolean: 'boolean',
  timestamptz: 'instant',
  'timestamp with time zone': 'instant',
  timestamp: 'local time',
  'timestamp without time zone': 'local time',
  date: 'date',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
};

let database: TestDatabase;
let client: pg.Client;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((path) => /[/\\]data[/\\][^/\\]+\.entity\.ts$/.test(path))) {
    await import(join(SOURCE, file));
  }
  dataSource = await dataSourceOf(getMetadataArgsStorage().tables.map(({ target }) => target));
});

afterAll(async () => {
  await dataSource.destroy();
  await client.end();
  await database.drop();
});

it('of statements nothing is compiled: a copy of the template does not have what the migrations set for its database', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_db_role_setting join pg_database d on d.oid = setdatabase
     where setrole = 0 and setconfig @> '{jit=off}'`,
  );
  expect(rows).toContainEqual({ name: 'most_template' });
});

describe('entities', () => {
  it('are what the migrations made', async () => {
    expect(dataSource.entityMetadatas.length).toBeGreaterThan(0);
    expect(await entityFaults(dataSource.entityMetadatas)).toEqual([]);
  });

  it('are found out where they are not', async () => {
    class Planted {
      code: string;
      timeZone: Date;
      currency: string | null;
      anthem: string;
    }
    Entity({ name: 'countries' })(Planted);
    PrimaryColumn('text')(Planted.prototype, 'code');
    Column('timestamptz')(Planted.prototype, 'timeZone');
    Column('text', { nullable: true })(Planted.prototype, 'currency');
    Column('text')(Planted.prototype, 'anthem');
    const planted = await dataSourceOf([Planted]);
    const faults = await entityFaults(planted.entityMetadatas);
    await planted.destroy();
    expect(faults).toEqual([
      'countries.time_zone: instant in the entity, text in the database',
      'countries.currency: nullable in the entity, not null in the database',
      'countries.anthem: not in the database',
    ]);
  });
});

describe('tables', () => {
  it('guard what is personal, are named alike and find their references by an index', async () => {
    expect(await tableFaults()).toEqual([]);
  });

  it('are found out where they do not', async () => {
    const before = await tableFaults();
    await client.query('begin');
    await client.query(`
      create table "plantedTable" ("someColumn" text);
      create table planted_unmarked (person_id uuid primary key references persons);
      create table planted_unguarded (id uuid primary key, email text);
      comment on table planted_unguarded is 'personal';
      create table planted_unforced (id uuid primary key);
      alter table planted_unforced enable row level security;
      create policy everybody on planted_unforced using (true);
      comment on table planted_unforced is 'personal';
      create table planted_closed (id uuid primary key);
      alter table planted_closed enable row level security;
      alter table planted_closed force row level security;
      comment on table planted_closed is 'personal';
      create table planted_reference (id uuid primary key, code text not null, country text references countries);
      create index on planted_reference (code, country);
    `);
    const faults = await tableFaults();
    await client.query('rollback');
    expect(faults.filter((fault) => !before.includes(fault))).toEqual([
      'planted_closed: no policy: nobody sees anything',
      'planted_unforced: row-level security is not forced',
      'planted_unguarded: row-level security is not enabled',
      'planted_unguarded: row-level security is not forced',
      'planted_unguarded: no policy: nobody sees anything',
      'planted_unmarked: refers to persons but is not marked personal',
      'plantedTable: not snake_case',
      'plantedTable.someColumn: not snake_case',
      'planted_reference.planted_reference_country_fkey: no index begins with its columns',
    ]);
  });
});

type EntityClass = Extract<
  NonNullable<ConstructorParameters<typeof DataSource>[0]['entities']>,
  readonly unknown[]
>;

async function dataSourceOf(entities: EntityClass): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url: database.ownerUrl,
    entities,
    namingStrategy: new SnakeCaseNaming(),
    poolSize: 1,
  }).initialize();
}

async function entityFaults(entities: readonly EntityMetadata[]): Promise<string[]> {
  const { rows } = await client.query<{ at: string; type: string; nullable: boolean; view: boolean }>(`
    select c.relname || '.' || a.attname as at, t.typname as type, not a.attnotnull as nullable, c.relkind <> 'r' as view
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm') and a.attnum > 0 and not a.attisdropped`);
  const columns = new Map(rows.map((row) => [row.at, row]));
  return entities.flatMap((entity) =>
    entity.columns.flatMap((column) => {
      const at = `${entity.tableName}.${column.databaseName}`;
      const real = columns.get(at);
      if (!real) return [`${at}: not in the database`];
      const array = real.type.startsWith('_');
      const says = family(dataSource.driver.normalizeType(column), column.isArray);
      const is = family(array ? real.type.slice(1) : real.type, array);
      const nullability = (nullable: boolean) => (nullable ? 'nullable' : 'not null');
      return [
        ...(says === is ? [] : [`${at}: ${says} in the entity, ${is} in the database`]),
        // The columns of a view are always nullable to PostgreSQL.
        ...(real.view || real.nullable === column.isNullable
          ? []
          : [
              `${at}: ${nullability(column.isNullable)} in the entity, ${nullability(real.nullable)} in the database`,
            ]),
      ];
    }),
  );
}

function family(type: string, array: boolean): string {
  return (FAMILIES[type] ?? type) + (array ? ' list' : '');
}

/** Tables that hold personal data say so: `comment on table … is 'personal'`. */
async function tableFaults(): Promise<string[]> {
  const { rows: tables } = await client.query<{
    name: string;
    personal: boolean;
    enabled: boolean;
    forced: boolean;
    policies: number;
    of_persons: boolean;
  }>(`
    select c.relname as name, coalesce(obj_description(c.oid, 'pg_class') = 'personal', false) as personal,
      c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
      exists (select from pg_constraint f where f.conrelid = c.oid and f.confrelid = 'persons'::regclass) as of_persons
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname collate "C"`);
  const guards = tables.flatMap((table) => {
    if (!table.personal) {
      return table.of_persons ? [`${table.name}: refers to persons but is not marked personal`] : [];
    }
    return [
      ...(table.enabled ? [] : [`${table.name}: row-level security is not enabled`]),
      ...(table.forced ? [] : [`${table.name}: row-level security is not forced`]),
      ...(table.policies > 0 ? [] : [`${table.name}: no policy: nobody sees anything`]),
    ];
  });

  const { rows: names } = await client.query<{ name: string }>(`
    select name from (
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')
      union all
      select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm') and a.attnum > 0
          and not a.attisdropped
    ) as named where name !~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*(\\.[a-z][a-z0-9]*(_[a-z0-9]+)*)?$' order by name collate "C"`);

  // Without one, each deletion of the row that is referred to reads the whole table. An index over the rows that refer
  // to something (`where … is not null`) serves as well, and so does a key of the table that is part of the reference.
  const { rows: references } = await client.query<{ name: string }>(`
    select c.relname || '.' || f.conname as name from pg_constraint f join pg_class c on c.oid = f.conrelid
    where f.contype = 'f' and f.connamespace = 'public'::regnamespace and not exists (
      select from pg_index i where i.indrelid = f.conrelid
        and (f.conkey @> (i.indkey::int2[])[0:cardinality(f.conkey) - 1])
        and (i.indisunique or i.indnkeyatts >= cardinality(f.conkey))
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'))
    order by c.relname collate "C", f.conname collate "C"`);

  return [
    ...guards,
    ...names.map(({ name }) => `${name}: not snake_case`),
    ...references.map(({ name }) => `${name}: no index begins with its columns`),
  ];
}
