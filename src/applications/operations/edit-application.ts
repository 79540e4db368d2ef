import { Inject, Injectable } from '@nestjs/common';
import { Calls, acceptsSubmissions } from '../../calls/public.js';
import type { CallView, FormDefinition, FormQuestion, FormSection, PlaceView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationPorts } from '../application-ports.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { Action } from '../../shared/policy.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { frozenFrom, isFrozen } from '../domain/frozen.js';
import { ApplicationRecord } from './application-record.js';

/** A page of an application that is being changed. */
export interface EditedSection {
  readonly application: ApplicationRow;
  readonly call: CallView;
  readonly section: FormSection;
}

/** What every change of the form by its applicant begins with: the lock, the right, the clock, the unlocked fields. */
@Injectable()
export class EditApplication {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
  ) {}

  async begin(
    ctx: Ctx,
    applicationId: string,
    action: Action = 'application.edit',
  ): Promise<{ application: ApplicationRow; call: CallView; form: FormDefinition }> {
    const application = await this.applications.lock(ctx, applicationId);
    return { application, ...(await this.beginWith(ctx, application, action)) };
  }

  /** The same with an application that is locked already, and with the places that it chose, by their ids. */
  async beginWith(
    ctx: Ctx,
    application: ApplicationRow,
    action: Action,
    chosen: readonly Id[] = [],
  ): Promise<{ call: CallView; form: FormDefinition; places: ReadonlyMap<Id, PlaceView> }> {
    authorise(ctx, applicationsPolicy, action, application, 'application.read');
    const [call, form, places] = await Promise.all([
      this.calls.byId(ctx, application.callId),
      this.form(ctx, application),
      this.calls.placesByIds(ctx, chosen),
    ]);
    if (!call) throw new DomainError('not_found');
    this.requireInTime(ctx, application, call);
    return { call, form, places };
  }

  /** The form in the version that the application began with. */
  async form(ctx: Ctx, application: Pick<ApplicationRow, 'callId' | 'formVersion'>): Promise<FormDefinition> {
    const form = await this.calls.form(ctx, application.callId, application.formVersion);
    if (!form) throw new Error(`call ${application.callId} has no form ${application.formVersion}`);
    return form;
  }

  /** A draft can be changed while its call takes applications, a returned one until its own deadline. */
  private requireInTime(ctx: Ctx, application: ApplicationRow, call: CallView): void {
    if (application.state === 'returned') {
      if (application.dueAt && ctx.clock.now() > application.dueAt) {
        throw new DomainError('too_late', { reason: 'return_deadline_passed' });
      }
      return;
    }
    if (!acceptsSubmissions(call, ctx.clock.now(), application.accessUntil)) {
      throw new DomainError('too_late', { reason: 'call_closed' });
    }
  }

  /** Whether a field may be changed: all of a draft, only the named ones of a returned application. */
  isUnlocked(application: ApplicationRow, section: string, field: string): boolean {
    return (
      application.state === 'draft' ||
      (application.returnedFields ?? []).some((name) => name === `${section}.${field}` || name === section)
    );
  }

  /** Whether a question may be answered anew: one that was returned is unlocked whatever the day. */
  mayAnswer(
    ctx: Pick<Ctx, 'clock'>,
    { application, call, section }: EditedSection,
    question: FormQuestion,
    answer: string | undefined,
  ): 'yes' | 'locked' | 'frozen' {
    if (!this.isUnlocked(application, section.id, question.id)) return 'locked';
    const frozen =
      application.state === 'draft' &&
      isFrozen(question, answer, closing(call, application), ctx.clock.now());
    return frozen ? 'frozen' : 'yes';
  }

  /** Whether whatever is saved now as the answer can never be changed again. */
  wouldFix(
    ctx: Pick<Ctx, 'clock'>,
    { application, call }: Omit<EditedSection, 'section'>,
    question: FormQuestion,
  ): boolean {
    const from = application.state === 'draft' ? frozenFrom(question, closing(call, application)) : null;
    return from !== null && ctx.clock.now() >= from;
  }

  /** A change was made: the record says which page, the application gets a new version for whoever edits it by the API. */
  async touch(ctx: Ctx, application: ApplicationRow, section: string): Promise<void> {
    application.language = ctx.language;
    await this.applications.save(ctx, application);
    await this.record.note(ctx, application, 'application.section_saved', { section });
    await this.ports.coApplicants.changed(ctx, application);
  }
}

/** Of whoever came by a code the time ends when that does. */
function closing(
  { closesAt }: Pick<CallView, 'closesAt'>,
  { accessUntil }: Pick<ApplicationRow, 'accessUntil'>,
): { readonly closesAt: Date } {
  return { closesAt: accessUntil && accessUntil > closesAt ? accessUntil : closesAt };
}
