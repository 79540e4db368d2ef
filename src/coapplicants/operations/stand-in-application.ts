import { Injectable } from '@nestjs/common';
import { ApplicationFiles, ApplicationsRepository, sharedText } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { CoApplicantRow } from '../data/co-applicant.entity.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { REASON_MAX } from '../domain/co-applicant.js';
import { CO_APPLICANT_CONFIRMED, CO_APPLICANT_LEFT } from '../domain/co-applicants.events.js';
import { coApplicantsPolicy } from '../domain/co-applicants.policy.js';
import { CoApplicantRecord, factsOf } from './co-applicant-record.js';

/** What somebody does who applies together with the applicant: stands behind the text, or leaves. */
@Injectable()
export class StandInApplication {
  constructor(
    private readonly database: Database,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly files: ApplicationFiles,
    private readonly record: CoApplicantRecord,
  ) {}

  /**
   * Confirms the text that the page showed, by its hash. The same again is what is there.
   * @throws DomainError `co_applicant_text_changed` where the text is another one by now
   */
  async confirm(request: RequestContext, applicationId: string, hash: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { row, application } = await this.begin(ctx, applicationId, 'co_applicant.confirm');
      const text = await withSystemRights(ctx, async () => sharedText(await this.files.of(ctx, application)));
      if (text.hash !== hash) throw new DomainError('stale', { reason: 'co_applicant_text_changed' });
      if (row.state === 'confirmed' && row.confirmedHash === hash) return;
      const now = ctx.clock.now();
      await this.record.move(ctx, row, 'confirm', { confirmedHash: hash, confirmedAt: now, voidedAt: null });
      await this.record.tell(ctx, row, CO_APPLICANT_CONFIRMED);
    });
  }

  /** Out of it, at any time. What was submitted stays as it was; whoever has the application is told. */
  async leave(request: RequestContext, applicationId: string, reason: string): Promise<void> {
    const why = reason.normalize('NFC').trim();
    if (why.length > REASON_MAX) {
      throw new DomainError('invalid', {
        fields: [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }],
      });
    }
    await this.database.transaction(request, async (ctx) => {
      const { row, application } = await this.begin(ctx, applicationId, 'co_applicant.leave');
      await this.record.move(ctx, row, 'leave', { reason: why || null });
      await this.record.tell(ctx, row, CO_APPLICANT_LEFT, {
        submitted: application.number === null ? 'no' : 'yes',
      });
    });
  }

  private async begin(
    ctx: Ctx,
    applicationId: string,
    action: string,
  ): Promise<{ row: CoApplicantRow; application: ApplicationRow }> {
    const mine = await this.coApplicants.mineIn(ctx, applicationId);
    if (!mine) {
      // Its applicant is told that they are none of these; to anybody else there is nothing.
      const led = await this.applications.find(ctx, applicationId);
      const nobody = factsOf({ id: led.id, state: 'accepted', personId: null }, led);
      authorise(ctx, coApplicantsPolicy, action, nobody, 'co_applicant.read');
      throw new DomainError('not_found');
    }
    // Locked before the row, as by whoever changes the text: of the two the second sees what the first did.
    const application = await withSystemRights(ctx, () => this.applications.lock(ctx, mine.applicationId));
    const row = await withSystemRights(ctx, () => this.coApplicants.lock(ctx, mine.id));
    authorise(ctx, coApplicantsPolicy, action, factsOf(row, application), 'co_applicant.read');
    return { row, application };
  }
}
