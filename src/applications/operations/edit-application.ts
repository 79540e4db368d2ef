import { Inject, Injectable } from '@nestjs/common';
import { Calls, acceptsSubmissions } from '../../calls/public.js';
import type { CallView, FormDefinition, FormQuestion, FormSection, PlaceView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { FoundBy } from '../../platform/database/prepared.js';
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

/** What an application hangs on, as far as the actor may see it. */
export interface AskedOf {
  readonly call: CallView | null;
  /** In the version that it began with. */
  readonly form: FormDefinition | null;
  /** Those that it chose. */
  readonly places: ReadonlyMap<Id, PlaceView>;
}

const CALL_OF = (application: string) => `select call_id from applications where id = ${application}`;
const FORM_OF = (application: string) =>
  `select call_id, form_version from applications where id = ${application}`;
const PLACES_OF = (application: string) =>
  `select place_id from application_choices where application_id = ${application}`;

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

  /** The same with an application that is locked already, and with what it hangs on where that was asked for with it. */
  async beginWith(
    ctx: Ctx,
    application: ApplicationRow,
    action: Action,
    asked?: AskedOf,
  ): Promise<{ call: CallView; form: FormDefinition }> {
    authorise(ctx, applicationsPolicy, action, application, 'application.read');
    const [call, form] = asked
      ? [asked.call, asked.form]
      : await Promise.all([this.calls.byId(ctx, application.callId), this.form(ctx, application)]);
    if (!call) throw new DomainError('not_found');
    if (!form) throw withoutForm(application);
    this.requireInTime(ctx, application, call);
    return { call, form };
  }

  /** What an application hangs on, by its id alone: it can be asked for with the application itself. */
  async asks(ctx: Ctx, applicationId: Id): Promise<AskedOf> {
    const [call, form, places] = await Promise.all([
      this.calls.foundBy(ctx, new FoundBy(CALL_OF, applicationId)),
      this.calls.formFoundBy(ctx, new FoundBy(FORM_OF, applicationId)),
      this.calls.placesFoundBy(ctx, new FoundBy(PLACES_OF, applicationId)),
    ]);
    return { call, form, places };
  }

  /** The form in the version that the application began with. */
  async form(ctx: Ctx, application: Pick<ApplicationRow, 'callId' | 'formVersion'>): Promise<FormDefinition> {
    const form = await this.calls.form(ctx, application.callId, application.formVersion);
    if (!form) throw withoutForm(application);
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

function withoutForm({ callId, formVersion }: Pick<ApplicationRow, 'callId' | 'formVersion'>): Error {
  return new Error(`call ${callId} has no form ${formVersion}`);
}

/** Of whoever came by a code the time ends when that does. */
function closing(
  { closesAt }: Pick<CallView, 'closesAt'>,
  { accessUntil }: Pick<ApplicationRow, 'accessUntil'>,
): { readonly closesAt: Date } {
  return { closesAt: accessUntil && accessUntil > closesAt ? accessUntil : closesAt };
}
