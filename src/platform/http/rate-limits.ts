import { createHmac, randomBytes } from 'node:crypto';
import { Injectable, SetMetadata } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { Settings } from '../config/settings.js';
import type { Actor } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { isApi } from './address.js';
import { perRoute } from './per-route.js';
import { webOf } from './request-state.js';
import { Sessions } from './sessions.js';

interface Limit {
  /** How often, in `duration` seconds. */
  readonly points: number;
  readonly duration: number;
  /** How many a process takes from the common count at once, and then gives out without asking. */
  readonly share?: number;
}

/** How often the same person, machine, or address where nobody is known, may do something. */
const LIMITS = {
  // Two for each sign-in; a whole faculty may sit behind one address, and passwords are the provider's to guard.
  sign_in: { points: 600, duration: 300 },
  verify: { points: 30, duration: 60 },
  // A refused one is put on record.
  link: { points: 30, duration: 60 },
  // Sixty bits are not guessed in so many; who mistypes has enough.
  code: { points: 10, duration: 3600 },
  upload: { points: 60, duration: 600 },
  // A page that keeps itself does so every few seconds while somebody writes.
  keep: { points: 120, duration: 600 },
  // What is typed is judged after each pause in the typing; nothing is kept by it.
  judge: { points: 300, duration: 600 },
  export: { points: 30, duration: 600 },
  api: { points: 600, duration: 60, share: 30 },
  // The record of acts: the same refusal once a minute, and not many different ones either.
  refusal: { points: 1, duration: 60 },
  refusals: { points: 60, duration: 3600 },
} as const satisfies Record<string, Limit>;
export type LimitedAct = keyof typeof LIMITS;

const LIMITED = 'most:limited';
/** So many keys are held in memory before those that ran out are forgotten. */
const REMEMBERED = 10_000;

/** Limits how often one actor or address may use the route. Routes of the API are limited without saying so. */
export const Limited = (act: LimitedAct) => SetMetadata(LIMITED, act);

/** How one attempt was counted. */
export interface Count {
  readonly allowed: boolean;
  /** At most so many are left, and after so many seconds the count begins anew. */
  readonly remaining: number;
  readonly seconds: number;
}

/** What this process still has of a key's points. */
interface Share {
  left: number;
  readonly othersLeft: number;
  /** When the count begins anew, by the process's own clock. */
  readonly endsAt: number;
}

/**
 * Counts attempts in the database, so that all processes count together, and in memory while the database is away. Of a
 * limit with shares a process takes some points at a time, so that nearly every call costs no round trip and still no
 * number of processes lets more pass than the limit says; what a process took and did not need is lost to the others
 * until the count begins anew.
 */
@Injectable()
export class RateLimits {
  private readonly limiters: ReadonlyMap<LimitedAct, RateLimiterPostgres>;
  private readonly shares = new Map<string, Share>();
  private readonly claims = new Map<string, Promise<Count>>();
  /** Without a secret of its own each process counts alone; production always has one. */
  private readonly secret: string | Buffer;

  constructor(sessions: Sessions, settings: Settings) {
    this.secret = settings.sessionSecret ?? randomBytes(32);
    const limiter = (act: LimitedAct): RateLimiterPostgres => {
      const { points, duration } = LIMITS[act];
      const options = { keyPrefix: act, points, duration };
      return new RateLimiterPostgres({
        ...options,
        storeClient: sessions.pool,
        storeType: 'pool',
        tableName: 'rate_limits',
        tableCreated: true,
        insuranceLimiter: new RateLimiterMemory(options),
        inMemoryBlockOnConsumed: points,
      });
    };
    this.limiters = new Map((Object.keys(LIMITS) as LimitedAct[]).map((act) => [act, limiter(act)] as const));
  }

  /** Counts one attempt of whoever `who` names. */
  consume(act: LimitedAct, who: string): Count | Promise<Count> {
    const { share } = LIMITS[act] as Limit;
    if (share === undefined) return this.claim(act, who, 1);
    return this.ofShare(act, who) ?? this.consumeShared(act, who, share);
  }

