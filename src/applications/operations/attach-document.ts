import { Inject, Injectable } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { DocumentFindings } from './document-findings.js';
import { EditApplication } from './edit-application.js';

/** Answers one requirement of the documents page with a file, or takes the answer away. */
@Injectable()
export class AttachDocument {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(DocumentFindings) private readonly findings: DocumentFindings,
  ) {}

  /** `path` is where the upload lies for the time of the request; its content is checked before anything is kept. */
  async attach(
    request: RequestContext,
    applicationId: string,
    requirement: string,
    file: { readonly path: string; readonly fileName: string },
    /** What belongs to the same act. */
    within: (ctx: Ctx, uploadId: Id) => Promise<void> = () => Promise.resolve(),
  ): Promise<Id> {
    // First whether it may be attached at all: nobody's megabytes are stored for a refusal.
    await this.database.transaction(request, (ctx) => this.section(ctx, applicationId, requirement));
    const received = await this.uploads.receive(file.path, file.fileName, requirement);
    return this.database.transaction(request, async (ctx) => {
      const { application, section } = await this.section(ctx, applicationId, requirement);
      const id = await this.uploads.attach(
        ctx,
        { kind: 'application', id: application.id },
        requirement,
        received,
      );
      await this.findings.changed(ctx, application.id, requirement, 'upload');
      await this.edit.touch(ctx, application, section);
      await within(ctx, id);
      return id;
    });
  }

  remove(request: RequestContext, applicationId: string, requirement: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const { application, section } = await this.section(ctx, applicationId, requirement);
      await this.uploads.remove(ctx, { kind: 'application', id: application.id }, requirement);
      await this.findings.changed(ctx, application.id, requirement, 'remove');
      await this.edit.touch(ctx, application, section);
    });
  }

  /** Whether a file may be attached to this requirement now. Throws where not. */
  async section(ctx: Ctx, applicationId: string, requirement: string) {
    const { application, form } = await this.edit.begin(ctx, applicationId);
    const section = form.sections.find((candidate) =>
      candidate.documents.some((document) => document.id === requirement),
    );
    if (!section) throw new DomainError('not_found');
    // A correction that was asked for before the application came back can be given now as well.
    const asked = (await this.findings.found(ctx, application.id)).get(requirement)?.state;
    if (!this.edit.isUnlocked(application, section.id, requirement) && asked !== 'to_be_corrected') {
      throw new DomainError('forbidden', { reason: 'field_locked' });
    }
    return { application, section: section.id };
  }
}
