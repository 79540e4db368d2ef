import { createHash } from 'node:crypto';
import pg from 'pg';

/** Statements that differ by more than their values are many; so many of them a connection keeps a plan of. */
const MOST_NAMES = 600;
/** A statement is worth a plan of its own when it comes again. */
const NAMED_FROM = 3;
/** Texts that were seen, before the rare ones are forgotten. */
const MOST_SEEN = 4000;
/** A pattern decides which index helps: such a statement is planned for its values. */
const PLANNED_FOR_ITS_VALUES = /\s(like|ilike|similar)\s|[~%]/i;
/** Its columns are not told: a plan of it does not outlive a change of the table. */
const COLUMNS_UNTOLD = /select\s+([a-z_]+\.)?\*/i;

/** SQLSTATE where the columns of a planned statement are not those of before. */
const PLAN_OUTLIVED = '0A000';

type Callback = (error: Error | null, result: unknown) => void;

/** What of the driver's connection a statement is written to. */
interface Wire extends NodeJS.EventEmitter {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: object): void;
  describe(message: object): void;
  execute(message: object): void;
  sync(): void;
}

/** What the columns of an answer are called and how they are read. */
interface Columns {
  fields: unknown;
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
}

type Asked = pg.QueryConfig & {
  queryMode?: 'extended';
  /** Planned once for all values: for what its values change nothing of. */
  forAllValues?: true;
};
type PlanMode = 'auto' | 'force_generic_plan';

/** A query of the driver: it writes itself and reads its answer. */
interface Statement {
  readonly text: string;
  readonly name?: string;
  readonly values?: readonly unknown[];
  readonly _result: Columns & { _types: unknown };
  readonly _results: unknown;
  _accumulateRows?: boolean;
  _canceledDueToError: Error | false;
  callback: Callback;
  requiresPreparation(): boolean;
  prepare(wire: object): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: unknown): void;
}

/** Names by statement, the same in every connection. */
const names = new Map<string, string>();
const seen = new Map<string, number>();

/**
 * A connection that sends what is asked at the same moment in one round trip, and lets PostgreSQL keep the plans of what
 * is asked again: through the walls a statement takes longer to plan than to run. Everything is done in the order in which
 * it was asked; after an error nothing is done that was sent with it.
 *
 * Behind a pooler (`pooled`), which gives each transaction another connection, no plan is kept.
 */
export class PreparingClient extends pg.Client {
  private readonly keepsPlans: boolean;
  private readonly columns = new Map<string, Columns | null>();
  private waiting: Statement[] = [];
  private busy = false;
  private scheduled = false;
  /** How the transaction under way plans; its end forgets it. */
  private planMode: PlanMode = 'auto';

  constructor(config: pg.ClientConfig & { readonly pooled?: boolean } = {}) {
    super(config);
    this.keepsPlans = config.pooled !== true;
    const send = super.query.bind(this) as (query: unknown) => unknown;
    this.query = ((config: unknown, values?: unknown, callback?: unknown) =>
      // A cursor writes and reads by itself.
      isSubmittable(config) ? send(config) : this.ask(config, values, callback)) as typeof this.query;
    this.transmit = send;
  }

  private readonly transmit: (query: unknown) => unknown;

  private ask(config: unknown, values: unknown, callback: unknown): unknown {
    const told = [values, callback].find((each) => typeof each === 'function') as Callback | undefined;
    const statement = this.statement(config, Array.isArray(values) ? values : undefined);
    this.planFor(config, statement);
    if (told) {
      statement.callback = told;
      this.put(statement);
      return undefined;
    }
    const answer = new Promise((resolve, reject) => {
      statement.callback = (error, result) => {
        if (error) reject(error);
        else resolve(result);
      };
    });
    this.put(statement);
    return answer;
  }

  private statement(config: unknown, values: unknown[] | undefined): Statement {
    const asked: Asked = typeof config === 'string' ? { text: config } : (config as Asked);
    const told: Asked = values ? { ...asked, values } : { ...asked };
    // A text of several statements cannot be planned; any other can go along with what is asked beside it.
    if (!told.text.includes(';')) told.queryMode = 'extended';
    if (this.keepsPlans && told.name === undefined) told.name = nameOf(told);
    const statement = new pg.Query(told) as unknown as Statement;
    statement._result._types = (this as unknown as { _types: unknown })._types;
    return statement;
  }

