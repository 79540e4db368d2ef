import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';

const ANSWER_MAX = 4000;

/** The home institution answers a ministry that returned its side; the side then waits for a decision again. */
@Injectable()
export class AnswerMinistry {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** `country` is the side that returned the application. */
  run(
    request: RequestContext,
    applicationId: string,
    input: { readonly country: CountryCode; readonly answer: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.lock(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.answer_ministry', application, 'application.read');
      const call = await this.calls.byId(ctx, application.callId);
      if (!call) throw new DomainError('not_found');
      const answer = input.answer.trim();
      if (!answer) throw new DomainError('invalid', { fields: [{ field: 'answer', problem: 'required' }] });
      if (answer.length > ANSWER_MAX) {
        throw new DomainError('invalid', {
          fields: [{ field: 'answer', problem: 'too_long', values: { max: ANSWER_MAX } }],
        });
      }
      await this.decisions.putAgain(ctx, {
        subject: { kind: 'application', id: application.id },
        country: input.country,
        answer,
        dueDays: call.promises.approvalDays,
      });
    });
  }
}
