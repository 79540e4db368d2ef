import { createHash } from 'node:crypto';
import pg from 'pg';

/** A new connection plans everything anew, walls and all: it is kept through the pauses of people who read and write. */
export const KEPT_IDLE_MS = 600_000;

/** Statements that differ by more than their values are many; so many of them a connection keeps a plan of. */
const MOST_NAMES = 600;
/** A statement is worth a plan of its own when it comes again. */
const NAMED_FROM = 3;
/** Texts that were seen, before the rare ones are forgotten. */
const MOST_SEEN = 4000;
/** A pattern decides which index helps: such a statement is planned for its values. */
const PLANNED_FOR_ITS_VALUES = /\s(like|ilike|similar)\s|[~%]/i;
/** Its columns are not told: a plan of it does not outlive a change of the table. A function has the columns that it was made with. */
const COLUMNS_UNTOLD = /select\s+([a-z_]+\.)?\*(?!\s+from\s+[a-z_]+\()/i;
const BEGINS = /^\s*(start|begin)\b/i;
const ENDS = /^\s*(commit|end|abort|rollback)\b(?!\s+(work\s+|transaction\s+)?to\b)/i;
const UNDOES = /^\s*(abort|rollback)\b/i;
/** What is done after a fault too. */
const DONE_ALL_THE_SAME = /^\s*(commit|end|abort|rollback)\b/i;
/** Calls functions alone: there is nothing to plan in it, however the transaction plans. */
const OF_A_TABLE = /\s(from|into)\s|^\s*(update|with)\s/i;
const COMMITS = /^\s*commit\s*$/i;
const CALLS = /^\s*select\s/i;

/** SQLSTATE where the columns of a planned statement are not those of before. */
const PLAN_OUTLIVED = '0A000';
/** SQLSTATE of what is asked in a transaction that has failed. */
const FAILED_BEFORE = '25P02';

type Callback = (error: Error | null, result?: unknown) => void;
type PlanMode = 'auto' | 'force_generic_plan';

/** What the connection understands beside what the driver does. */
export interface Carriage {
  /** Planned once for all values: for what its values change nothing of. */
  readonly forAllValues?: true;
  /** The place among its values where it wants to be told how the transaction plans, which it sets. */
  readonly planModeAt?: number;
  /**
   * The table that it writes. It waits for what is asked next, and is one statement with all that waits with it: nothing of
   * it sees what another of them wrote, and its answer tells nothing but that it was done.
   */
  readonly rides?: string;
}
type Asked = pg.QueryConfig & Carriage;

/** What the driver (pg 8.23) has for itself of a connection and of a question. */
interface Wire {
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
  _send(buffer: Buffer): boolean;
  query(text: string): void;
  parse(statement: { readonly text: string; readonly name?: string }): void;
  bind(portal: object): void;
  describe(portal: object): void;
  execute(portal: object): void;
  sync(): void;
  end(): void;
}
interface Columns {
  fields: unknown[];
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
}
interface DriversQuery {
  readonly text: string;
  name: string | undefined;
  readonly values?: readonly unknown[];
  readonly _result: Columns;
  _accumulateRows: boolean;
  callback: Callback;
  requiresPreparation(): boolean;
  handleRowDescription(message: { readonly fields: unknown[] }): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
  handleReadyForQuery(connection: Wire): void;
  handleError(error: unknown, connection: Wire): void;
}
interface DriversClient {
  readonly connection: Wire;
  readonly _sentQueryQueue: Question[];
  _activeQuery: Question | null;
  readyForQuery: boolean;
  _pulseQueryQueue(): void;
  _handleReadyForQuery(message: unknown): void;
  _handleCommandComplete(message: unknown): void;
  _handleErrorMessage(message: unknown): void;
}
const DriversQuery = pg.Query as unknown as new (
  text: string,
  values: unknown[] | undefined,
  told: Callback,
) => DriversQuery;
const { prepareValue } = (
  pg as unknown as { readonly utils: { readonly prepareValue: (value: unknown) => unknown } }
).utils;

/** Which statements come again, and the names under which connections keep their plans: the same in each of them. */
export class KnownStatements {
  private readonly names = new Map<string, string>();
  private readonly seen = new Map<string, number>();
  private readonly together = new Map<string, string>();

  /** Undefined for what comes seldom, or is planned better for its values, unless whoever asks knows that it is not. */
  nameOf(text: string, forAllValues = false): string | undefined {
    const known = this.names.get(text);
    if (known) return known;
    const times = (this.seen.get(text) ?? 0) + 1;
    if (this.seen.size >= MOST_SEEN) this.seen.clear();
    this.seen.set(text, times);
    if (times < NAMED_FROM || this.names.size >= MOST_NAMES) return undefined;
    if ((!forAllValues && PLANNED_FOR_ITS_VALUES.test(text)) || COLUMNS_UNTOLD.test(text)) return undefined;
    const name = `most_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.names.set(text, name);
    return name;
  }

  /** After its columns were changed under it, the statement of this name is of no use to any connection. */
  renewAfter(error: unknown, { text, name }: Asked): void {
    const outlived = error instanceof Error && 'code' in error && error.code === PLAN_OUTLIVED;
    if (outlived && name !== undefined && this.names.get(text) === name)
      this.names.set(text, `${name}_${Date.now()}`);
  }

  /** Writes as one statement, each with the values that follow those of the one before it. */
  asOne(writes: readonly Asked[]): string {
    const key = writes.map(({ text }) => text).join('\n');
    const known = this.together.get(key);
    if (known !== undefined) return known;
    const steps: string[] = [];
    const calls: string[] = [];
    let before = 0;
    for (const { text, values = [] } of writes) {
      const own = shifted(text, before);
      before += values.length;
      if (CALLS.test(text)) calls.push(`(${own})`);
      else steps.push(`w${steps.length} as (${own})`);
    }
    const one = `${steps.length > 0 ? `with ${steps.join(', ')} ` : ''}select ${calls.join(', ')}`;
    if (this.together.size >= MOST_NAMES) this.together.clear();
    this.together.set(key, one);
    return one;
  }
}

/** A statement whose parameters are counted from another one on. */
export function shifted(text: string, by: number): string {
  return by === 0 ? text : text.replace(/\$(\d+)/g, (_, place) => `$${Number(place) + by}`);
}

const ofThisProcess = new KnownStatements();

/** What one call of the system carries, and whoever asked last in it and is not followed by a Sync yet. */
interface Packet {
  readonly parts: Buffer[];
  last: Question | null;
}

/** Questions up to a Sync: after a fault of one PostgreSQL passes over the rest of them. */
type Group = object;

class Question extends DriversQuery {
  group: Group | null = null;
  /** A Sync follows: it is answered when PostgreSQL is ready for the next. */
  closes = false;
  /** What its answer is made of, where that is known from the time before. */
  columns: Columns | undefined;

  constructor(
    private readonly client: PreparingClient,
    text: string,
    values: unknown[] | undefined,
    told: Callback,
  ) {
    super(text, values, told);
  }

  submit(): Error | null {
    return this.client.carry(this);
  }

  override handleDataRow(message: unknown): void {
    this.adopt();
    super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    this.adopt();
    super.handleCommandComplete(message, connection);
  }

  private adopt(): void {
    if (!this.columns || this._accumulateRows) return;
    const { fields, _parsers, _prebuiltEmptyResultObject } = this.columns;
    Object.assign(this._result, { fields, _parsers, _prebuiltEmptyResultObject });
    this._accumulateRows = true;
  }
}

/**
 * A connection that waits for no answer before it asks the next (the driver's pipeline), and lets PostgreSQL keep the plans
 * of what is asked again: through the walls a statement takes longer to plan than to run. Everything is done in the order
 * in which it was asked; in a transaction nothing is done after an error.
 *
 * What is asked of a transaction at one moment goes by one call of the system and with one Sync, so that PostgreSQL answers
 * by one call as well: such a call costs more than what it carries. The end of a transaction has a Sync before it, since it
 * is done after a fault too.
 *
 * Behind a pooler (`pooled`), which gives each transaction another connection, no plan is kept.
 */
export class PreparingClient extends pg.Client {
  private readonly keepsPlans: boolean;
  /** How the transaction under way plans, as far as it is known. */
  private planMode: PlanMode | 'unknown' = 'auto';
  private inTransaction = false;
  private packet: Packet | null = null;
  private group: Group = {};
  private failed: Group | null = null;
  /** What waits to be told how the transaction plans: by what is asked next. */
  private entering: { readonly asked: Asked; readonly told: Callback } | null = null;
  private riding: { readonly asked: Asked; readonly told: Callback }[] = [];
  /** By the name of a statement. */
  private readonly columns = new Map<string, Columns>();
  private readonly ask: (question: Question) => void;

  constructor(
    config: pg.ClientConfig & { readonly pooled?: boolean } = {},
    private readonly known = ofThisProcess,
  ) {
    super({ ...config, pipeline: true });
    this.keepsPlans = config.pooled !== true;
    const ask = super.query.bind(this) as unknown as (question: Question) => void;
    this.ask = ask;
    this.query = ((config: unknown, values?: unknown, callback?: unknown) => {
      const told = [values, callback].find((each) => typeof each === 'function') as Callback | undefined;
      const asked = this.told(config, Array.isArray(values) ? values : undefined);
      if (told) return this.take(asked, told);
      return new Promise((resolve, reject) => {
        this.take(asked, (error, result) => {
          if (error) reject(error);
          else resolve(result);
        });
      });
    }) as typeof this.query;
    this.overrule();
  }

  /** By way of the question, when the driver takes it from its queue. @internal */
  carry(question: Question): Error | null {
    const { connection } = this as unknown as DriversClient;
    const packet = this.open();
    const { text } = question;
    const prepared = question.requiresPreparation();
    if (!prepared || DONE_ALL_THE_SAME.test(text)) this.sync(packet);
    question.group = this.group;
    if (prepared) {
      const refused = this.send(question, connection, packet);
      if (refused) return refused;
      packet.last = question;
    } else {
      connection.query(text);
      question.closes = true;
      this.group = {};
    }
    if (BEGINS.test(text)) this.inTransaction = true;
    if (ENDS.test(text)) this.inTransaction = false;
    if (!this.inTransaction) this.sync(packet);
    return null;
  }

  private send(question: Question, connection: Wire, { parts }: Packet): Error | null {
    const { name, text, values } = question;
    const place = parts.length;
    try {
      connection.bind({ statement: name, values, valueMapper: prepareValue });
    } catch (error) {
      return error as Error;
    }
    const submitted = connection.submittedNamedStatements;
    if (name === undefined || (connection.parsedStatements[name] ?? submitted[name]) === undefined) {
      connection.parse({ text, ...(name === undefined ? {} : { name }) });
      if (name !== undefined) submitted[name] = text;
      parts.splice(place, 0, ...parts.splice(-1));
    }
    question.columns = name === undefined ? undefined : this.columns.get(name);
    if (!question.columns) connection.describe({ type: 'P', name: '' });
    connection.execute({});
    return null;
  }

  private open(): Packet {
    if (this.packet) return this.packet;
    process.nextTick(() => {
      this.enter();
      this.flush();
    });
    return (this.packet = { parts: [], last: null });
  }

  private sync(packet: Packet): void {
    if (!packet.last) return;
    packet.last.closes = true;
    packet.last = null;
    this.group = {};
    (this as unknown as DriversClient).connection.sync();
  }

  private flush(): void {
    const { packet } = this;
    if (!packet) return;
    this.sync(packet);
    this.packet = null;
    const [only] = packet.parts;
    if (only)
      (this as unknown as DriversClient).connection._send(
        packet.parts.length === 1 ? only : Buffer.concat(packet.parts),
      );
  }

  /** Where the driver itself sends, and hears of what was asked. */
  private overrule(): void {
    const client = this as unknown as DriversClient;
    const { connection } = client;
    const [send, end] = [connection._send.bind(connection), connection.end.bind(connection)];
    connection._send = (buffer) => {
      if (!this.packet) return send(buffer);
      this.packet.parts.push(buffer);
      return true;
    };
    connection.end = () => {
      this.flush();
      end();
    };
    const ready = client._handleReadyForQuery.bind(client);
    client._handleReadyForQuery = (message) => {
      this.learn(client._activeQuery);
      this.passOver();
      ready(message);
    };
    const complete = client._handleCommandComplete.bind(client);
    client._handleCommandComplete = (message) => {
      complete(message);
      const question = client._activeQuery;
      if (!question || question.closes) return;
      // As if PostgreSQL had said that it is ready: it is, for what it was sent already.
      this.learn(question);
      client._activeQuery = null;
      client.readyForQuery = true;
      question.handleReadyForQuery(connection);
      client._pulseQueryQueue();
    };
    const refuse = client._handleErrorMessage.bind(client);
    client._handleErrorMessage = (message) => {
      this.failed = client._activeQuery?.group ?? null;
      refuse(message);
    };
  }

  /** What was sent with what failed PostgreSQL has not looked at. */
  private passOver(): void {
    const { failed } = this;
    if (!failed) return;
    this.failed = null;
    const { connection, _sentQueryQueue: sent } = this as unknown as DriversClient;
    while (sent[0]?.group === failed) {
      const question = sent.shift();
      const name = question?.name;
      if (name !== undefined && connection.parsedStatements[name] === undefined)
        Reflect.deleteProperty(connection.submittedNamedStatements, name);
      question?.handleError(passedOver(), connection);
    }
  }

  private learn(question: Question | null): void {
    if (question?.name === undefined || question.columns) return;
    // Not its rows.
    const { fields, _parsers, _prebuiltEmptyResultObject } = question._result;
    this.columns.set(question.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  private told(config: unknown, values: unknown[] | undefined): Asked {
    const asked: Asked = typeof config === 'string' ? { text: config } : (config as Asked);
    return values ? { ...asked, values } : asked;
  }

  private take(asked: Asked, told: Callback): void {
    if (asked.rides !== undefined) {
      if (this.riding.some(({ asked: { rides } }) => rides === asked.rides)) this.ride();
      this.riding.push({ asked, told });
      return;
    }
    if (this.riding.length > 0) {
      if (UNDOES.test(asked.text)) this.dismount();
      else this.ride();
    }
    this.put(asked, told);
  }

  /** Writes that wait go as one statement. */
  private ride(): void {
    const { riding } = this;
    this.riding = [];
    const [only] = riding;
    if (!only) return;
    if (riding.length === 1) {
      this.put({ ...only.asked, forAllValues: true }, only.told);
      return;
    }
    const asked = riding.map((each) => each.asked);
    const one = {
      text: this.known.asOne(asked),
      values: asked.flatMap(({ values }) => (values ?? []) as unknown[]),
      forAllValues: true,
    } as const;
    this.put(one, (error, result) => {
      for (const each of riding) each.told(error, result);
    });
  }

  private dismount(): void {
    const { riding } = this;
    this.riding = [];
    for (const { told } of riding) told(new Error('what was to be written with the act went with it'));
  }

  private put(asked: Asked, told: Callback): void {
    if (asked.planModeAt !== undefined) {
      this.enter();
      this.entering = { asked, told };
      this.open();
      return;
    }
    const mode = this.modeFor(asked);
    if (this.entering) this.enter(mode);
    else if (mode !== undefined && mode !== this.planMode) {
      this.planMode = mode;
      // Where it fails the transaction has failed before, and whoever asks next hears of it.
      this.go({ text: `select set_config('plan_cache_mode', '${mode}', true)` }, () => undefined);
    }
    if (BEGINS.test(asked.text) || ENDS.test(asked.text)) this.planMode = 'auto';
    else if (UNDOES.test(asked.text)) this.planMode = 'unknown';
    this.go(asked, told);
  }

  /** With what is asked next, which says how the transaction plans. */
  private enter(mode: PlanMode = 'auto'): void {
    const { entering } = this;
    if (!entering) return;
    this.entering = null;
    this.planMode = this.keepsPlans ? mode : 'auto';
    const { asked, told } = entering;
    const values = [...((asked.values ?? []) as unknown[])];
    values[asked.planModeAt ?? 0] = this.planMode;
    this.go({ ...asked, values }, told);
  }

  /**
   * A plan for all values seems dearer to PostgreSQL than it is, so that through the walls it would plan anew each time:
   * for statements that ask for it, and for these alone, it is told not to.
   */
  private modeFor({ text, values, forAllValues }: Asked): PlanMode | undefined {
    if (!this.keepsPlans || !values || values.length === 0 || !OF_A_TABLE.test(text)) return undefined;
    return forAllValues ? 'force_generic_plan' : 'auto';
  }

  private go(asked: Asked, told: Callback): void {
    const { text, values, forAllValues } = asked;
    // A text of several statements cannot be planned.
    const named = this.keepsPlans && !text.includes(';');
    const name = asked.name ?? (named ? this.known.nameOf(text, forAllValues) : undefined);
    const question = new Question(this, text, values as unknown[] | undefined, (error, result) => {
      if (error) this.known.renewAfter(error, { text, name });
      // To the commit of a transaction that failed PostgreSQL answers that it was rolled back, and the driver is content.
      const undone = !error && COMMITS.test(text) && (result as pg.QueryResult).command === 'ROLLBACK';
      told(undone ? new Error('what was to be committed had failed and was rolled back') : error, result);
    });
    question.name = name;
    this.ask(question);
  }
}

function passedOver(): Error {
  const text = 'what was asked before it in this transaction has failed';
  return Object.assign(new pg.DatabaseError(text, text.length, 'error'), { code: FAILED_BEFORE });
}
