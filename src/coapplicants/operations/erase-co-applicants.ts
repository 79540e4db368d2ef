import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

const NAMES = [
  'name',
  'part',
  'native_family',
  'native_given',
  'latin_family',
  'latin_given',
  'passport_family',
  'passport_given',
  'reason',
] as const;

/** Somebody who stood in an application of another, or was invited to: that somebody did stays, who it was does not. */
@Injectable()
export class EraseCoApplicants implements ErasureSource {
  readonly part = 'co_applicants';

  /** An application that goes on holds whoever stands in it: `applications` says so. */
  holds(): Promise<readonly ErasureHold[]> {
    return Promise.resolve([]);
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from co_applicants where person_id = any ($1)
         or (person_id is null and lower(email) in (select lower(email) from persons where id = any ($1)))`,
      [persons],
    );
    const of = { table: 'co_applicants', by: 'id' };
    const ids = rows.map(({ id }) => id);
    for (const column of NAMES) await forgetValues(ctx, { ...of, column }, ids);
    for (const id of ids) {
      // Of one application no two are invited at one address.
      await forgetValues(ctx, { ...of, column: 'email' }, [id], `${id}@erased.invalid`);
      await forgetValues(ctx, { ...of, column: 'email_key' }, [id], `${id}@erased.invalid`);
    }
    return { erased: { co_applicants: ids.length }, kept: [] };
  }
}
