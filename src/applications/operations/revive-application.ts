import { Inject, Injectable } from '@nestjs/common';
import { Calls, acceptsSubmissions, submitsUntil } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationState } from '../domain/application.states.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { APPLICATION_REVIVED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationRecord, daysAfter } from './application-record.js';

/**
 * An applicant takes up again what they withdrew, until the deadline of the call and never after it. What was submitted is
 * submitted once more, as it was; what never was is a draft again. Of a nomination nothing comes back: the home
 * institution decides anew.
 */
@Injectable()
export class ReviveApplication {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** Answers the state in which it is again. */
  run(request: RequestContext, applicationId: string): Promise<ApplicationState> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.lock(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.revive', application, 'application.read');
      const call = await this.calls.byId(ctx, application.callId);
      if (!call) throw new DomainError('not_found');
      // It is carried over once more where it came from, with whatever order is wished now.
      if (application.carriedFrom) throw new DomainError('conflict', { reason: 'carried_over_again' });
      const now = ctx.clock.now();
      if (!acceptsSubmissions(call, now, application.accessUntil))
        throw new DomainError('too_late', { reason: 'call_closed' });
      if (await this.applications.mineFor(ctx, call.id)) {
        throw new DomainError('conflict', { reason: 'other_application' });
      }
      if (application.number === null) {
        await this.record.move(ctx, application, 'reopen', {
          dueAt: submitsUntil(call, application.accessUntil),
        });
      } else {
        await this.record.move(ctx, application, 'revive', {
          dueAt: daysAfter(now, call.promises.screeningDays),
          // A host that had it saw that it was withdrawn; now it is at home, and nowhere else.
          transferredAt: null,
          hostInstitutionId: null,
          hostUnitId: null,
          hostCountry: null,
        });
      }
      await this.record.tell(ctx, application, APPLICATION_REVIVED, { state: application.state });
      return application.state;
    });
  }
}
