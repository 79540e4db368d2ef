import { Injectable, SetMetadata } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from '../../shared/domain-error.js';
import { isApi } from './address.js';
import { webOf } from './request-state.js';
import { Sessions } from './sessions.js';

/** How often the same person, or the same address where nobody is known, may do something: `points` in `duration` seconds. */
const LIMITS = {
  // Two for each sign-in; a whole faculty may sit behind one address, and passwords are the provider's to guard.
  sign_in: { points: 600, duration: 300 },
  verify: { points: 30, duration: 60 },
  upload: { points: 60, duration: 600 },
  api: { points: 600, duration: 60 },
} as const;
export type LimitedAct = keyof typeof LIMITS;

const LIMITED = 'most:limited';

/** Limits how often one person or address may use the route. Routes of the API are limited without saying so. */
export const Limited = (act: LimitedAct) => SetMetadata(LIMITED, act);

/** Counts attempts in the database, so that all processes count together, and in memory while the database is away. */
@Injectable()
export class RateLimits {
  private readonly limiters: ReadonlyMap<LimitedAct, RateLimiterAbstract>;

  constructor(sessions: Sessions) {
    const limiter = (act: LimitedAct): RateLimiterAbstract => {
      const options = { keyPrefix: act, ...LIMITS[act] };
      // A call of the API must not wait for a counter in the database; each process guards itself there.
      if (act === 'api') return new RateLimiterMemory(options);
      return new RateLimiterPostgres({
        ...options,
        storeClient: sessions.pool,
        storeType: 'pool',
        tableName: 'rate_limits',
        tableCreated: true,
        insuranceLimiter: new RateLimiterMemory(options),
        inMemoryBlockOnConsumed: options.points,
      });
    };
    this.limiters = new Map((Object.keys(LIMITS) as LimitedAct[]).map((act) => [act, limiter(act)] as const));
  }

  /** Counts one attempt. Answers null, or the seconds after which to try again. */
  async consume(act: LimitedAct, key: string): Promise<number | null> {
    try {
      await this.limiters.get(act)?.consume(key);
      return null;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }
}

@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const act =
      this.reflector.getAllAndOverride<LimitedAct | undefined>(LIMITED, [
        context.getHandler(),
        context.getClass(),
      ]) ?? (isApi(request) ? 'api' : undefined);
    if (!act) return true;
    const seconds = await this.limits.consume(act, webOf(request).ctx.actor.personId ?? request.ip);
    if (seconds === null) return true;
    http.getResponse<FastifyReply>().header('retry-after', String(seconds));
    throw new DomainError('too_many_requests', { values: { seconds } });
  }
}
