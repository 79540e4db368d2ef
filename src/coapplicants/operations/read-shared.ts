import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import {
  ApplicationFiles,
  ApplicationsRepository,
  applicationsPolicy,
  sharedText,
} from '../../applications/public.js';
import type { ApplicationFile, SharedText } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { Uploads } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CoApplicantRow } from '../data/co-applicant.entity.js';
import { CHANGEABLE } from '../domain/co-applicants.policy.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';

/** An application as somebody reads it who applies together with its applicant. */
export interface SharedApplication {
  readonly file: ApplicationFile;
  readonly text: SharedText;
  readonly own: CoApplicantRow;
  readonly applicant: DisplayName;
}

/** One's part in somebody's application, for a list. */
export interface SharedEntry {
  readonly own: CoApplicantRow;
  readonly call: CallView;
  readonly applicant: DisplayName;
  /** Whether the text waits for their confirmation. */
  readonly waits: boolean;
}

/** Reads for co-applicants: what the policy lets them see of the application, and their own part in it. */
@Injectable()
export class ReadShared {
  constructor(
    private readonly applications: ApplicationsRepository,
    private readonly files: ApplicationFiles,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly calls: Calls,
    private readonly people: People,
    private readonly uploads: Uploads,
  ) {}

  /** @throws DomainError `not_found` where the actor does not stand in it */
  async one(ctx: Ctx, applicationId: string): Promise<SharedApplication> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read_shared', application, 'application.read_shared');
    const file = await this.files.of(ctx, application);
    const own = await this.coApplicants.mineIn(ctx, application.id);
    if (!own) throw new DomainError('not_found');
    // A name is all that a co-applicant is told of the applicant's account.
    const names = await withSystemRights(ctx, () => this.people.displayNames(ctx, [application.applicantId]));
    const applicant = names.get(application.applicantId);
    if (!applicant) throw new DomainError('not_found');
    return { file, text: sharedText(file), own, applicant };
  }

  /** @throws DomainError `not_found` where it is no document that is shared */
  async document(ctx: Ctx, applicationId: string, uploadId: string): ReturnType<Uploads['open']> {
    const { file, text } = await this.one(ctx, applicationId);
    if (!text.uploads.some(({ id }) => id === uploadId)) throw new DomainError('not_found');
    return this.uploads.open(ctx, { kind: 'application', id: file.application.id }, uploadId);
  }

  /** Where the actor stands in somebody's application, those first that wait for them. */
  async mine(ctx: Ctx): Promise<readonly SharedEntry[]> {
    const rows = (await this.coApplicants.mine(ctx)).filter(
      ({ state }) => state === 'accepted' || state === 'confirmed',
    );
    const applications = await this.applications.findMany(
      ctx,
      rows.map(({ applicationId }) => applicationId),
    );
    const calls = await this.calls.byIds(
      ctx,
      applications.map(({ callId }) => callId),
    );
    const names = await withSystemRights(ctx, () =>
      this.people.displayNames(
        ctx,
        applications.map(({ applicantId }) => applicantId),
      ),
    );
    return rows
      .flatMap((own) => {
        const application = applications.find(({ id }) => id === own.applicationId);
        const call = application && calls.get(application.callId);
        const applicant = application && names.get(application.applicantId);
        if (!application || !call || !applicant) return [];
        const waits = own.state === 'accepted' && CHANGEABLE.includes(application.state);
        return [{ own, call, applicant, waits }];
      })
      .sort((a, b) => Number(b.waits) - Number(a.waits));
  }
}
