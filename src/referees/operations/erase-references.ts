import { Injectable } from '@nestjs/common';
import { ForgetFiles } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { ERASED, changeRows, forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

/**
 * Letters about an erased person go with them: they are about nobody else. Where the person wrote letters, their name and
 * address go, and the letter stays with whom it is about.
 */
@Injectable()
export class EraseReferences implements ErasureSource {
  readonly part = 'references';

  constructor(private readonly files: ForgetFiles) {}

  holds(): Promise<readonly ErasureHold[]> {
    return Promise.resolve([]);
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const about = await ctx.tx.query<{ id: Id }[]>(
      'select id from applications where applicant_id = any ($1)',
      [persons],
    );
    const written = await ctx.tx.query<{ id: Id }[]>(
      `select id from reference_requests
       where lower(email) in (select lower(email) from persons where id = any ($1))`,
      [persons],
    );
    const of = { table: 'reference_requests', by: 'id' };
    for (const { id } of written) {
      await forgetValues(ctx, { ...of, column: 'name' }, [id]);
      await forgetValues(ctx, { ...of, column: 'email' }, [id], `${id}@erased.invalid`);
      await forgetValues(ctx, { ...of, column: 'email_key' }, [id], `${id}@erased.invalid`);
    }
    const gone = await this.ofApplications(
      ctx,
      about.map(({ id }) => id),
    );
    return { erased: { ...gone, reference_requests: written.length }, kept: [] };
  }

  /** Letters about whoever applied. */
  async ofApplications(ctx: Ctx, applications: readonly Id[]): Promise<Readonly<Record<string, number>>> {
    const letters = await ctx.tx.query<{ id: Id }[]>(
      'select id from reference_requests where application_id = any ($1)',
      [applications],
    );
    const ids = letters.map(({ id }) => id);
    await forgetValues(
      ctx,
      { table: 'reference_requests', by: 'application_id', column: 'decline_reason' },
      applications,
    );
    return {
      reference_letters: await changeRows(
        ctx,
        `update reference_letters set body = $2 where reference_id = any ($1) and body <> ''`,
        [ids, ERASED],
      ),
      uploads: await this.files.ofSubjects(ctx, 'reference', ids),
    };
  }
}