  /**
   * A plan for all values seems dearer to PostgreSQL than it is, so that through the walls it would plan anew each time:
   * for statements that ask for it, and for these alone, it is told not to.
   */
  private planFor(config: unknown, { text, values }: Statement): void {
    if (/^\s*(start|begin|commit|rollback)/i.test(text)) this.planMode = 'auto';
    if (!this.keepsPlans || !values || values.length === 0) return;
    const forAllValues = typeof config === 'object' && config !== null && 'forAllValues' in config;
    const mode = forAllValues ? 'force_generic_plan' : 'auto';
    if (mode === this.planMode) return;
    this.planMode = mode;
    const change = this.statement(
      { text: `select set_config('plan_cache_mode', '${mode}', true)` },
      undefined,
    );
    change.callback = () => undefined;
    this.put(change);
  }

  private put(statement: Statement): void {
    this.waiting.push(statement);
    this.schedule();
  }

  private schedule(): void {
    if (this.busy || this.scheduled || this.waiting.length === 0) return;
    this.scheduled = true;
    // After every promise that is fulfilled by now: what they ask goes along.
    process.nextTick(() => {
      this.scheduled = false;
      this.send();
    });
  }

  private send(): void {
    const [first] = this.waiting;
    if (this.busy || !first) return;
    this.busy = true;
    const after = () => {
      this.busy = false;
      this.schedule();
    };
    const alone = this.waiting.findIndex((each) => !each.requiresPreparation());
    if (alone === 0) {
      // A text of several statements is sent as it is, and each of them has its answer.
      this.waiting.shift();
      const { callback } = first;
      first.callback = (error, result) => {
        callback(error, result);
        after();
      };
      this.transmit(first);
      return;
    }
    const together = this.waiting.splice(0, alone === -1 ? this.waiting.length : alone);
    const inTransaction = this.getTransactionStatus() === 'T';
    this.transmit(new Batch(together, inTransaction, this.columns, after));
  }
}

/** Statements that are sent together and answered together. To the driver it is one query. */
class Batch {
  /** Asked of the driver's queries; what is told goes to each statement. */
  readonly callback = () => undefined;
  private place = 0;
  private parsing: Statement[] = [];
  private wire: Wire | null = null;

  constructor(
    private statements: readonly Statement[],
    /** Whether an explicit transaction is under way: what was done before an error waits for its end then. */
    private inTransaction: boolean,
    private readonly columns: Map<string, Columns | null>,
    private readonly after: () => void,
  ) {}

  submit(wire: Wire): null {
    this.wire = wire;
    wire.on('parseComplete', this.parsed);
    const messages: (() => void)[] = [];
    const sent = this.statements.filter((statement) => {
      const own = this.written(statement, wire);
      messages.push(...own);
      return own.length > 0;
    });
    this.statements = sent;
    wire.stream.cork();
    for (const send of messages) send();
    wire.sync();
    wire.stream.uncork();
    return null;
  }

  /** The messages of a statement. Values that cannot be written refuse it before any of them is sent. */
  private written(statement: Statement, wire: Wire): (() => void)[] {
    const { name } = statement;
    const messages: (() => void)[] = [];
    const known = name === undefined ? undefined : this.columns.get(name);
    let complete = false;
    statement.prepare({
      parsedStatements: wire.parsedStatements,
      submittedNamedStatements: wire.submittedNamedStatements,
      parse: (message: Parameters<Wire['parse']>[0]) => {
        this.parsing.push(statement);
        messages.push(() => wire.parse(message));
      },
      bind: (message: BindMessage) => {
        const values = (message.values ?? []).map((value) => message.valueMapper(value));
        messages.push(() => wire.bind({ ...message, values, valueMapper: undefined }));
      },
      describe: (message: object) => {
        // Of a statement with a plan the columns are known from before.
        if (known === undefined) messages.push(() => wire.describe(message));
      },
      execute: (message: object) => {
        complete = true;
        messages.push(() => wire.execute(message));
      },
      sync: () => undefined,
      close: () => undefined,
    });
    if (!complete) {
      // The driver has told it why.
      this.parsing = this.parsing.filter((each) => each !== statement);
      if (name !== undefined) delete wire.submittedNamedStatements[name];
      return [];
    }
    if (known) Object.assign(statement._result, known);
    if (known !== undefined) statement._accumulateRows = true;
    return messages;
  }

