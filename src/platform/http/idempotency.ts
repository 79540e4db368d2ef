import { createHash, randomUUID } from 'node:crypto';
import { Injectable, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, of } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Database, systemContext } from '../database/database.js';
import { pathOf } from './address.js';
import { webOf } from './request-state.js';

/** How long a call may hold its key without having acted. Whoever repeats it after a crash waits so long at most. */
const LEASE_MS = 60_000;
/** How long an answer can be asked for again. */
const KEPT_MS = 72 * 3_600_000;

interface Call {
  readonly actorId: Id;
  readonly key: string;
  readonly methodPath: string;
  readonly bodyHash: string;
}

interface KeptAnswer {
  readonly status: number;
  readonly answer: unknown;
}

interface KeyRow {
  readonly method_path: string;
  readonly body_hash: string;
  readonly status: number | null;
  readonly answer: unknown;
  readonly acted_at: Date | null;
  readonly leased_until: Date | null;
}

/** Keeps the answers of creating calls by their key, one actor's keys apart from another's. */
@Injectable()
export class IdempotencyKeys {
  constructor(private readonly database: Database) {}

  /** Takes the key under a lease, or answers what was kept under it. */
  begin(request: RequestContext, call: Call, lease: string): Promise<KeptAnswer | null> {
    return this.database.transaction(request, async ({ tx, clock }) => {
      const now = clock.now();
      const taken: unknown[] = await tx.query(
        `insert into idempotency_keys (actor_id, key, method_path, body_hash, created_at, lease, leased_until)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (actor_id, key) do update set lease = excluded.lease, leased_until = excluded.leased_until
           where idempotency_keys.status is null and idempotency_keys.acted_at is null
             and coalesce(idempotency_keys.leased_until, idempotency_keys.created_at) <= $5
             and idempotency_keys.method_path = excluded.method_path
             and idempotency_keys.body_hash = excluded.body_hash
         returning key`,
        [
          call.actorId,
          call.key,
          call.methodPath,
          call.bodyHash,
          now,
          lease,
          new Date(now.getTime() + LEASE_MS),
        ],
      );
      if (taken.length > 0) return null;
      const rows: KeyRow[] = await tx.query(
        `select method_path, body_hash, status, answer, acted_at, leased_until from idempotency_keys
         where actor_id = $1 and key = $2`,
        [call.actorId, call.key],
      );
      const kept = rows[0];
      if (kept && (kept.method_path !== call.methodPath || kept.body_hash !== call.bodyHash))
        throw new DomainError('conflict', { reason: 'idempotency_key_reused' });
      if (kept && kept.status !== null) return { status: kept.status, answer: kept.answer };
      const working = !kept || (kept.leased_until !== null && kept.leased_until > now);
      throw new DomainError('conflict', {
        reason: working ? 'idempotency_in_progress' : 'idempotency_answer_lost',
      });
    });
  }

  /** What every act of the call writes first; it waits where another one is about to take the key over. */
  async noteAct(
    query: (sql: string, values: unknown[]) => Promise<unknown>,
    call: Call,
    lease: string,
    now: Date,
  ): Promise<void> {
    const held = await query(
      `with held as (update idempotency_keys set acted_at = $4 where actor_id = $1 and key = $2 and lease = $3 returning key)
       select key from held`,
      [call.actorId, call.key, lease, now],
    );
    if (!Array.isArray(held) || held.length === 0)
      throw new DomainError('conflict', { reason: 'idempotency_in_progress' });
  }

  async finish(request: RequestContext, call: Call, lease: string, kept: KeptAnswer): Promise<void> {
    await this.database.transaction(request, ({ tx }) =>
      tx.query(
        'update idempotency_keys set status = $4, answer = $5 where actor_id = $1 and key = $2 and lease = $3',
        [call.actorId, call.key, lease, kept.status, JSON.stringify(kept.answer ?? null)],
      ),
    );
  }

  /** Gives the key back of a call that did nothing: what was wrong can be mended and sent again under the same key. */
  async release(request: RequestContext, call: Call, lease: string): Promise<void> {
    await this.database.transaction(request, ({ tx }) =>
      tx.query(
        `delete from idempotency_keys where actor_id = $1 and key = $2 and lease = $3
           and status is null and acted_at is null`,
        [call.actorId, call.key, lease],
      ),
    );
  }

  /** Forgets what is too old to be asked for again. */
  async purge(clock: Clock): Promise<void> {
    await this.database.transaction(systemContext(clock), ({ tx }) =>
      tx.query('delete from idempotency_keys where created_at < $1', [
        new Date(clock.now().getTime() - KEPT_MS),
      ]),
    );
  }
}

@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly keys: IdempotencyKeys) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const web = webOf(request);
    const key = web.header('idempotency-key');
    const unfenced = web.ctx;
    const actorId = unfenced.actor.personId ?? unfenced.actor.agentId ?? null;
    if (key === undefined || actorId === null) return next.handle();
    if (key.length === 0 || key.length > 200)
      throw new DomainError('invalid', { reason: 'idempotency_key_malformed' });
    const call: Call = {
      actorId,
      key,
      methodPath: `${request.method} ${pathOf(request.url)}`,
      bodyHash: createHash('sha256')
        .update(JSON.stringify(request.body ?? null))
        .digest('hex'),
    };
    const lease = randomUUID();
    web.fenceActs((query) => this.keys.noteAct(query, call, lease, unfenced.clock.now()));

    return from(this.keys.begin(unfenced, call, lease)).pipe(
      mergeMap((kept) => {
        if (kept) {
          reply.code(kept.status).header('idempotency-replayed', 'true');
          return of(kept.answer);
        }
        return next.handle().pipe(
          mergeMap(async (answer) => {
            await this.keys.finish(unfenced, call, lease, { status: reply.statusCode, answer });
            return answer;
          }),
          catchError(async (error: unknown) => {
            // What went wrong first is what is told; the lease runs out by itself.
            await this.keys.release(unfenced, call, lease).catch(() => undefined);
            throw error;
          }),
        );
      }),
    );
  }
}

/**
 * The route creates something: with the same `Idempotency-Key` it does so once, and answers the same again.
 *
 * The act is never done twice. It notes in its own transaction that it happened, so that of a process which died
 * - before the act had committed, the next call with the key does it, once the lease has run out;
 * - after it, but before the answer was kept, the next call is told `idempotency_answer_lost`: it was done, look for it.
 */
export const Idempotent = () => UseInterceptors(IdempotencyInterceptor);
