import { Inject, Injectable } from '@nestjs/common';
import { Calls, documentDueAt } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import type { ApplicationDocumentRow } from '../data/application-document.entity.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DocumentsRepository } from '../data/documents.repository.js';
import type { AwaitedDocument } from '../data/documents.repository.js';
import { DOCUMENT_DUE_SOON, DOCUMENT_OVERDUE } from '../domain/applications.events.js';
import { DOCUMENTS_COME } from '../domain/applications.policy.js';
import { DOCUMENT_REMINDS_DAYS, askedDocuments, clockTells } from '../domain/document-items.js';
import { ApplicationRecord } from './application-record.js';
import { EditApplication } from './edit-application.js';

const DAY_MS = 86_400_000;
const BATCH = 500;

/** What the clock does with documents that are awaited: it reminds, and tells of what did not come. It decides nothing. */
@Injectable()
export class KeepDocuments {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(DocumentsRepository) private readonly documents: DocumentsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** Returns of how many something was told, each in an act of its own. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const until = new Date(clock.now().getTime() + DOCUMENT_REMINDS_DAYS * DAY_MS);
    let told = 0;
    const failures: unknown[] = [];
    let after: AwaitedDocument | null = null;
    for (;;) {
      const from: AwaitedDocument | null = after;
      const page: readonly AwaitedDocument[] = await this.database.read(request, (ctx) =>
        this.documents.awaited(ctx, { until, states: DOCUMENTS_COME, after: from, limit: BATCH }),
      );
      for (const awaited of page) {
        try {
          if (await this.database.transaction(request, (ctx) => this.keep(ctx, awaited))) told += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      if (page.length < BATCH) break;
      after = page.at(-1) ?? null;
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} documents were not kept`);
    return told;
  }

  private async keep(ctx: Ctx, { applicationId, requirement }: AwaitedDocument): Promise<boolean> {
    const application = await this.applications.lock(ctx, applicationId);
    const row = (await this.documents.found(ctx, applicationId)).get(requirement);
    if (!row || !DOCUMENTS_COME.includes(application.state)) return false;
    if (row.state !== 'missing' && row.state !== 'to_be_corrected') return false;
    if (row.state === 'missing') {
      const dueAt = await this.dueAtNow(ctx, application, requirement);
      if (dueAt?.getTime() !== row.dueAt?.getTime()) {
        // The deadline of the call was moved since: what is awaited follows its call.
        await this.documents.save(ctx, { ...row, dueAt });
        row.dueAt = dueAt;
      }
    }
    const tells = clockTells(row, ctx.clock.now());
    if (tells === null || row.dueAt === null) return false;
    const now = ctx.clock.now();
    const change: Partial<ApplicationDocumentRow> =
      tells === 'overdue' ? { overdueToldAt: now, remindedAt: row.remindedAt ?? now } : { remindedAt: now };
    await this.documents.save(ctx, { ...row, ...change });
    await this.record.note(ctx, application, `application.document_${tells}`, { requirement });
    await this.record.tell(ctx, application, tells === 'overdue' ? DOCUMENT_OVERDUE : DOCUMENT_DUE_SOON, {
      requirement,
      until: row.dueAt.toISOString(),
    });
    return true;
  }

  private async dueAtNow(ctx: Ctx, application: ApplicationRow, requirementId: string): Promise<Date | null> {
    const call = await this.calls.byId(ctx, application.callId);
    const form = await this.edit.form(ctx, application);
    const asked = askedDocuments(form).find(({ requirement }) => requirement.id === requirementId);
    return call && asked ? documentDueAt(call, asked.requirement) : null;
  }
}
