import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import { Gates } from '../../gates/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { NominationRow } from '../data/nomination.entity.js';
import { APPLICATION_WITHDRAWN, HOST_SAW } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { nominationStates } from '../domain/nomination.states.js';
import { ApplicationRecord } from './application-record.js';
import { Places, heldPlace } from './places.js';

/** The applicant takes an application back, at any time before its end. A place that it held goes to the next reserve. */
@Injectable()
export class WithdrawApplication {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Places) private readonly places: Places,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  run(request: RequestContext, applicationId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.lock(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.withdraw', application, 'application.read');
      await this.withdraw(ctx, application);
    });
  }

  /** The same inside an act of the caller's, who has authorised it. */
  async withdraw(ctx: Ctx, application: ApplicationRow, data: AuditEntry['data'] = {}): Promise<void> {
    const freed = heldPlace(application);
    const hostSaw = application.transferredAt !== null;
    const [nomination] = await this.applications.nominations(ctx, application.id);
    if (nomination && nominationStates.allows(nomination.state, 'cancel')) {
      nomination.state = nominationStates.move(nomination.state, 'cancel');
      nomination.stateSince = ctx.clock.now();
      nomination.dueAt = null;
      await ctx.tx.save(NominationRow, nomination);
      await this.record.note(ctx, application, 'nomination.cancelled', { nomination: nomination.id });
    }
    await this.decisions.withdraw(ctx, { kind: 'application', id: application.id });
    await this.documents.revoke(ctx, 'award_letter', { kind: 'application', id: application.id });
    await this.gates.withdraw(ctx, { kind: 'application', id: application.id });
    await this.record.move(
      ctx,
      application,
      'withdraw',
      {
        result: null,
        reserveNumber: null,
        placeId: null,
        placeReserve: null,
        returnedFields: null,
        returnReason: null,
      },
      data,
    );
    await this.record.tell(ctx, application, APPLICATION_WITHDRAWN, hostSaw ? HOST_SAW : {});
    if (freed) await this.places.release(ctx, freed);
  }
}
