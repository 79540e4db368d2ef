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
const ENDS_OR_BEGINS = /^\s*(start|begin|commit|rollback|savepoint act)/i;
/** Calls functions alone: there is nothing to plan in it, however the transaction plans. */
const OF_A_TABLE = /\s(from|into)\s|^\s*(update|with)\s/i;
const COMMITS = /^\s*commit\s*$/i;

/** SQLSTATE where the columns of a planned statement are not those of before. */
const PLAN_OUTLIVED = '0A000';

type Callback = (error: Error | null, result?: unknown) => void;
type PlanMode = 'auto' | 'force_generic_plan';
type Asked = pg.QueryConfig & {
  queryMode?: 'extended';
  /** Planned once for all values: for what its values change nothing of. */
  forAllValues?: true;
};

/** Which statements come again, and the names under which connections keep their plans: the same in each of them. */
export class KnownStatements {
  private readonly names = new Map<string, string>();
  private readonly seen = new Map<string, number>();

  /** Undefined for what comes seldom, or is planned better for its values. */
  nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known) return known;
    const times = (this.seen.get(text) ?? 0) + 1;
    if (this.seen.size >= MOST_SEEN) this.seen.clear();
    this.seen.set(text, times);
    if (times < NAMED_FROM || this.names.size >= MOST_NAMES) return undefined;
    if (PLANNED_FOR_ITS_VALUES.test(text) || COLUMNS_UNTOLD.test(text)) return undefined;
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
}

const ofThisProcess = new KnownStatements();

/**
 * A connection that waits for no answer before it asks the next (the driver's pipeline), and lets PostgreSQL keep the plans
 * of what is asked again: through the walls a statement takes longer to plan than to run. Everything is done in the order
 * in which it was asked; in a transaction nothing is done after an error.
 *
 * Behind a pooler (`pooled`), which gives each transaction another connection, no plan is kept.
 */
export class PreparingClient extends pg.Client {
  private readonly keepsPlans: boolean;
  /** How the transaction under way plans; its end forgets it. */
  private planMode: PlanMode = 'auto';
  private gathers = false;

  constructor(
    config: pg.ClientConfig & { readonly pooled?: boolean } = {},
    private readonly known = ofThisProcess,
  ) {
    super({ ...config, pipeline: true });
    this.keepsPlans = config.pooled !== true;
    const send = super.query.bind(this) as (asked: unknown, callback?: Callback) => unknown;
    this.query = ((config: unknown, values?: unknown, callback?: unknown) => {
      this.gather();
      const told = [values, callback].find((each) => typeof each === 'function') as Callback | undefined;
      const asked = this.told(config, Array.isArray(values) ? values : undefined);
      this.planFor(asked, send);
      if (!told)
        return new Promise((resolve, reject) => {
          send(
            asked,
            this.answering(asked, (error, result) => {
              if (error) reject(error);
              else resolve(result);
            }),
          );
        });
      return send(asked, this.answering(asked, told));
    }) as typeof this.query;
  }

  /** What is asked at one moment goes by one call of the system, which costs more than what it carries. */
  private gather(): void {
    if (this.gathers) return;
    this.gathers = true;
    const { stream } = this.connection;
    stream.cork();
    process.nextTick(() => {
      this.gathers = false;
      stream.uncork();
    });
  }

  private told(config: unknown, values: unknown[] | undefined): Asked {
    const asked: Asked = typeof config === 'string' ? { text: config } : { ...(config as Asked) };
    if (values) asked.values = values;
    // A text of several statements cannot be planned.
    if (this.keepsPlans && asked.name === undefined && !asked.text.includes(';')) {
      const name = this.known.nameOf(asked.text);
      if (name !== undefined) asked.name = name;
    }
    return asked;
  }

  /**
   * A plan for all values seems dearer to PostgreSQL than it is, so that through the walls it would plan anew each time:
   * for statements that ask for it, and for these alone, it is told not to.
   */
  private planFor(
    { text, values, forAllValues }: Asked,
    send: (asked: unknown, callback: Callback) => unknown,
  ): void {
    if (ENDS_OR_BEGINS.test(text)) this.planMode = 'auto';
    if (!this.keepsPlans || !values || values.length === 0 || !OF_A_TABLE.test(text)) return;
    const mode = forAllValues ? 'force_generic_plan' : 'auto';
    if (mode === this.planMode) return;
    this.planMode = mode;
    // Where it fails the transaction has failed before, and whoever asks next hears of it.
    send(this.told(`select set_config('plan_cache_mode', '${mode}', true)`, undefined), () => undefined);
  }

  private answering(asked: Asked, told: Callback): Callback {
    return (error, result) => {
      if (error) this.known.renewAfter(error, asked);
      // To the commit of a transaction that failed PostgreSQL answers that it was rolled back, and the driver is content.
      const undone = !error && COMMITS.test(asked.text) && (result as pg.QueryResult).command === 'ROLLBACK';
      told(undone ? new Error('what was to be committed had failed and was rolled back') : error, result);
    };
  }
}
