import type { QueryRunner } from 'typeorm';
import type { RequestContext } from '../../shared/request-context.js';
import type { Ctx } from './context.js';
import type { Carriage } from './preparing-client.js';

/** How an act begins: a transaction, and who acts in it. */

/** What may stand in a statement that takes no parameters. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface Statement extends Carriage {
  readonly text: string;
  readonly values?: readonly unknown[];
}
export interface Connection {
  query(statement: Statement): Promise<unknown>;
}

const ENTER = `select set_config('most.instant', $5, true), enter_act($1, $2::uuid, $3::uuid, $4, $5::timestamptz),
  set_config('plan_cache_mode', $6, true)`;

/** `waitsMs`: so long for a lock, and not as long as it takes. */
export function entering({ actor, clock }: RequestContext, waitsMs?: number): Statement {
  const { kind, personId, agentId, secondFactor } = actor;
  const instant = clock.now().toISOString();
  const values = [kind, personId ?? null, agentId ?? null, secondFactor, instant, 'auto'];
  const text = waitsMs === undefined ? ENTER : `${ENTER}, set_config('lock_timeout', '${waitsMs}', true)`;
  return { text, values, planModeAt: values.length - 1 };
}

export function contextOf(request: RequestContext, runner: QueryRunner): Ctx {
  const { actor, language, clock, requestId, requireVersion } = request;
  const context = { actor, language, clock, requestId, tx: runner.manager, authority: null, pending: [] };
  return requireVersion ? { ...context, requireVersion } : context;
}

/**
 * Begins the transaction and tells the database who acts and the instant of the act; it looks for the grants that are in
 * force itself (`enter_act`): what the application believes of them does not reach it. All of it is sent with what is
 * asked first. Whether it succeeded is for the promise in the answer to say.
 */
export async function enter(
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
export async function begin(
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

/** The same as a text for a replica, whose beginning is one text of several statements and takes no parameters. */
export function enterStatement({ actor, clock }: RequestContext): string {
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

/** Waits for all that was asked, in its order. Of several faults the first is the one that the others follow from. */
export async function allDone(asked: readonly Promise<unknown>[]): Promise<void> {
  const answers = await Promise.allSettled(asked);
  const fault = answers.find((answer) => answer.status === 'rejected');
  if (fault) throw fault.reason;
}
