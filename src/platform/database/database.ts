import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SYSTEM } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { allDone, contextOf, enter, enterStatement } from './acting.js';
import type { Door } from './company.js';
import type { Ctx } from './context.js';
import { GatheredActs } from './gathered-acts.js';
import { ReadReplica } from './read-replica.js';
import { TRY_AGAIN, sqlState } from './sql-state.js';
import { Turns } from './turns.js';

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
/** The one door to the database: every act is one transaction in which the database knows who acts. */
@Injectable()
export class Database {
  private readonly gatheredActs: GatheredActs;
  private readonly along = new Turns(ALONG);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ReadReplica) private readonly replica?: ReadReplica,
  ) {
    this.gatheredActs = new GatheredActs(dataSource, replica, (request, work) =>
      this.transaction(request, work),
    );
  }

  get gathering(): GatheredActs['gathering'] {
    return this.gatheredActs.gathering;
  }

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
  gathered<T>(
    request: RequestContext,
    work: (ctx: Ctx) => Promise<T>,
    doors: readonly Door[] = [],
  ): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.gathering.add({ request, work, doors, done: done as (value: unknown) => void, failed });
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
        ended = allDone([entered, ...ctx.pending, runner.commitTransaction()]);
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
