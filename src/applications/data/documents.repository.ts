import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationDocumentRow } from './application-document.entity.js';
import { ApplicationSupplementRow } from './application-supplement.entity.js';

/** What was found of the documents of applications, and what came after the submission. */
@Injectable()
export class DocumentsRepository {
  /** By requirement; of documents that nobody looked at there is nothing. */
  async found(ctx: Ctx, applicationId: Id): Promise<ReadonlyMap<string, ApplicationDocumentRow>> {
    const rows = await ctx.tx.find(ApplicationDocumentRow, { where: { applicationId } });
    return new Map(rows.map((row) => [row.requirement, row]));
  }

  async save(ctx: Ctx, row: ApplicationDocumentRow): Promise<void> {
    await ctx.tx.upsert(ApplicationDocumentRow, row, ['applicationId', 'requirement']);
  }

  /** In the order in which they came. */
  supplements(ctx: Ctx, applicationId: Id): Promise<ApplicationSupplementRow[]> {
    return ctx.tx.find(ApplicationSupplementRow, {
      where: { applicationId },
      order: { givenAt: 'ASC', id: 'ASC' },
    });
  }

  async addSupplement(ctx: Ctx, row: ApplicationSupplementRow): Promise<void> {
    await ctx.tx.insert(ApplicationSupplementRow, row);
  }

  /** Answers whether it was one that nobody had accepted before. */
  async acceptSupplement(ctx: Ctx, uploadId: Id, by: Id): Promise<boolean> {
    const [, accepted] = await ctx.tx.query<[unknown[], number]>(
      'update application_supplements set accepted_at = $2, accepted_by = $3 where upload_id = $1 and accepted_at is null',
      [uploadId, ctx.clock.now(), by],
    );
    return accepted > 0;
  }
}
