import { Injectable } from '@nestjs/common';
import { ForgetFiles } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { APPEAL } from './lodge-appeal.js';

/** Appeals of an erased person: that there was one, on what ground, and how it ended stays. An open one holds its person. */
@Injectable()
export class EraseAppeals implements ErasureSource {
  readonly part = 'appeals';

  constructor(private readonly files: ForgetFiles) {}

  async holds(ctx: Ctx, persons: readonly Id[]): Promise<readonly ErasureHold[]> {
    const rows = await ctx.tx.query<{ number: string | null }[]>(
      `select a.number from appeals p join applications a on a.id = p.application_id
       where p.applicant_id = any ($1) and p.state in ('lodged', 'panel') order by p.id`,
      [persons],
    );
    const members = await ctx.tx.query<unknown[]>(
      `select from appeal_members m join appeals p on p.id = m.appeal_id
       where m.person_id = any ($1) and m.removed_at is null and p.state in ('lodged', 'panel') limit 1`,
      [persons],
    );
    return [
      ...rows.map(({ number }) => ({ code: 'appeal_open', subject: number, until: null })),
      ...members.map(() => ({ code: 'hears_appeal', subject: null, until: null })),
    ];
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select distinct application_id as id from appeals where applicant_id = any ($1)',
      [persons],
    );
    const erased = await this.ofApplications(
      ctx,
      rows.map(({ id }) => id),
    );
    return { erased, kept: [] };
  }

  /** Appeals about these applications. */
  async ofApplications(ctx: Ctx, applications: readonly Id[]): Promise<Readonly<Record<string, number>>> {
    const rows = await ctx.tx.query<{ id: Id }[]>('select id from appeals where application_id = any ($1)', [
      applications,
    ]);
    const ids = rows.map(({ id }) => id);
    const of = (table: string, column: string) => ({ table, by: 'appeal_id', column });
    const snapshots = await forgetValues(ctx, of('appeal_snapshots', 'content'), ids, '{}');
    await forgetValues(ctx, of('appeal_snapshots', 'erased_at'), ids, ctx.clock.now().toISOString());
    return {
      appeal_words: await forgetValues(ctx, of('appeal_words', 'text'), ids),
      appeal_votes: await forgetValues(ctx, of('appeal_votes', 'reasons'), ids),
      appeal_snapshots: snapshots,
      uploads: await this.files.ofSubjects(ctx, APPEAL, ids),
    };
  }
}
