import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Refusal } from '../failures.js';

/** What an application is made of, and what is kept of it. */
const TABLES = [
  'persons',
  'applications',
  'application_sections',
  'application_choices',
  'uploads',
  'consents',
  'application_submissions',
  'nominations',
  'transfers',
  'decisions',
  'decision_sides',
  'commission_items',
  'decision_conditions',
  'gates',
  'promise_clocks',
  'issued_documents',
  'audit_entries',
  'outbox_events',
] as const;
export type Table = (typeof TABLES)[number];
export type Row = Readonly<Record<string, unknown>>;
type Encode = (value: unknown) => string;

const INSUFFICIENT_PRIVILEGE = '42501';

interface ForeignKey {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
}

/**
 * Rows by `COPY`, all in one transaction of the database's owner: either everything is there, with every index and every
 * reference, or nothing. Triggers, and with them the checks of foreign keys, are off for it: what triggers would write
 * comes as rows, and the foreign keys are checked at the end, each over all rows at once.
 */
export class BulkLoad {
  private lines = new Map<Table, string[]>();
  private readonly columns = new Map<Table, readonly { readonly name: string; readonly encode: Encode }[]>();

  private constructor(
    private readonly owner: pg.Client,
    private readonly types: ReadonlyMap<string, string>,
    /** What writes those indexes again that were taken away. */
    private readonly indexes: readonly string[],
  ) {}

  /**
   * @param indexesApart whether indexes are taken away and written anew at the end, which for many rows is far quicker; the
   *   tables are closed to others until then
   * @throws Refusal where the login may not switch triggers off
   */
  static async begin(owner: pg.Client, indexesApart: boolean): Promise<BulkLoad> {
    await owner.query('begin');
    try {
      await owner.query("set local session_replication_role = 'replica'");
    } catch (error) {
      await owner.query('rollback');
      if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) {
        throw new Refusal(
          'DATABASE_MIGRATION_URL: loading needs a login that may switch triggers off (a superuser, or: grant set on parameter session_replication_role).',
        );
      }
      throw error;
    }
    await owner.query("select set_config('most.actor_kind', 'system', true)");
    // From here on nothing younger is sealed: entries that name later transactions come before their seal.
    await owner.query('select pg_current_xact_id()');
    await owner.query("set local maintenance_work_mem = '256MB'");
    const { rows } = await owner.query<{ column: string; type: string }>(
      `select c.relname || '.' || a.attname as column,
         case when t.typcategory = 'A' then 'array' when t.typname in ('json', 'jsonb') then 'json' else 'text' end as type
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
       where a.attrelid = any ($1::regclass[]) and a.attnum > 0 and not a.attisdropped`,
      [TABLES],
    );
    return new BulkLoad(
      owner,
      new Map(rows.map(({ column, type }) => [column, type])),
      indexesApart ? await withoutIndexes(owner) : [],
    );
  }

  /** Every row of a table names the same columns as its first one. */
  add(table: Table, row: Row): void {
    let columns = this.columns.get(table);
    if (!columns) {
      columns = Object.keys(row).map((name) => ({ name, encode: this.encoder(table, name) }));
      this.columns.set(table, columns);
    }
    let line = '';
    for (const { name, encode } of columns) {
      const value = row[name];
      line += `${line === '' ? '' : '\t'}${value === null || value === undefined ? '\\N' : encode(value)}`;
    }
    const lines = this.lines.get(table);
    if (lines) lines.push(line);
    else this.lines.set(table, [line]);
  }

  /** Sends what was added since the last time; more may be added meanwhile. */
  async write(): Promise<void> {
    const { lines } = this;
    this.lines = new Map();
    for (const [table, rows] of lines) {
      const names = (this.columns.get(table) ?? []).map(({ name }) => name).join(', ');
      const stream = this.owner.query(copyFrom(`copy ${table} (${names}) from stdin`));
      stream.end(`${rows.join('\n')}\n`);
      lines.delete(table);
      await finished(stream);
    }
  }

  query(sql: string, values: unknown[]): Promise<unknown> {
    return this.owner.query(sql, values);
  }

  /** Writes the indexes, looks whether every reference leads somewhere, and commits. `share` goes from 0 to 1. */
  async finish(progress: (share: number, doing: string) => void): Promise<void> {
    const keys = await this.foreignKeys();
    const steps = this.indexes.length + 1 + keys.length;
    let done = 0;
    const step = async (doing: string, work: Promise<unknown>) => {
      await work;
      done += 1;
      progress(done / steps, doing);
    };
    for (const index of this.indexes) await step('indexes', this.owner.query(index));
    await step('statistics', this.owner.query('analyze'));
    for (const ofTable of keys) await step('foreign keys', this.checkForeignKeys(ofTable));
    await this.owner.query('commit');
  }

  async abandon(): Promise<void> {
    await this.owner.query('rollback');
  }

  private encoder(table: Table, column: string): Encode {
    switch (this.types.get(`${table}.${column}`)) {
      case 'json':
        return (value) => escaped(JSON.stringify(value));
      case 'array':
        return (value) => escaped(arrayLiteral(value as readonly unknown[]));
      case 'text':
        return (value) => (value instanceof Date ? value.toISOString() : escaped(String(value)));
      default:
        throw new Error(`${table} has no column ${column}`);
    }
  }

  /** By the table that refers, so that each is read once. */
  private async foreignKeys(): Promise<ForeignKey[][]> {
    const names = (relation: string, key: string) =>
      `(select array_agg(quote_ident(a.attname) order by k.place) from unnest(${key}) with ordinality k (attnum, place)
         join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.attnum)`;
    const { rows } = await this.owner.query<ForeignKey>(
      `select c.conname as name, c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent,
         ${names('c.conrelid', 'c.conkey')} as columns, ${names('c.confrelid', 'c.confkey')} as referenced
       from pg_constraint c where c.contype = 'f' and c.conrelid = any ($1::regclass[]) order by 2, 1`,
      [TABLES],
    );
    const byChild = new Map<string, ForeignKey[]>();
    for (const key of rows) byChild.set(key.child, [...(byChild.get(key.child) ?? []), key]);
    return [...byChild.values()];
  }

  private async checkForeignKeys(keys: readonly ForeignKey[]): Promise<void> {
    const joins = keys.map(({ parent, columns, referenced }, place) => {
      const on = columns.map((column, index) => `p${place}.${referenced[index]} = child.${column}`);
      return `left join ${parent} p${place} on ${on.join(' and ')}`;
    });
    const lost = keys.map(({ name, columns, referenced }, place) => {
      const told = columns.map((column) => `child.${column} is not null`);
      return `count(*) filter (where ${told.join(' and ')} and p${place}.${referenced[0]} is null) as "${name}"`;
    });
    const { rows } = await this.owner.query<Record<string, string>>(
      `select ${lost.join(', ')} from ${keys[0]?.child} child ${joins.join(' ')}`,
    );
    const broken = Object.entries(rows[0] ?? {}).filter(([, count]) => count !== '0');
    if (broken.length > 0) {
      throw new Error(
        `references lead nowhere: ${broken.map(([name, count]) => `${name} ${count}`).join(', ')}`,
      );
    }
  }
}

/** Takes away the indexes that no constraint needs. Answers what writes them again. */
async function withoutIndexes(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
     order by 1`,
    [TABLES],
  );
  for (const { name } of rows) await owner.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

const SPECIAL = /[\\\t\n\r]/;
const WRITTEN: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** As the text format of `COPY` wants it. */
function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (letter) => WRITTEN[letter] ?? letter) : text;
}

function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
