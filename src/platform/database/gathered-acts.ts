import { QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { DataSource, QueryRunner } from 'typeorm';
import type { RequestContext } from '../../shared/request-context.js';
import { allDone, begin, contextOf, entering } from './acting.js';
import type { Connection, Statement } from './acting.js';
import { Company } from './company.js';
import type { Door, Member } from './company.js';
import type { Ctx } from './context.js';
import { Gathering } from './gathering.js';
import type { ReadReplica } from './read-replica.js';
import { TRY_AGAIN, sqlState } from './sql-state.js';

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

/** An act that may share a commit with others, and who waits for it. */
export interface Gathered {
  readonly request: RequestContext;
  readonly work: (ctx: Ctx) => Promise<unknown>;
  readonly doors: readonly Door[];
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Acts that arrive together share a commit. First they go in step through the doors that there are for them; what is asked
 * otherwise goes one act after the other through one transaction; and what cannot be done among others is done by itself.
 */
export class GatheredActs {
  readonly gathering = new Gathering<Gathered>((acts) => this.run(acts));

  constructor(
    private readonly dataSource: DataSource,
    private readonly replica: ReadReplica | undefined,
    private readonly transaction: (
      request: RequestContext,
      work: (ctx: Ctx) => Promise<unknown>,
    ) => Promise<unknown>,
  ) {}

  private async run(acts: readonly Gathered[]): Promise<void> {
    const alone = async ({ request, work, done, failed }: Gathered) => {
      await this.transaction(request, work).then(done, failed);
    };
    const others = await this.inCompany(acts);
    if (acts.length === 1) {
      await Promise.all(others.map(alone));
      return;
    }
    // What could not be done among others is done by itself, and keeps nobody from coming in.
    for (const act of others.length > 1 ? await this.together(others) : others) void alone(act);
  }

  /** Does in step what there are doors for (see `Company`); answers the acts of which nothing is left. */
  private async inCompany(acts: readonly Gathered[]): Promise<readonly Gathered[]> {
    const together = acts.filter(mayGoInCompany);
    if (together.length === 0) return acts;
    const answered = new Set<Gathered>();
    const kept = new Map<Gathered, unknown>();
    const runner = this.dataSource.createQueryRunner();
    try {
      const connection = (await runner.connect()) as Connection;
      await begin(runner, () => connection.query({ text: 'start transaction' }));
      const company = new Company((statement) => throughDoor(runner, statement));
      const outcomes = await company.run(
        together.map(({ request, work, doors }) => ({
          personId: request.actor.personId ?? '',
          doors,
          work: (member) => work(contextOf(request, runnerOf(this.dataSource, member))),
        })),
      );
      for (const [place, act] of together.entries()) {
        const outcome = outcomes[place];
        if (outcome?.done) kept.set(act, outcome.value);
        else if (outcome) {
          answered.add(act);
          act.failed(outcome.error);
        }
      }
      const written = company.write(outcomes);
      const committed = runner.commitTransaction();
      committed.catch(() => undefined);
      // Sent together: after a fault of the one PostgreSQL can only undo the other.
      await written.catch((error: unknown) => {
        if (isAnswer(error)) kept.clear();
        throw error;
      });
      await committed;
      for (const { request } of kept.keys()) {
        if (request.freshness) await this.replica?.note(request.freshness, runner);
      }
      for (const [act, value] of kept) {
        answered.add(act);
        act.done(value);
      }
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      for (const act of REFUSED.test(sqlState(error) ?? '') ? [] : kept.keys()) {
        if (answered.has(act)) continue;
        answered.add(act);
        act.failed(error);
      }
    } finally {
      await runner.release();
    }
    return acts.filter((act) => !answered.has(act));
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
        await allDone([opened, ...ctx.pending, runner.query(CLOSE)]);
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
}

/** Whether it is known what became of a statement: PostgreSQL refused it, or it was never sent. */
function isAnswer(error: unknown): boolean {
  return sqlState(error) !== undefined || error instanceof QueryRunnerAlreadyReleasedError;
}

/** Whoever is a machine has no doors, and what an act is to write beside itself is no business of one. */
function mayGoInCompany({ request: { actor, fence }, doors }: Gathered): boolean {
  return doors.length > 0 && actor.kind === 'person' && actor.personId !== null && !fence;
}

/** By the library's own way, so that what is refused is told as everywhere. */
async function throughDoor(runner: QueryRunner, statement: Statement): Promise<Record<string, unknown>[]> {
  const asked = { ...statement, forAllValues: true } as unknown as string;
  return (await runner.query(asked)) as Record<string, unknown>[];
}

/** What one of a company asks with, in the place of a connection. */
function runnerOf(dataSource: DataSource, member: Member): QueryRunner {
  const runner = dataSource.createQueryRunner();
  return Object.assign(runner, {
    isTransactionActive: true,
    connect: () => Promise.reject(member.leave()),
    query: member.query.bind(member),
  });
}

/** A part of a transaction that is under way on this connection. Once it is released nothing more is asked through it. */
function shareOf(dataSource: DataSource, connection: Connection): QueryRunner {
  const runner = dataSource.createQueryRunner();
  return Object.assign(runner, { databaseConnection: connection, isTransactionActive: true });
}
