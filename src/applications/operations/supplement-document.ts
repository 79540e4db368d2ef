import { Inject, Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import { Uploads } from '../../documents/public.js';
import type { ReceivedFile } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DOCUMENT_SUPPLEMENTED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { whyNotSupplemented } from '../domain/document-items.js';
import { ApplicationRecord } from './application-record.js';
import { DocumentFindings } from './document-findings.js';
import { EditApplication } from './edit-application.js';
import { sightOf } from './field-sight.js';

/**
 * Gives a document after the submission, where it is asked for: a correction, until its own deadline. What was submitted
 * stays as it was frozen; the new file stands beside it on record.
 */
@Injectable()
export class SupplementDocument {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(DocumentFindings) private readonly findings: DocumentFindings,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** `path` is where the upload lies for the time of the request; null where none came. */
  async run(
    request: RequestContext,
    applicationId: string,
    requirement: string,
    file: { readonly path: string; readonly fileName: string } | null,
    /** What belongs to the same act. */
    within: (ctx: Ctx, uploadId: Id) => Promise<void> = () => Promise.resolve(),
  ): Promise<Id> {
    // First whether it may be given at all: nobody's megabytes are stored for a refusal.
    await this.database.transaction(request, (ctx) => this.begin(ctx, applicationId, requirement));
    if (!file) {
      throw new DomainError('invalid', { fields: [{ field: requirement, problem: 'required_file' }] });
    }
    const received = await this.uploads.receive(file.path, file.fileName, requirement);
    return this.database.transaction(request, async (ctx) => {
      const uploadId = await this.give(ctx, applicationId, requirement, received);
      await within(ctx, uploadId);
      return uploadId;
    });
  }

  private async give(
    ctx: Ctx,
    applicationId: string,
    requirement: string,
    received: ReceivedFile,
  ): Promise<Id> {
    const { application, row, givenBy } = await this.begin(ctx, applicationId, requirement);
    const before = await this.findings.currentOf(ctx, application.id, requirement);
    if (before?.sha256 === received.sha256) {
      // The same file would be judged the same: more likely the wrong one was chosen.
      throw new DomainError('invalid', { fields: [{ field: requirement, problem: 'same_file' }] });
    }
    const subject = { kind: 'application', id: application.id };
    const uploadId = await this.uploads.attach(ctx, subject, requirement, received);
    await this.findings.supplement(ctx, application, row, {
      id: newId(ctx.clock.now()),
      uploadId,
      replacesId: before?.id ?? null,
      sha256: received.sha256,
      givenBy,
    });
    await this.applications.save(ctx, application);
    await this.record.tell(ctx, application, DOCUMENT_SUPPLEMENTED, { requirement });
    return uploadId;
  }

  /** Whether the document can be given now. Throws where not. */
  async begin(ctx: Ctx, applicationId: string, requirement: string) {
    // Whoever is not signed in is told that, before any record is looked for.
    if (ctx.actor.kind === 'anonymous') throw new DomainError('not_signed_in');
    const application = await this.applications.lock(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.supplement_document', application, 'application.read');
    const givenBy = ctx.actor.personId;
    if (givenBy === null) throw new DomainError('forbidden');
    const form = await this.edit.form(ctx, application);
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const sight = sightOf(ctx.actor, application);
    const { row } = await this.findings.one(ctx, application, call, form, requirement, sight);
    const reason = whyNotSupplemented(row, ctx.clock.now());
    if (reason === 'correction_deadline_passed') throw new DomainError('too_late', { reason });
    if (reason !== null) throw new DomainError('wrong_state', { reason });
    return { application, row, givenBy };
  }
}