  /** One of what this process still has; null where it has none. */
  private ofShare(act: LimitedAct, who: string): Count | null {
    const share = this.shares.get(`${act}:${who}`);
    if (!share || share.left <= 0 || share.endsAt <= Date.now()) return null;
    share.left -= 1;
    return { allowed: true, remaining: share.left + share.othersLeft, seconds: secondsUntil(share.endsAt) };
  }

  private async consumeShared(act: LimitedAct, who: string, size: number): Promise<Count> {
    for (;;) {
      const count = await this.claimShare(act, who, size);
      const own = count.allowed ? this.ofShare(act, who) : count;
      if (own) return own;
    }
  }

  /** Calls that come at once take one share together. */
  private claimShare(act: LimitedAct, who: string, size: number): Promise<Count> {
    const key = `${act}:${who}`;
    const asked =
      this.claims.get(key) ??
      this.claim(act, who, size)
        .then((count) => {
          if (count.allowed) this.keep(key, size, count);
          return count;
        })
        .finally(() => this.claims.delete(key));
    this.claims.set(key, asked);
    return asked;
  }

  private keep(key: string, size: number, { remaining, seconds }: Count): void {
    if (this.shares.size >= REMEMBERED) {
      const now = Date.now();
      for (const [known, { endsAt }] of this.shares) if (endsAt <= now) this.shares.delete(known);
    }
    this.shares.set(key, { left: size, othersLeft: remaining, endsAt: Date.now() + seconds * 1000 });
  }

  /** The table of counts holds no name: a keyed hash stands there. */
  private async claim(act: LimitedAct, who: string, points: number): Promise<Count> {
    const key = createHmac('sha256', this.secret).update(`${act}:${who}`).digest('base64url');
    try {
      const result = await this.limiters.get(act)?.consume(key, points);
      return { allowed: true, remaining: result?.remainingPoints ?? 0, seconds: inSeconds(result) };
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes)
        return { allowed: false, remaining: 0, seconds: inSeconds(refusal) };
      throw refusal;
    }
  }
}

@Injectable()
export class RateLimitGuard implements CanActivate {
  /** Null where the route does not say. */
  private readonly declared: (context: ExecutionContext) => LimitedAct | null;

  constructor(
    reflector: Reflector,
    private readonly limits: RateLimits,
  ) {
    this.declared = perRoute(
      (targets) => reflector.getAllAndOverride<LimitedAct | undefined>(LIMITED, targets) ?? null,
    );
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const api = isApi(request);
    const act = this.declared(context) ?? (api ? 'api' : null);
    if (!act) return true;
    const judge = (count: Count): true => {
      if (api) tellLimit(reply, act, count);
      if (count.allowed) return true;
      const { seconds } = count;
      reply.header('retry-after', String(seconds));
      throw new DomainError('too_many_requests', { values: { seconds } });
    };
    const count = this.limits.consume(act, counted(webOf(request).ctx.actor, request));
    return count instanceof Promise ? count.then(judge) : judge(count);
  }
}

/** Whose attempts are counted together: a person's wherever they are, a machine's, or those of an address. */
function counted({ personId, agentId }: Actor, request: FastifyRequest): string {
  if (personId !== null) return `person:${personId}`;
  return agentId ? `agent:${agentId}` : `address:${request.ip}`;
}

/** As the IETF's draft writes it (draft-ietf-httpapi-ratelimit-headers). */
function tellLimit(reply: FastifyReply, act: LimitedAct, { remaining, seconds }: Count): void {
  const { points, duration } = LIMITS[act];
  reply.header('ratelimit-policy', `"${act}";q=${points};w=${duration}`);
  reply.header('ratelimit', `"${act}";r=${remaining};t=${seconds}`);
}

function inSeconds(result: RateLimiterRes | undefined): number {
  return Math.max(1, Math.ceil((result?.msBeforeNext ?? 0) / 1000));
}

function secondsUntil(instant: number): number {
  return Math.max(1, Math.ceil((instant - Date.now()) / 1000));
}
