import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { QuotaKey } from '../domain/agreement.js';
import { AgreementQuotaEntity } from './agreement-quota.entity.js';

/**
 * What agreements allow, against what calls have promised. Each move is one guarded UPDATE: of two calls that publish at
 * the same time the second waits for the row and is told no, where a value read beforehand would let both through.
 */
@Injectable()
export class QuotaLedger {
  /** Reserves `persons` of a quota. False, and nothing changed, where so many are not left or the quota does not exist. */
  async commit(ctx: Ctx, quota: QuotaKey, persons: number): Promise<boolean> {
    return this.move(ctx, quota, countOf(persons));
  }

  /** Gives back what was reserved. False, and nothing changed, where less was reserved. */
  async release(ctx: Ctx, quota: QuotaKey, persons: number): Promise<boolean> {
    return this.move(ctx, quota, -countOf(persons));
  }

  private async move(ctx: Ctx, quota: QuotaKey, by: number): Promise<boolean> {
    const { agreementId, homeCountry, hostCountry, category, academicYear } = quota;
    const result = await ctx.tx
      .createQueryBuilder()
      .update(AgreementQuotaEntity)
      .set({ committed: () => 'committed + :by' })
      .where({ agreementId, homeCountry, hostCountry, category, academicYear })
      .andWhere('committed + :by between 0 and persons')
      .setParameter('by', by)
      .execute();
    return result.affected === 1;
  }
}

function countOf(persons: number): number {
  if (!Number.isSafeInteger(persons) || persons < 1)
    throw new RangeError(`not a number of persons: ${persons}`);
  return persons;
}
