import { Inject, Injectable } from '@nestjs/common';
import { ForgetPerson } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ErasedPartName, ErasureReport } from '../domain/erasure.js';
import { PrivacyPorts } from '../privacy-ports.js';
import type { ErasureHold, ErasureSource, KeptRecord } from '../privacy-ports.js';
import { EraseAccount } from './erase-account.js';

/**
 * Erases a person by anonymising (GDPR art. 17; ZZPL art. 30; 152-FZ art. 21): every room takes the person's values away
 * where it holds them, in one act; what stays are ids, codes and dates, and records that a law asks for, named with their end.
 */
@Injectable()
export class ErasePerson {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(ForgetPerson) private readonly forget: ForgetPerson,
    @Inject(EraseAccount) private readonly account: EraseAccount,
  ) {}

  /** What stands against erasing somebody now; empty where nothing does. */
  holds(ctx: Ctx, personId: Id): Promise<readonly ErasureHold[]> {
    return withSystemRights(ctx, async () => {
      const persons = await this.forget.accountsOf(ctx, personId);
      const holds: ErasureHold[] = [];
      for (const source of this.sources()) holds.push(...(await source.holds(ctx, persons)));
      return holds;
    });
  }

  /** What a law would keep if it were done now. */
  keeps(ctx: Ctx, personId: Id): Promise<readonly KeptRecord[]> {
    return withSystemRights(ctx, async () => {
      const persons = await this.forget.accountsOf(ctx, personId);
      const kept: KeptRecord[] = [];
      for (const source of this.sources()) kept.push(...((await source.keeps?.(ctx, persons)) ?? []));
      return kept;
    });
  }

  /** For whoever keeps the machine, for somebody who asked by letter. */
  run(request: RequestContext, personId: Id): Promise<ErasureReport> {
    return this.database.transaction(request, async (ctx) => {
      if (ctx.actor.kind !== 'system') throw new DomainError('forbidden');
      const now = ctx.clock.now();
      const id = newId(now);
      const [opened] = await ctx.tx.query<{ id: Id }[]>(
        `insert into erasures (id, person_id, owner_country, state, asked_at)
         select $1, id, owner_of_record(id), 'asked', $3 from persons where id = $2 and joined_into is null and erased_at is null
         on conflict (person_id) where state in ('asked', 'proposed', 'granted', 'running') do update set asked_at = erasures.asked_at
         returning id`,
        [id, personId, now],
      );
      if (!opened) throw new DomainError('not_found');
      return this.carryOut(ctx, opened.id, personId);
    });
  }

  /**
   * Carries out what was asked for, inside the act that answers it.
   * @throws DomainError `blocked` with every hold
   */
  async carryOut(ctx: Ctx, erasureId: Id, personId: Id): Promise<ErasureReport> {
    return withSystemRights(ctx, async () => {
      // Nothing new begins on a person while they go: what begins with them asks for this row.
      await ctx.tx.query('select from persons where id = $1 for update', [personId]);
      const holds = await this.holds(ctx, personId);
      if (holds.length > 0) {
        throw new DomainError('blocked', {
          reason: 'erasure_held',
          values: { count: holds.length },
          blockers: holds.map(({ code, subject, until }) => ({
            code: `erasure_${code}`,
            section: 'erasure',
            field: code,
            values: { subject: subject ?? '', until: until?.toISOString() ?? '' },
          })),
        });
      }
      await ctx.tx.query(`update erasures set state = 'running' where id = $1`, [erasureId]);
      const persons = await this.forget.accountsOf(ctx, personId);
      const erased: Record<string, number> = {};
      const parts: Partial<Record<ErasedPartName, number>> = {};
      const kept: ErasureReport['kept'][number][] = [];
      for (const source of this.sources()) {
        const part = await source.erase(ctx, persons);
        for (const [table, count] of Object.entries(part.erased)) {
          if (count === 0) continue;
          erased[table] = (erased[table] ?? 0) + count;
          parts[source.part] = (parts[source.part] ?? 0) + count;
        }
        for (const { until, ...record } of part.kept) kept.push({ ...record, until: until.toISOString() });
      }
      const report: ErasureReport = { erased, parts, kept };
      await ctx.tx.query(
        `update erasures set state = 'done', ended_at = $2, decided_by = coalesce(decided_by, $3), report = $4 where id = $1`,
        [
          erasureId,
          ctx.clock.now(),
          ctx.actor.personId === personId ? null : ctx.actor.personId,
          JSON.stringify(report),
        ],
      );
      await this.audit.record(ctx, {
        action: 'person.erased',
        subject: { kind: 'person', id: personId },
        data: {
          erasure: erasureId,
          records: Object.values(erased).reduce((sum, count) => sum + count, 0),
          kept: kept.map(({ category }) => category),
        },
      });
      return report;
    });
  }

  /** Rooms to the right first: they find their records by what the account loses last. */
  private sources(): readonly ErasureSource[] {
    return [...this.ports.erasure, this.account];
  }
}
