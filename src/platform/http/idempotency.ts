import { createHash } from 'node:crypto';
import { Injectable, SetMetadata } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { DomainError } from '../../shared/domain-error.js';
import { Database } from '../database/database.js';
import { pathOf } from './address.js';
import { webOf } from './request-state.js';
import type { WebRequest } from './web-request.js';

const IDEMPOTENT = 'most:idempotent';

/** The route creates something: with the same `Idempotency-Key` it does so once, and answers the same again. */
export const Idempotent = () => SetMetadata(IDEMPOTENT, true);

interface KeptAnswer {
  readonly method_path: string;
  readonly body_hash: string;
  readonly status: number | null;
  readonly answer: unknown;
}

/** Keeps the answers of creating calls by their key, one person's keys apart from another's. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const web = webOf(request);
    const key = web.header('idempotency-key');
    const applies = this.reflector.get<boolean | undefined>(IDEMPOTENT, context.getHandler()) === true;
    if (!applies || key === undefined) return next.handle();
    if (key.length === 0 || key.length > 200)
      throw new DomainError('invalid', { reason: 'idempotency_key_malformed' });
    const methodPath = `${request.method} ${pathOf(request.url)}`;
    const bodyHash = createHash('sha256')
      .update(JSON.stringify(request.body ?? null))
      .digest('hex');

    return from(this.begin(web, key, methodPath, bodyHash)).pipe(
      mergeMap((kept) => {
        if (kept) {
          reply.code(kept.status ?? 200).header('idempotency-replayed', 'true');
          return of(kept.answer);
        }
        return next.handle().pipe(
          mergeMap(async (answer) => {
            await this.finish(web, key, reply.statusCode, answer);
            return answer;
          }),
          // A refusal is no answer to keep: what was wrong can be mended and sent again under the same key.
          catchError(async (error: unknown) => {
            await this.forget(web, key);
            throw error;
          }),
        );
      }),
    );
  }

  /** Takes the key, or answers what was kept under it. */
  private begin(
    web: WebRequest,
    key: string,
    methodPath: string,
    bodyHash: string,
  ): Promise<KeptAnswer | null> {
    return this.database.transaction(web.ctx, async ({ tx, actor, clock }) => {
      const taken: unknown[] = await tx.query(
        `insert into idempotency_keys (actor_id, key, method_path, body_hash, created_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing returning key`,
        [actor.personId ?? actor.agentId, key, methodPath, bodyHash, clock.now()],
      );
      if (taken.length > 0) return null;
      const rows: KeptAnswer[] = await tx.query(
        'select method_path, body_hash, status, answer from idempotency_keys where actor_id = $1 and key = $2',
        [actor.personId ?? actor.agentId, key],
      );
      const kept = rows[0];
      if (!kept || kept.status === null)
        throw new DomainError('conflict', { reason: 'idempotency_in_progress' });
      if (kept.method_path !== methodPath || kept.body_hash !== bodyHash)
        throw new DomainError('conflict', { reason: 'idempotency_key_reused' });
      return kept;
    });
  }

  private async finish(web: WebRequest, key: string, status: number, answer: unknown): Promise<void> {
    await this.database.transaction(web.ctx, ({ tx, actor }) =>
      tx.query('update idempotency_keys set status = $3, answer = $4 where actor_id = $1 and key = $2', [
        actor.personId ?? actor.agentId,
        key,
        status,
        JSON.stringify(answer ?? null),
      ]),
    );
  }

  private async forget(web: WebRequest, key: string): Promise<void> {
    await this.database.transaction(web.ctx, ({ tx, actor }) =>
      tx.query('delete from idempotency_keys where actor_id = $1 and key = $2 and status is null', [
        actor.personId ?? actor.agentId,
        key,
      ]),
    );
  }
}
