import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { QuotaKey } from '../domain/agreement.js';
import { AgreementQuotaEntity } from './agreement-quota.entity.js';

/** How much is reserved or given back: persons, and days of stay, thirty to a month. */
export interface QuotaAmount {
  readonly persons: number;
  readonly days: number;
}

/**
 * What agreements allow, against what calls have promised. Each move is one guarded UPDATE: of two calls that publish at
 * the same time the second waits for the row and is told no, where a value read beforehand would let both through.
 */
@Injectable()
export class QuotaLedger {
  /** Reserves of a quota. False, and nothing changed, where so much is not left or the quota does not exist. */
  async commit(ctx: Ctx, quota: QuotaKey, { persons, days }: QuotaAmount): Promise<boolean> {
    return this.move(
      ctx,
      quota,
      checked({ persons, days }),
      `committed + :persons <= persons
       and (months + days = 0 or committed_days + :stay <= months * 30 + days)`,
    );
  }

  /** Gives back what was reserved. False, and nothing changed, where less was reserved. */
  async release(ctx: Ctx, quota: QuotaKey, amount: QuotaAmount): Promise<boolean> {
    const { persons, days } = checked(amount);
    return this.move(
      ctx,
      quota,
      { persons: -persons, days: -days },
      'committed + :persons >= 0 and committed_days + :stay >= 0',
    );
  }

  private async move(ctx: Ctx, quota: QuotaKey, by: QuotaAmount, guard: string): Promise<boolean> {
    const { agreementId, homeCountry, hostCountry, category, academicYear } = quota;
    const result = await ctx.tx
      .createQueryBuilder()
      .update(AgreementQuotaEntity)
      .set({ committed: () => 'committed + :persons', committedDays: () => 'committed_days + :stay' })
      .where({ agreementId, homeCountry, hostCountry, category, academicYear })
      .andWhere(guard)
      .setParameters({ persons: by.persons, stay: by.days })
      .execute();
    return result.affected === 1;
  }
}

function checked(amount: QuotaAmount): QuotaAmount {
  const { persons, days } = amount;
  if (!Number.isSafeInteger(persons) || persons < 1)
    throw new RangeError(`not a number of persons: ${persons}`);
  if (!Number.isSafeInteger(days) || days < 0) throw new RangeError(`not a number of days: ${days}`);
  return amount;
}
