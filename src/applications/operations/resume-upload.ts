import { rm } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { PartialUploads } from '../../documents/public.js';
import type { PartialUpload } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { EDITABLE_STATES } from '../domain/application.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { AttachDocument } from './attach-document.js';
import { SupplementDocument } from './supplement-document.js';

/** A file as far as it came. */
export interface Progress {
  readonly id: Id;
  readonly length: number;
  readonly received: number;
  readonly expiresAt: Date;
  /** The document that it became; null while it is on its way. */
  readonly uploadId: Id | null;
}

/**
 * Gives a document in parts. Each part is asked for anew whether it may come; when the last is there, the file goes the way
 * of every other: checked by its content, scanned, attached. Until then nothing is attached at all.
 */
@Injectable()
export class ResumeUpload {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(PartialUploads) private readonly partial: PartialUploads,
    @Inject(AttachDocument) private readonly attach: AttachDocument,
    @Inject(SupplementDocument) private readonly supplement: SupplementDocument,
  ) {}

  begin(
    request: RequestContext,
    applicationId: string,
    wanted: { readonly requirement: string; readonly fileName: string; readonly length: number },
  ): Promise<Progress> {
    return this.database.transaction(request, async (ctx) => {
      await this.mayGive(ctx, applicationId, wanted.requirement);
      return this.partial.begin(ctx, { subject: subjectOf(applicationId), ...wanted });
    });
  }

  progress(request: RequestContext, applicationId: string, id: string): Promise<Progress> {
    return this.database.read(request, async (ctx) => {
      await this.own(ctx, applicationId);
      return this.partial.find(ctx, subjectOf(applicationId), id);
    });
  }

  /**
   * Takes the next part, which lies at `path`. With the last one, or where all parts are there already, the document is
   * attached; what is found wrong with it then ends the upload.
   */
  async append(
    request: RequestContext,
    applicationId: string,
    id: string,
    part: { readonly offset: number; readonly path: string },
  ): Promise<Progress> {
    const subject = subjectOf(applicationId);
    await this.database.transaction(request, async (ctx) => {
      await this.own(ctx, applicationId);
      const { requirement } = await this.partial.find(ctx, subject, id);
      await this.mayGive(ctx, applicationId, requirement);
    });
    const progress = await this.partial.append(request, subject, id, part);
    return progress.received === progress.length ? this.finish(request, applicationId, progress) : progress;
  }

  async cancel(request: RequestContext, applicationId: string, id: string): Promise<void> {
    await this.database.read(request, (ctx) => this.own(ctx, applicationId));
    await this.partial.remove(request, subjectOf(applicationId), id);
  }

  private async finish(
    request: RequestContext,
    applicationId: string,
    { id, requirement, fileName }: PartialUpload,
  ): Promise<Progress> {
    const subject = subjectOf(applicationId);
    const path = await this.partial.assemble(request, subject, id);
    let keys: readonly string[] = [];
    const within = async (ctx: Ctx, uploadId: Id) => {
      keys = await this.partial.finish(ctx, id, uploadId);
    };
    try {
      const editable = await this.database.read(request, (ctx) => this.isEditable(ctx, applicationId));
      const file = { path, fileName };
      await (editable
        ? this.attach.attach(request, applicationId, requirement, file, within)
        : this.supplement.run(request, applicationId, requirement, file, within));
    } catch (error) {
      // A file that is not what it should be does not become better by sending its last part again.
      if (error instanceof DomainError && error.code === 'invalid') {
        await this.partial.remove(request, subject, id);
      }
      throw error;
    } finally {
      await rm(path, { force: true });
    }
    await this.partial.clear(keys);
    return this.database.read(request, (ctx) => this.partial.find(ctx, subject, id));
  }

  private async mayGive(ctx: Ctx, applicationId: string, requirement: string): Promise<void> {
    if (await this.isEditable(ctx, applicationId)) await this.attach.section(ctx, applicationId, requirement);
    else await this.supplement.begin(ctx, applicationId, requirement);
  }

  private async isEditable(ctx: Ctx, applicationId: string): Promise<boolean> {
    const { state } = await this.applications.find(ctx, applicationId);
    return EDITABLE_STATES.includes(state);
  }

  private async own(ctx: Ctx, applicationId: string): Promise<void> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read', application, 'application.read');
    if (ctx.actor.personId !== application.applicantId) throw new DomainError('not_found');
  }
}

const subjectOf = (applicationId: string) => ({ kind: 'application', id: applicationId });
