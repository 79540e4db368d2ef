import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { RetentionReport } from '../domain/retention.js';
import { PrivacyPorts } from '../privacy-ports.js';
import type { DueRecord, RetentionSource } from '../privacy-ports.js';
import { RetentionRules } from './retention-rules.js';
import type { RetentionRule } from './retention-rules.js';

const BATCH = 100;
const DAY_MS = 86_400_000;

/**
 * What the clock takes away: records whose time is over by the rules of retention, category by category, in batches that
 * each commit. What stands under a hold stays and is counted. A run that was broken off is gone on with by the next one, and
 * one after another finds nothing.
 */
@Injectable()
export class RunRetention {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(RetentionRules) private readonly rules: RetentionRules,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** @param dry only says what it would do: with the same rules, holds and clock, the same numbers. */
  async run(clock: Clock, { dry }: { readonly dry: boolean }): Promise<RetentionReport> {
    const request = systemContext(clock);
    const runId = newId(clock.now());
    await this.database.transaction(request, (ctx) =>
      ctx.tx.query('insert into retention_runs (id, dry, started_at) values ($1, $2, $3)', [
        runId,
        dry,
        ctx.clock.now(),
      ]),
    );
    const rules = (await this.database.read(request, (ctx) => this.rules.inForce(ctx))).filter(
      ({ kind }) => kind === 'at_most',
    );
    const lines: RetentionReport['lines'][number][] = [];
    for (const source of this.ports.retention) {
      const own = rules.filter(({ category }) => category === source.category);
      for (const rule of own) lines.push(await this.category(request, runId, source, rule, own, dry));
    }
    const report: RetentionReport = { dry, lines };
    await this.database.transaction(request, async (ctx) => {
      await ctx.tx.query('update retention_runs set ended_at = $2, report = $3 where id = $1', [
        runId,
        ctx.clock.now(),
        JSON.stringify(report),
      ]);
      if (!dry) {
        await this.audit.record(ctx, {
          action: 'retention.run',
          subject: { kind: 'retention_run', id: runId },
          data: { records: lines.reduce((sum, { taken }) => sum + taken, 0) },
        });
      }
    });
    return report;
  }

  private async category(
    request: RequestContext,
    runId: Id,
    source: RetentionSource,
    rule: RetentionRule,
    all: readonly RetentionRule[],
    dry: boolean,
  ): Promise<RetentionReport['lines'][number]> {
    const within = {
      country: rule.country,
      // A rule for every country yields to that of one.
      except: rule.country === null ? all.flatMap(({ country }) => country ?? []) : [],
      before: new Date(request.clock.now().getTime() - rule.days * DAY_MS),
      limit: BATCH,
    };
    let [taken, held] = [0, 0];
    for (let after: Id | null = null; ;) {
      const due: readonly DueRecord[] = await this.database.read(request, (ctx) =>
        source.due(ctx, { ...within, after }),
      );
      const free = await this.database.read(request, async (ctx) => {
        const ids: Id[] = [];
        for (const record of due) if (!(await this.isHeld(ctx, record))) ids.push(record.id);
        return ids;
      });
      held += due.length - free.length;
      taken += free.length;
      if (!dry && free.length > 0) await this.take(request, runId, source, free);
      after = due.at(-1)?.id ?? after;
      if (due.length < BATCH) break;
    }
    return {
      category: rule.category,
      country: rule.country,
      days: rule.days,
      law: rule.law,
      taken,
      held,
    };
  }

  /** One batch, whole or not at all. */
  private take(
    request: RequestContext,
    runId: Id,
    source: RetentionSource,
    ids: readonly Id[],
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const batchId = newId(ctx.clock.now());
      await ctx.tx.query(
        `insert into retention_batches (id, run_id, category, state) values ($1, $2, $3, 'running')`,
        [batchId, runId, source.category],
      );
      await source.forget(ctx, ids);
      await ctx.tx.query(`update retention_batches set state = 'done', records = $2 where id = $1`, [
        batchId,
        ids.length,
      ]);
    });
  }

  /** Whether something of its person's stands against it that hangs on this very record: an appeal, a stay that goes on. */
  private async isHeld(
    ctx: Parameters<RetentionSource['due']>[0],
    { personId, label }: DueRecord,
  ): Promise<boolean> {
    if (personId === null || label === null) return false;
    for (const source of this.ports.erasure) {
      const holds = await source.holds(ctx, [personId]);
      if (holds.some(({ subject }) => subject === label)) return true;
    }
    return false;
  }
}
