import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { PUBLISHED_STATES, isInForce } from '../domain/agreement.js';
import type { AgreementView, QuotaView } from '../domain/agreement.js';
import { AgreementQuotaEntity } from './agreement-quota.entity.js';
import { AgreementEntity } from './agreement.entity.js';

@Injectable()
export class Agreements {
  /** In any state. */
  async byId(ctx: Ctx, id: Id): Promise<AgreementView | null> {
    return this.one(ctx, { id });
  }

  /** In any state. */
  async byReference(ctx: Ctx, reference: string): Promise<AgreementView | null> {
    return this.one(ctx, { reference });
  }

  async byIds(ctx: Ctx, ids: readonly Id[]): Promise<readonly AgreementView[]> {
    return this.withQuotas(ctx, await ctx.tx.getRepository(AgreementEntity).findBy({ id: In([...ids]) }));
  }

  /** Everything that is or was in force: memoranda first, the latest first. */
  async published(ctx: Ctx): Promise<readonly AgreementView[]> {
    const rows = await ctx.tx.getRepository(AgreementEntity).find({
      where: { state: In(PUBLISHED_STATES) },
      order: { kind: 'DESC', signedOn: 'DESC', reference: 'ASC' },
    });
    return this.withQuotas(ctx, rows);
  }

  /** What binds today, by the given calendar day (YYYY-MM-DD). */
  async inForce(ctx: Ctx, day: string): Promise<readonly AgreementView[]> {
    return (await this.published(ctx)).filter((agreement) => isInForce(agreement, day));
  }

  private async one(ctx: Ctx, by: { id: Id } | { reference: string }): Promise<AgreementView | null> {
    const row = await ctx.tx.getRepository(AgreementEntity).findOneBy(by);
    return row ? ((await this.withQuotas(ctx, [row]))[0] ?? null) : null;
  }

  private async withQuotas(ctx: Ctx, rows: readonly AgreementEntity[]): Promise<AgreementView[]> {
    if (rows.length === 0) return [];
    const quotas = await ctx.tx.getRepository(AgreementQuotaEntity).find({
      where: { agreementId: In(rows.map(({ id }) => id)) },
      order: { academicYear: 'ASC', category: 'ASC', homeCountry: 'ASC' },
    });
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      reference: row.reference,
      title: row.title,
      parties: row.parties,
      themes: row.themes,
      state: row.state,
      text: row.text,
      textHash: row.textHash,
      signedOn: row.signedOn,
      inForceFrom: row.inForceFrom,
      inForceUntil: row.inForceUntil,
      quotas: quotas.filter(({ agreementId }) => agreementId === row.id).map(quotaOf),
    }));
  }
}

function quotaOf(row: AgreementQuotaEntity): QuotaView {
  const { id, homeCountry, hostCountry, category, academicYear, persons, months, committed } = row;
  return { id, homeCountry, hostCountry, category, academicYear, persons, months, committed };
}
