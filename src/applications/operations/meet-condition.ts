import { Inject, Injectable } from '@nestjs/common';
import { Conditions } from '../../approvals/public.js';
import { Uploads } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';

const TEXT_MAX = 4000;

/** Under this name a file that was given for a condition lies with its application. */
export function evidenceOf(conditionId: string): string {
  return `condition.${conditionId}`;
}

/** The applicant says how they meet a condition, in words, by a file, or by both. The side that set it judges it. */
@Injectable()
export class MeetCondition {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Conditions) private readonly conditions: Conditions,
    @Inject(Uploads) private readonly uploads: Uploads,
  ) {}

  /** `path` is where the upload lies for the time of the request; null where none came. */
  async run(
    request: RequestContext,
    applicationId: string,
    conditionId: string,
    words: string,
    file: { readonly path: string; readonly fileName: string } | null,
  ): Promise<void> {
    // First whether it may be given at all: nobody's megabytes are stored for a refusal.
    await this.database.transaction(request, (ctx) => this.begin(ctx, applicationId, conditionId));
    const text = words.trim();
    if (!text && !file) {
      throw new DomainError('invalid', { fields: [{ field: 'words', problem: 'required_evidence' }] });
    }
    if (text.length > TEXT_MAX) {
      const values = { max: TEXT_MAX };
      throw new DomainError('invalid', { fields: [{ field: 'words', problem: 'too_long', values }] });
    }
    const received = file && (await this.uploads.receive(file.path, file.fileName, 'file'));
    await this.database.transaction(request, async (ctx) => {
      const { subject, condition } = await this.begin(ctx, applicationId, conditionId);
      const uploadId =
        received && (await this.uploads.attach(ctx, subject, evidenceOf(condition.id), received));
      await this.conditions.answer(ctx, subject, condition.id, { text: text || null, uploadId });
    });
  }

  private async begin(ctx: Ctx, applicationId: string, conditionId: string) {
    if (ctx.actor.kind === 'anonymous') throw new DomainError('not_signed_in');
    const application = await this.applications.lock(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.meet_condition', application, 'application.read');
    const subject = { kind: 'application', id: application.id };
    return { subject, condition: await this.conditions.openOf(ctx, subject, conditionId) };
  }
}