  handleRowDescription(message: unknown): void {
    this.current?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.current?.handleDataRow(message);
  }

  handleCommandComplete(message: { readonly text: string }): void {
    const statement = this.current;
    if (!statement) return;
    statement.handleCommandComplete(message, this.wire);
    const { name, _result: result } = statement;
    if (name !== undefined && !this.columns.has(name)) {
      const { fields, _parsers, _prebuiltEmptyResultObject } = result;
      this.columns.set(
        name,
        (fields as unknown[]).length > 0 ? { fields, _parsers, _prebuiltEmptyResultObject } : null,
      );
    }
    if (message.text === 'START TRANSACTION' || message.text === 'BEGIN') this.inTransaction = true;
    this.place += 1;
  }

  handleEmptyQuery(): void {
    this.place += 1;
  }

  handleReadyForQuery(): void {
    this.leave();
    for (const statement of this.statements) answer(statement);
    this.after();
  }

  /** What was sent after the failed statement is not done; what was before it is undone, unless a transaction holds it. */
  handleError(error: Error): void {
    this.leave();
    const failed = this.current;
    const undone = !this.inTransaction || isEnd(failed);
    if (failed && 'code' in error && error.code === PLAN_OUTLIVED) renew(failed);
    for (const [place, statement] of this.statements.entries()) {
      if (place < this.place && !undone) answer(statement);
      else statement.callback(error, undefined);
    }
    this.after();
  }

  private get current(): Statement | undefined {
    return this.statements[this.place];
  }

  private readonly parsed = (): void => {
    const statement = this.parsing.shift();
    if (!this.wire || statement?.name === undefined) return;
    this.wire.parsedStatements[statement.name] = statement.text;
    delete this.wire.submittedNamedStatements[statement.name];
  };

  private leave(): void {
    this.wire?.removeListener('parseComplete', this.parsed);
    // What the server did not come to is not known to it.
    for (const { name } of this.parsing)
      if (name !== undefined) delete this.wire?.submittedNamedStatements[name];
    this.parsing = [];
  }
}

interface BindMessage {
  readonly values?: readonly unknown[];
  readonly valueMapper: (value: unknown) => unknown;
}

/** A row that could not be read refuses its statement, though the server has done it. */
function answer(statement: Statement): void {
  const { _canceledDueToError: unreadable } = statement;
  if (unreadable) statement.callback(unreadable, undefined);
  else statement.callback(null, statement._results);
}

function isEnd(statement: Statement | undefined): boolean {
  return statement === undefined || /^\s*(commit|end)\s*$/i.test(statement.text);
}

function isSubmittable(config: unknown): boolean {
  return typeof config === 'object' && config !== null && 'submit' in config;
}

/** Undefined for what comes seldom, or is planned better for its values. */
function nameOf({ text, queryMode }: Asked): string | undefined {
  if (queryMode !== 'extended') return undefined;
  const known = names.get(text);
  if (known) return known;
  const times = (seen.get(text) ?? 0) + 1;
  if (seen.size >= MOST_SEEN) seen.clear();
  seen.set(text, times);
  if (times < NAMED_FROM || names.size >= MOST_NAMES) return undefined;
  if (PLANNED_FOR_ITS_VALUES.test(text) || COLUMNS_UNTOLD.test(text)) return undefined;
  const name = `most_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  names.set(text, name);
  return name;
}

/** After its columns were changed under it, the statement of this name is of no use to any connection. */
function renew({ text, name }: Statement): void {
  if (name !== undefined && names.get(text) === name) names.set(text, `${name}_${Date.now()}`);
}
