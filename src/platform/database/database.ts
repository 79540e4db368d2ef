import { Inject, Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError } from 'typeorm';
import { OFFICIAL_ROLES, SYSTEM } from '../../shared/actor.js';
import type { Actor, Role } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { Ctx } from './context.js';

/** SQLSTATEs after which the same work may succeed: serialization failure, deadlock. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const ATTEMPTS = 3;

const ENTER = `select set_config('role', 'most_app', true), set_config('most.actor_kind', $1, true),
  set_config('most.person', $2, true), set_config('most.coordinates', $3, true), set_config('most.officer_of', $4, true),
  set_config('most.commission_of', $5, true), set_config('most.programme_roles', $6, true),
  set_config('transaction_read_only', $7, true)`;

/** The one door to the database: every act is one transaction in which the database knows who acts. */
@Injectable()
export class Database {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Runs an act. All that it writes commits together or not at all; a deadlock or a serialization failure runs it again
   * from the start, so the work must have no effect outside of the transaction.
   */
  transaction<T>(request: RequestContext, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return this.run(request, work, 'off');
  }

  /** Reads with the rights of whoever asks. A transaction too, so that one page never shows two moments. */
  read<T>(request: RequestContext, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return this.run(request, work, 'on');
  }

  private async run<T>(
    request: RequestContext,
    work: (ctx: Ctx) => Promise<T>,
    readOnly: 'on' | 'off',
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.dataSource.transaction(async (tx) => {
          await tx.query(ENTER, [...actorSettings(request.actor), readOnly]);
          return work({
            actor: request.actor,
            language: request.language,
            clock: request.clock,
            requestId: request.requestId,
            tx,
          });
        });
      } catch (error) {
        if (attempt === ATTEMPTS || !TRY_AGAIN.has(sqlState(error) ?? '')) throw error;
      }
    }
  }
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
  const become = (kind: Actor['kind']) =>
    ctx.tx.query("select set_config('most.actor_kind', $1, true)", [kind]);
  await become('system');
  try {
    const result = await work();
    await become(ctx.actor.kind);
    return result;
  } catch (error) {
    // Whoever goes on after a refusal goes on with their own rights. A failed transaction has none to go on with.
    await become(ctx.actor.kind).catch(() => undefined);
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

function actorSettings(actor: Actor): string[] {
  // An office without its second factor is none, to the second wall as to the first.
  const grants = actor.grants.filter(({ role }) => actor.secondFactor || !OFFICIAL_ROLES.includes(role));
  const scopes = (role: Role, scope: 'institutionId' | 'country') =>
    grants.filter((grant) => grant.role === role).flatMap((grant) => grant[scope] ?? []);
  const array = (values: readonly string[]) => `{${values.join(',')}}`;
  const programmeWide = grants.filter((grant) => !grant.institutionId && !grant.country);
  return [
    actor.kind,
    actor.personId ?? '',
    array(scopes('coordinator', 'institutionId')),
    array(scopes('ministry_officer', 'country')),
    array(scopes('commission_member', 'country')),
    array(programmeWide.map((grant) => grant.role)),
  ];
}
