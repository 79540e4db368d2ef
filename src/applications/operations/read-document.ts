import { Inject, Injectable } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { ApplicationFiles, documentForOffice } from './application-file.js';
import type { ApplicationFile } from './application-file.js';

/** A document of an application that the actor may read, with the file that it is of. */
export interface ReadableDocument {
  readonly file: ApplicationFile;
  /** Whether it is its applicant who reads it. */
  readonly own: boolean;
  readonly document: Awaited<ReturnType<Uploads['open']>>;
}

/** Opens one document of an application, to be taken or shown. */
@Injectable()
export class ReadDocument {
  constructor(
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(Uploads) private readonly uploads: Uploads,
  ) {}

  /** @throws DomainError `not_found`, or `forbidden` where the document is withheld from the actor */
  async run(ctx: Ctx, applicationId: string, uploadId: string): Promise<ReadableDocument> {
    const file = await this.files.load(ctx, applicationId);
    const subject = { kind: 'application', id: file.application.id };
    const own = ctx.actor.personId === file.application.applicantId;
    if (own) return { file, own, document: await this.uploads.open(ctx, subject, uploadId) };
    // The offices see what was submitted and what came after it; a version that was replaced before is the applicant's.
    const { fileName } = documentForOffice(file, uploadId);
    return { file, own, document: { ...(await this.uploads.open(ctx, subject, uploadId)), fileName } };
  }
}
