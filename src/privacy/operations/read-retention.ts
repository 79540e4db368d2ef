import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { RetentionReport } from '../domain/retention.js';
import { RetentionRules } from './retention-rules.js';
import type { RetentionRule } from './retention-rules.js';

/** At night on both sides, UTC. */
export const RETENTION_AT = { hour: 1, minute: 40 } as const;

/** A run of retention: when, and what it did or would have done. Null while it goes on, or where it was broken off. */
export interface RetentionRun {
  readonly id: Id;
  readonly dry: boolean;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly report: RetentionReport | null;
}

/** What the clock took away so far, by whose rules. */
@Injectable()
export class ReadRetention {
  constructor(@Inject(RetentionRules) private readonly retentionRules: RetentionRules) {}

  /** The youngest first. */
  runs(ctx: Ctx, limit: number): Promise<RetentionRun[]> {
    return ctx.tx.query<RetentionRun[]>(
      `select id, dry, started_at as "startedAt", ended_at as "endedAt", report from retention_runs
       order by started_at desc limit $1`,
      [limit],
    );
  }

  rules(ctx: Ctx): Promise<readonly RetentionRule[]> {
    return this.retentionRules.inForce(ctx);
  }

  /** When the clock comes round next: every day at this time (UTC). */
  nextRun({ clock }: Ctx): Date {
    const next = clock.now();
    next.setUTCHours(RETENTION_AT.hour, RETENTION_AT.minute, 0, 0);
    return next > clock.now() ? next : new Date(next.getTime() + 86_400_000);
  }
}
