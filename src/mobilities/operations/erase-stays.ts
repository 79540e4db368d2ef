import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

/** Stays of an erased person: days and amounts stay, for the ledger; the words go. Whoever is there, or is to come, is held. */
@Injectable()
export class EraseStays implements ErasureSource {
  readonly part = 'stays';

  async holds(ctx: Ctx, persons: readonly Id[]): Promise<readonly ErasureHold[]> {
    const rows = await ctx.tx.query<{ number: string | null }[]>(
      `select a.number from mobilities m join applications a on a.id = m.application_id
       where m.participant_id = any ($1) and m.state in ('planned', 'ongoing') order by m.id`,
      [persons],
    );
    return rows.map(({ number }) => ({ code: 'stay_open', subject: number, until: null }));
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select id from mobilities where participant_id = any ($1)',
      [persons],
    );
    const ids = rows.map(({ id }) => id);
    const of = (table: string, column: string) => ({ table, by: 'mobility_id', column });
    await forgetValues(ctx, of('mobility_payments', 'reason'), ids);
    return {
      erased: {
        mobility_certificates: await forgetValues(ctx, of('mobility_certificates', 'reason'), ids),
        mobility_payments: await forgetValues(ctx, of('mobility_payments', 'evidence'), ids),
      },
      kept: [],
    };
  }
}
