import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { rowsOf } from '../../platform/database/prepared.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationState } from '../domain/application.states.js';
import { ApplicationDocumentRow } from './application-document.entity.js';
import { ApplicationSupplementRow } from './application-supplement.entity.js';

export interface AwaitedDocument {
  readonly applicationId: Id;
  readonly requirement: string;
}

/** What was found of the documents of applications, and what came after the submission. */
@Injectable()
export class DocumentsRepository {
  /** By requirement; of documents that nobody looked at there is nothing. */
  async found(ctx: Ctx, applicationId: Id): Promise<ReadonlyMap<string, ApplicationDocumentRow>> {
    const rows = await rowsOf(ctx, ApplicationDocumentRow, { applicationId });
    return new Map(rows.map((row) => [row.requirement, row]));
  }

  /** Awaited documents of which the clock may have something to tell, a page of them by application and requirement. */
  awaited(
    ctx: Ctx,
    query: {
      readonly until: Date;
      readonly states: readonly ApplicationState[];
      readonly after: AwaitedDocument | null;
      readonly limit: number;
    },
  ): Promise<AwaitedDocument[]> {
    const { until, states, after, limit } = query;
    return ctx.tx.query<AwaitedDocument[]>(
      `select d.application_id as "applicationId", d.requirement from application_documents d
         join applications a on a.id = d.application_id and a.state = any ($1)
       where d.state in ('missing', 'to_be_corrected') and d.due_at <= $2
         and (d.reminded_at is null or (d.overdue_told_at is null and d.due_at < $3))
         and ($4::uuid is null or (d.application_id, d.requirement) > ($4, $5))
       order by d.application_id, d.requirement limit $6`,
      [states, until, ctx.clock.now(), after?.applicationId ?? null, after?.requirement ?? '', limit],
    );
  }

  async save(ctx: Ctx, row: ApplicationDocumentRow): Promise<void> {
    await ctx.tx.upsert(ApplicationDocumentRow, row, ['applicationId', 'requirement']);
  }

  /** In the order in which they came. */
  supplements(ctx: Ctx, applicationId: Id): Promise<ApplicationSupplementRow[]> {
    return rowsOf(ctx, ApplicationSupplementRow, { applicationId }, { order: { givenAt: 'asc', id: 'asc' } });
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
