import { Inject, Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { SYSTEM } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { Ctx } from './context.js';
import { ReadReplica } from './read-replica.js';

/** SQLSTATEs after which the same work may succeed: serialization failure, deadlock. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const ATTEMPTS = 3;

/** What may stand in the statement that enters: it goes with the beginning of the transaction, which takes no parameters. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The one door to the database: every act is one transaction in which the database knows who acts. */
@Injectable()
export class Database {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ReadReplica) private readonly replica?: ReadReplica,
  ) {}

  /**
   * Runs an act. All that it writes commits together or not at all; a deadlock or a serialization failure runs it again
   * from the start, so the work must have no effect outside of the transaction.
   */
  transaction<T>(request: RequestContext, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return this.run(request, work, '');
  }

  /**
   * Reads with the rights of whoever asks. A transaction too, so that one page never shows two moments. Where the caller
   * may be a moment behind others a replica answers; if it cannot, the work begins anew at the primary.
   */
  async read<T>(request: RequestContext, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    const answer = await this.readBehind(request, work);
    return answer ? answer.value : this.run(request, work, ' read only');
  }

  /**
   * What is asked before anybody is known to act, of one function of the owner: a statement of its own, in no act and with
   * no rights.
   */
  ask<Row>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(statement, [...values]);
  }

  /** What the replica says, or null when the primary has to be asked. */
  private async readBehind<T>(
    request: RequestContext,
    work: (ctx: Ctx) => Promise<T>,
  ): Promise<{ readonly value: T } | null> {
    const { freshness } = request;
    if (!freshness?.mayLag || !this.replica) return null;
    const runner = await this.replica.begin(freshness, enterStatement(request));
    if (!runner) return null;
    try {
      const value = await work(contextOf(request, runner));
      await runner.commitTransaction();
      return { value };
    } catch (error) {
      // A refusal is an answer. Anything else may be the replica's own: a row that the primary removed meanwhile, its end.
      if (error instanceof DomainError) throw error;
      return null;
    } finally {
      await this.replica.leave(runner);
    }
  }

  private async run<T>(
    request: RequestContext,
    work: (ctx: Ctx) => Promise<T>,
    access: '' | ' read only',
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(request, work, access);
      } catch (error) {
        if (attempt === ATTEMPTS || !TRY_AGAIN.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async once<T>(
    request: RequestContext,
    work: (ctx: Ctx) => Promise<T>,
    access: '' | ' read only',
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await enter(runner, `start transaction${access}; ${enterStatement(request)}`);
      const { fence, freshness } = request;
      if (access === '') await fence?.((sql, values) => runner.query(sql, values));
      const result = await work(contextOf(request, runner));
      await runner.commitTransaction();
      if (access === '' && freshness) await this.replica?.note(freshness, runner);
      return result;
    } catch (error) {
      // What went wrong first is what is told.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

function contextOf({ actor, language, clock, requestId }: RequestContext, runner: QueryRunner): Ctx {
  return { actor, language, clock, requestId, tx: runner.manager, authority: null };
}

/**
 * Begins the transaction and tells who acts in one round trip: the beginning that the library would send on its own goes
 * with the statement that enters.
 */
async function enter(runner: QueryRunner, statements: string): Promise<void> {
  const send = runner.query.bind(runner);
  runner.query = () => send(statements);
  try {
    await runner.startTransaction();
  } finally {
    runner.query = send;
  }
}

/**
 * Tells the database who acts, and the instant of the act. It looks for the grants that are in force itself (`enter_act`):
 * what the application believes of them does not reach it.
 */
function enterStatement({ actor, clock }: RequestContext): string {
  const id = (value: string | null | undefined) => {
    if (!value) return 'null';
    if (!UUID.test(value)) throw new RangeError('an actor whose id is none');
    return `'${value}'`;
  };
  const person = id(actor.personId);
  const agent = id(actor.agentId);
  const instant = `'${clock.now().toISOString()}'`;
  return `select set_config('most.instant', ${instant}, true),
    enter_act('${actor.kind}', ${person}, ${agent}, ${actor.secondFactor}, ${instant})`;
}

/** The application's own context for work that no person asked for: jobs, clocks, the demonstration. */
export function systemContext(clock: Clock): RequestContext {
  return { actor: SYSTEM, language: 'en', clock, requestId: `system-${newId()}` };
}

/**
 * A step inside an act that the person causes but may not see (the next on a reserve list is promoted when they decline).
 * The record still names the person as the one who acted; only the database's second wall steps aside for this work.
 */
export async function withSystemRights<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  // Such a step may be part of another one: afterwards it is as it was before, whatever that was.
  const [before] = await ctx.tx.query<{ kind: string }[]>(
    `with before as materialized (select current_setting('most.actor_kind') as kind)
     select kind, set_config('most.actor_kind', 'system', true) from before`,
  );
  const restore = () =>
    ctx.tx.query("select set_config('most.actor_kind', $1, true)", [before?.kind ?? ctx.actor.kind]);
  try {
    const result = await work();
    await restore();
    return result;
  } catch (error) {
    // Whoever goes on after a refusal goes on with their own rights. A failed transaction has none to go on with.
    await restore().catch(() => undefined);
    throw error;
  }
}

/** SQLSTATE of a refused statement, undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const driverError: unknown = error.driverError;
  return typeof driverError === 'object' && driverError !== null && 'code' in driverError
    ? String(driverError.code)
    : undefined;
}
