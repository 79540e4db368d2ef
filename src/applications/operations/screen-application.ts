import { Inject, Injectable } from '@nestjs/common';
import type { FormDefinition } from '../../calls/public.js';
import { Calls } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { APPLICATION_INELIGIBLE, APPLICATION_RETURNED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import type { Ctx } from '../../platform/database/context.js';
import { ApplicationRecord, daysAfter } from './application-record.js';
import { EditApplication } from './edit-application.js';

const REASON_MAX = 4000;

/** What the home coordinator finds when reading a submission, other than that it may be nominated. */
@Injectable()
export class ScreenApplication {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /**
   * Returns it to the applicant. Only the named fields unlock; `fields` are `<section>.<field>`, or a whole `<section>`.
   */
  returnForCorrection(
    request: RequestContext,
    applicationId: string,
    input: { readonly fields: readonly string[]; readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.begin(ctx, applicationId);
      const call = await this.calls.byId(ctx, application.callId);
      if (!call) throw new DomainError('not_found');
      const fields = [...new Set(input.fields)];
      const known = returnableFields(await this.edit.form(ctx, application));
      const problems: FieldProblem[] = [...reasonProblems(input.reason)];
      if (fields.length === 0) problems.unshift({ field: 'fields', problem: 'required' });
      if (fields.some((field) => !known.includes(field))) {
        problems.unshift({ field: 'fields', problem: 'not_in_list' });
      }
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      await this.record.move(
        ctx,
        application,
        'return',
        {
          returnedFields: fields,
          returnReason: input.reason.trim(),
          dueAt: daysAfter(ctx.clock.now(), call.promises.returnDays),
        },
        { fields },
      );
      await this.record.tell(ctx, application, APPLICATION_RETURNED);
    });
  }

  /** Finds that it does not meet the call's conditions. The reason is told to the applicant. */
  findIneligible(
    request: RequestContext,
    applicationId: string,
    input: { readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.begin(ctx, applicationId);
      const problems = reasonProblems(input.reason);
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      await this.record.move(ctx, application, 'find_ineligible', { closingReason: input.reason.trim() });
      await this.record.tell(ctx, application, APPLICATION_INELIGIBLE);
    });
  }

  private async begin(ctx: Ctx, applicationId: string): Promise<ApplicationRow> {
    const application = await this.applications.lock(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.screen', application, 'application.read');
    this.record.prepare(ctx, application);
    if (application.state === 'submitted') {
      await this.record.move(ctx, application, 'begin_screening', { dueAt: application.dueAt });
    }
    return application;
  }
}

/** Every name that a return can unlock, in the order of the form. */
export function returnableFields(form: FormDefinition): string[] {
  return form.sections.flatMap((section) => {
    switch (section.kind) {
      case 'questions':
        return section.questions.map((question) => `${section.id}.${question.id}`);
      case 'choices':
        return [section.id];
      case 'documents':
        return section.documents.map((document) => `${section.id}.${document.id}`);
      // Letters of reference are others' words, and co-applicants their own people: neither is unlocked.
      case 'consents':
      case 'references':
      case 'co_applicants':
        return [];
    }
  });
}

function reasonProblems(reason: string): FieldProblem[] {
  const text = reason.trim();
  if (!text) return [{ field: 'reason', problem: 'required' }];
  if (text.length > REASON_MAX) {
    return [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }];
  }
  return [];
}
