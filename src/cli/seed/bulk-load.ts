import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
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
/** Values by column; a column may be named as the entity names it. */
export type Row = object;
/** JSON that is written already. */
export class WrittenJson {
  constructor(readonly text: string) {}
}
type Encode = (value: unknown) => string;

interface Column {
  readonly key: string;
  readonly encode: Encode;
}
/** Lines of one table, as they go over the line. */
interface Chunk {
  readonly table: Table;
  readonly bytes: Buffer;
  used: number;
}

/** So much of a table goes to the database at once. */
const CHUNK_BYTES = 512 * 1024;
/** Whoever makes rows waits while so many chunks do. */
const MOST_WAITING = 4;
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
  private readonly columns = new Map<Table, { readonly names: string; readonly all: readonly Column[] }>();
  private readonly filling = new Map<Table, Chunk>();
  private readonly waiting: Chunk[] = [];
  /** Those that the database has taken: they are filled again, so that memory does not grow. */
  private readonly spare: Buffer[] = [];
  private sending: Promise<void> | null = null;

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
         case when t.typcategory = 'A' then 'array' when t.typname in ('json', 'jsonb') then 'json'
           when t.typname = 'timestamptz' then 'instant' when t.typname = 'uuid' or t.typcategory in ('N', 'B') then 'plain'
           else 'text' end as type
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
    const values = row as Readonly<Record<string, unknown>>;
    let line = '';
    for (const { key, encode } of this.columnsOf(table, values).all) {
      const value = values[key];
      line += `${line === '' ? '' : '\t'}${value === null || value === undefined ? '\\N' : encode(value)}`;
    }
    line += '\n';
    // No letter takes more than three bytes for each unit of its length.
    const most = 3 * line.length;
    if (most > CHUNK_BYTES) throw new RangeError(`a row of ${table} is too long`);
    let chunk = this.filling.get(table);
    if (!chunk || chunk.used + most > CHUNK_BYTES) {
      if (chunk) this.waiting.push(chunk);
      chunk = { table, bytes: this.spare.pop() ?? Buffer.allocUnsafe(CHUNK_BYTES), used: 0 };
      this.filling.set(table, chunk);
    }
    chunk.used += chunk.bytes.write(line, chunk.used);
  }

  /** Lets the database take what is ready while more is made; waits for it where much is ready. */
  async turn(): Promise<void> {
    if (this.waiting.length > 0) this.send();
    if (this.waiting.length >= MOST_WAITING) await this.sending;
    else await setImmediate();
  }

  /** Sends all that was added, and waits until the database has it. */
  async write(): Promise<void> {
    this.waiting.push(...this.filling.values());
    this.filling.clear();
    this.send();
    await this.sending;
  }

  query(sql: string, values: unknown[]): Promise<unknown> {
    return this.owner.query(sql, values);
  }

  /** Writes the indexes, looks whether every reference leads somewhere, and commits. `share` goes from 0 to 1. */
  async finish(progress: (share: number, doing: string) => void): Promise<void> {
    const keys = await this.foreignKeys();
    const steps = this.indexes.length + keys.length;
    let done = 0;
    const step = async (doing: string, work: Promise<unknown>) => {
      await work;
      done += 1;
      progress(done / steps, doing);
    };
    for (const index of this.indexes) await step('indexes', this.owner.query(index));
    for (const ofTable of keys) await step('foreign keys', this.checkForeignKeys(ofTable));
    await this.owner.query('commit');
  }

  /**
   * What those who read next would otherwise do or wait for: which rows everybody sees, and what the planner knows of them.
   * After `finish`; `share` goes from 0 to 1.
   */
  async settle(progress: (share: number) => void): Promise<void> {
    for (const [place, table] of TABLES.entries()) {
      await this.owner.query(`vacuum (freeze, analyze) ${table}`);
      progress((place + 1) / TABLES.length);
    }
  }

  async abandon(): Promise<void> {
    this.waiting.length = 0;
    await this.sending?.catch(() => undefined);
    await this.owner.query('rollback');
  }

  /** At most one sends; whoever failed fails everybody who waits from then on. */
  private send(): void {
    if (this.sending) return;
    const sending = this.sendWaiting();
    this.sending = sending;
    sending.then(
      () => (this.sending = null),
      () => undefined,
    );
  }

  private async sendWaiting(): Promise<void> {
    for (let chunk = this.waiting.shift(); chunk; chunk = this.waiting.shift()) {
      const { table, bytes, used } = chunk;
      const stream = this.owner.query(
        copyFrom(`copy ${table} (${this.columns.get(table)?.names ?? ''}) from stdin`),
      );
      stream.end(bytes.subarray(0, used));
      await finished(stream);
      this.spare.push(bytes);
    }
  }

  private columnsOf(table: Table, row: Readonly<Record<string, unknown>>) {
    let columns = this.columns.get(table);
    if (!columns) {
      const all = Object.keys(row).map((key) => {
        const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        return { key, name, encode: this.encoder(table, name) };
      });
      columns = { names: all.map(({ name }) => name).join(', '), all };
      this.columns.set(table, columns);
    }
    return columns;
  }

  private encoder(table: Table, column: string): Encode {
    switch (this.types.get(`${table}.${column}`)) {
      case 'json':
        return (value) => escaped(value instanceof WrittenJson ? value.text : JSON.stringify(value));
      case 'array':
        return (value) => escaped(arrayLiteral(value as readonly unknown[]));
      case 'instant':
        return instant;
      case 'plain':
        return (value) => String(value);
      case 'text':
        return (value) => escaped(String(value));
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

let lastInstant: Date | undefined;
let lastInstantText = '';

/** The rows of one step share one instant, which is written down once. */
function instant(value: unknown): string {
  if (value !== lastInstant) {
    lastInstant = value as Date;
    lastInstantText = lastInstant.toISOString();
  }
  return lastInstantText;
}

/** As the text format of `COPY` wants it. */
function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (letter) => WRITTEN[letter] ?? letter) : text;
}

function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
