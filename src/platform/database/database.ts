import { Inject, Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { SYSTEM } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { Ctx } from './context.js';
import { Gathering } from './gathering.js';
import { Turns } from './turns.js';
import type { Carriage } from './preparing-client.js';
import { ReadReplica } from './read-replica.js';

/** SQLSTATEs after which the same work may succeed: serialization failure, deadlock. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const ATTEMPTS = 3;

/**
 * Of one process. Each keeps plans of its own, so that more of them are planned for longer, and two cores do no more by them:
 * a decision took a tenth longer with twice as many.
 */
export const CONNECTIONS = 10;
/** So many of them may be read along. Whoever reads along looks at their rights on another one. */
const ALONG = 4;
/** So long whoever takes what is read may let it wait. */
const TAKEN_WITHIN_MS = 60_000;
/** SQLSTATE of a lock that was waited for too long. */
const LOCK_NOT_HAD = '55P03';
/** Who waits longer than this for a lock goes by themselves: their neighbours wait for none of theirs. */
const WAIT_AMONG_OTHERS_MS = 200;
/**
 * One act among others begins with nothing of the one before it, and what is checked late is checked in its own name. The
 * savepoint of the one before is left as it is: this one stands within it.
 */
const OPEN = 'savepoint act';
const CLOSE = 'select close_act()';
/** What PostgreSQL refused: it is known that nothing was committed. Not so where it went away. */
const REFUSED = /^(23|40|44|55)/;

/** What may stand in a statement that takes no parameters. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An act that may share a commit with others, and who waits for it. */
interface Gathered {
  readonly request: RequestContext;
  readonly work: (ctx: Ctx) => Promise<unknown>;
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** The one door to the database: every act is one transaction in which the database knows who acts. */
@Injectable()
export class Database {
  readonly gathering = new Gathering<Gathered>((acts) => this.runGathered(acts));

  private readonly along = new Turns(ALONG);

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
   * The same for an act that many people do in the same minute. While others of its kind are under way, those that arrive
   * meanwhile go one after the other through one transaction and share its commit. Each is an act of its own in it: behind
   * a savepoint, with its own actor before both walls, its own entry, event and answer, and nobody is answered before the
   * commit is on disk. One that fails is undone alone.
   */
  gathered<T>(request: RequestContext, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.gathering.add({ request, work, done: done as Gathered['done'], failed });
    });
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
   * Reads what takes its time, all of it of one moment, and hands it on as it comes: one transaction, in which the actor is
   * told once, for as long as there is something to read. Only so many read at once, the others wait for their turn: a file that is
   * written slowly keeps nobody from a page. Whoever does not take it in time is given up, so that nobody holds
   * a moment of the database for ever; that rights which end meanwhile end it is for the caller to see to (see `rightsOf`).
   */
  async *readAlong<T>(request: RequestContext, work: (ctx: Ctx) => AsyncIterable<T>): AsyncGenerator<T> {
    const leave = await this.along.take();
    const runner = this.dataSource.createQueryRunner();
    try {
      const { entered } = await enter(runner, request, ' isolation level repeatable read, read only');
      await entered;
      await runner.query("select set_config('idle_in_transaction_session_timeout', $1, true)", [
        String(TAKEN_WITHIN_MS),
      ]);
      yield* work(contextOf(request, runner));
      await runner.commitTransaction();
    } finally {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      await runner.release();
      leave();
    }
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

  private async runGathered(acts: readonly Gathered[]): Promise<void> {
    const alone = async ({ request, work, done, failed }: Gathered) => {
      await this.transaction(request, work).then(done, failed);
    };
    if (acts.length === 1) {
      await Promise.all(acts.map(alone));
      return;
    }
    // What could not be done among others is done by itself, and keeps nobody from coming in.
    for (const act of await this.together(acts)) void alone(act);
  }

  /** Commits what can be committed together; answers the acts that have to be done again, of which nothing is left. */
  private async together(acts: readonly Gathered[]): Promise<readonly Gathered[]> {
    const again: Gathered[] = [];
    const refused = new Set<Gathered>();
    const kept: { readonly act: Gathered; readonly value: unknown }[] = [];
    const runner = this.dataSource.createQueryRunner();
    let committing = false;
    try {
      const connection = (await runner.connect()) as Connection;
      // Where it fails, so does whatever is asked after it.
      await begin(runner, () => connection.query({ text: 'start transaction' }));
      for (const act of acts) {
        try {
          kept.push({ act, value: await this.among(connection, act) });
        } catch (error) {
          // Where the connection is gone this fails too, and with it all of them.
          await runner.query('rollback to savepoint act');
          const state = sqlState(error) ?? '';
          if (TRY_AGAIN.has(state) || state === LOCK_NOT_HAD) again.push(act);
          else {
            refused.add(act);
            act.failed(error);
          }
        }
      }
      committing = true;
      await runner.commitTransaction();
      for (const { act } of kept) {
        if (act.request.freshness) await this.replica?.note(act.request.freshness, runner);
      }
      for (const { act, value } of kept) act.done(value);
      return again;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      // Whether a commit came to its end is not known where PostgreSQL went away during it: then nobody is told that it did.
      const undone = !committing || REFUSED.test(sqlState(error) ?? '');
      if (undone) return acts.filter((act) => !refused.has(act));
      for (const { act } of kept) act.failed(error);
      return again;
    } finally {
      await runner.release();
    }
  }

  /** One act among others, in a transaction that is under way. */
  private async among(connection: Connection, { request, work }: Gathered): Promise<unknown> {
    const runner = shareOf(this.dataSource, connection);
    try {
      const opened = Promise.all([
        connection.query({ text: OPEN }),
        connection.query(entering(request, WAIT_AMONG_OTHERS_MS)),
      ]);
      opened.catch(() => undefined);
      try {
        await request.fence?.((sql, values) => runner.query(sql, values));
        const ctx = contextOf(request, runner);
        const value = await work(ctx);
        await Promise.all([opened, ...ctx.pending, runner.query(CLOSE)]);
        return value;
      } catch (error) {
        await opened;
        throw error;
      }
    } finally {
      // Whatever of this act still runs would ask in the name of the next one: it is refused.
      await runner.release();
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
    let ended: Promise<unknown> | undefined;
    try {
      const { entered } = await enter(runner, request, access);
      try {
        if (access === '') await request.fence?.((sql, values) => runner.query(sql, values));
        const ctx = contextOf(request, runner);
        const result = await work(ctx);
        // What nobody waited for and the end of the transaction go together.
        ended = Promise.all([entered, ...ctx.pending, runner.commitTransaction()]);
        // What was only read is known: nobody waits for the end of it.
        await (access === '' ? ended : entered);
        if (access === '' && request.freshness) await this.replica?.note(request.freshness, runner);
        return result;
      } catch (error) {
        // Who could not begin is not told that what they did next was refused.
        await entered;
        throw error;
      }
    } catch (error) {
      // What went wrong first is what is told.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      const release = () => runner.release();
      if (ended && access !== '') void ended.catch(() => undefined).then(release);
      else await release();
    }
  }
}

interface Statement extends Carriage {
  readonly text: string;
  readonly values?: readonly unknown[];
}
interface Connection {
  query(statement: Statement): Promise<unknown>;
}

const ENTER = `select set_config('most.instant', $5, true), enter_act($1, $2::uuid, $3::uuid, $4, $5::timestamptz),
  set_config('plan_cache_mode', $6, true)`;

/** `waitsMs`: so long for a lock, and not as long as it takes. */
function entering({ actor, clock }: RequestContext, waitsMs?: number): Statement {
  const { kind, personId, agentId, secondFactor } = actor;
  const instant = clock.now().toISOString();
  const values = [kind, personId ?? null, agentId ?? null, secondFactor, instant, 'auto'];
  const text = waitsMs === undefined ? ENTER : `${ENTER}, set_config('lock_timeout', '${waitsMs}', true)`;
  return { text, values, planModeAt: values.length - 1 };
}

function contextOf(request: RequestContext, runner: QueryRunner): Ctx {
  const { actor, language, clock, requestId, requireVersion } = request;
  const context = { actor, language, clock, requestId, tx: runner.manager, authority: null, pending: [] };
  return requireVersion ? { ...context, requireVersion } : context;
}

/**
 * Begins the transaction and tells the database who acts and the instant of the act; it looks for the grants that are in
 * force itself (`enter_act`): what the application believes of them does not reach it. All of it is sent with what is
 * asked first. Whether it succeeded is for the promise in the answer to say.
 */
async function enter(
  runner: QueryRunner,
  request: RequestContext,
  access: '' | ' read only' | ' isolation level repeatable read, read only',
): Promise<{ readonly entered: Promise<unknown> }> {
  const connection = (await runner.connect()) as Connection;
  const entered = await begin(runner, () =>
    Promise.all([
      connection.query({ text: `start transaction${access}` }),
      connection.query(entering(request)),
    ]),
  );
  return { entered: entered.begun };
}

/** Begins a transaction by this, where the library would send its own beginning and wait for it. */
async function begin(
  runner: QueryRunner,
  by: () => Promise<unknown>,
): Promise<{ readonly begun: Promise<unknown> }> {
  let begun: Promise<unknown> = Promise.resolve();
  const send = runner.query.bind(runner);
  runner.query = (() => {
    begun = by();
    begun.catch(() => undefined);
    return Promise.resolve();
  }) as unknown as QueryRunner['query'];
  try {
    await runner.startTransaction();
  } finally {
    runner.query = send;
  }
  return { begun };
}

/** A part of a transaction that is under way on this connection. Once it is released nothing more is asked through it. */
function shareOf(dataSource: DataSource, connection: Connection): QueryRunner {
  const runner = dataSource.createQueryRunner();
  return Object.assign(runner, { databaseConnection: connection, isTransactionActive: true });
}

/** The same as a text for a replica, whose beginning is one text of several statements and takes no parameters. */
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

/**
 * What an act writes and needs no answer of goes along with whatever is asked next, at the latest with the end of the
 * transaction, which fails if it failed.
 */
export function later(ctx: Pick<Ctx, 'pending'>, written: Promise<unknown>): void {
  written.catch(() => undefined);
  ctx.pending.push(written);
}

/** The application's own context for work that no person asked for: jobs, clocks, the demonstration. */
export function systemContext(clock: Clock): RequestContext {
  return { actor: SYSTEM, language: 'en', clock, requestId: `system-${newId()}` };
}

/**
 * A step inside an act that the person causes but may not see (the next on a reserve list is promoted when they decline).
 * The record still names the person as the one who acted; only the database's second wall steps aside for this work.
 * Nothing else may be asked meanwhile: it would be answered with the same rights.
 */
export async function withSystemRights<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  const before = rights.get(ctx.tx) ?? ctx.actor.kind;
  // Such a step may be part of another one.
  if (before === 'system') return work();
  const become = (kind: string) => {
    rights.set(ctx.tx, kind);
    return ctx.tx.query("select set_config('most.actor_kind', $1, true)", [kind]);
  };
  later(ctx, become('system'));
  try {
    const result = await work();
    later(ctx, become(before));
    return result;
  } catch (error) {
    // Whoever goes on after a refusal goes on with their own rights. A failed transaction has none to go on with.
    await become(before).catch(() => undefined);
    throw error;
  }
}

/**
 * The same for what is asked at once: it goes between the two changes of rights and waits for nothing, so that others may be
 * asked beside it. What the work asks after its first answer is asked with the rights of the actor again.
 */
export function askWithSystemRights<T>(ctx: Ctx, ask: () => Promise<T>): Promise<T> {
  const before = rights.get(ctx.tx) ?? ctx.actor.kind;
  if (before === 'system') return ask();
  const become = (kind: string) => {
    rights.set(ctx.tx, kind);
    later(ctx, ctx.tx.query("select set_config('most.actor_kind', $1, true)", [kind]));
  };
  become('system');
  try {
    return ask();
  } finally {
    become(before);
  }
}

/** With whose rights a transaction goes on where they are not the actor's own. */
const rights = new WeakMap<Ctx['tx'], string>();

/**
 * What the actor may see by the database's own account, as a fingerprint: where it is another one later, a role has ended,
 * was given, or they are bound by something that they were not.
 */
export async function rightsOf(ctx: Ctx): Promise<string> {
  const [row] = await ctx.tx.query<{ rights: string }[]>('select actor_rights() as rights');
  const scopes = ctx.actor.scopes && [...ctx.actor.scopes].sort().join(' ');
  return `${row?.rights ?? ''} ${scopes ?? ''}`.trim();
}

/** SQLSTATE of a refused statement, undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const driverError: unknown = error.driverError;
  return typeof driverError === 'object' && driverError !== null && 'code' in driverError
    ? String(driverError.code)
    : undefined;
}
