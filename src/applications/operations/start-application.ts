import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { PersonView } from '../../access/public.js';
import { Calls, GiveAccess, acceptsDrafts, acceptsSubmissions, submitsUntil } from '../../calls/public.js';
import type { CallView, GivenAccess } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sqlState } from '../../platform/database/sql-state.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationSectionRow } from '../data/application-section.entity.js';
import { applicationStates } from '../domain/application.states.js';
import type { ApplicationState } from '../domain/application.states.js';
import { personalPrefill } from '../domain/prefill.js';
import { ApplicationRecord } from './application-record.js';
import { EditApplication } from './edit-application.js';

const UNIQUE_VIOLATION = '23505';
/** From these a code lets somebody go on. */
const TAKEN_UP: readonly ApplicationState[] = ['draft', 'never_submitted'];

/** Begins an application for an open call, or finds the one that is there: asking twice makes one. */
@Injectable()
export class StartApplication {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(People) private readonly people: People,
    @Inject(GiveAccess) private readonly access: GiveAccess,
  ) {}

  async run(request: RequestContext, callSlug: string): Promise<{ id: Id; created: boolean }> {
    try {
      return await this.begin(request, callSlug);
    } catch (error) {
      // Two clicks at once: the second finds what the first made.
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      return this.begin(request, callSlug);
    }
  }

  /**
   * The same by a code, for whoever was invited or is late: a new application, a draft that goes on, or one that was not
   * submitted when its call closed. Typed again it leads to the same application and counts as one use.
   */
  async runWithCode(request: RequestContext, code: string): Promise<Id> {
    try {
      return await this.beginWithCode(request, code);
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      return this.beginWithCode(request, code);
    }
  }

  private beginWithCode(request: RequestContext, code: string): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const person = await this.applicant(ctx);
      const access = await this.access.opened(ctx, code, person.email);
      const call = await this.calls.byId(ctx, access.callId);
      if (!call) throw new DomainError('not_found');
      if (call.phase === 'upcoming') throw new DomainError('forbidden', { reason: 'not_yet_open' });
      if (!acceptsSubmissions(call, ctx.clock.now(), access.until)) {
        throw new DomainError('too_late', { reason: 'call_closed' });
      }
      const mine = await this.applications.mineFor(ctx, call.id);
      if (mine?.accessCodeId === access.codeId && mine.state === 'draft') return mine.id;
      if (mine && !TAKEN_UP.includes(mine.state)) {
        throw new DomainError('conflict', { reason: 'applied_already' });
      }
      await this.access.use(ctx, access);
      if (!mine) return this.create(ctx, call, person, access);
      const application = await this.applications.lock(ctx, mine.id);
      const came = {
        accessCodeId: access.codeId,
        accessUntil: access.until,
        dueAt: submitsUntil(call, access.until),
      };
      const data = { accessCode: access.codeId };
      if (application.state === 'draft') {
        await this.applications.save(ctx, Object.assign(application, came));
        await this.record.note(ctx, application, 'application.let_in', data);
      } else await this.record.move(ctx, application, 'reopen', came, data);
      return application.id;
    });
  }

  private begin(request: RequestContext, callSlug: string): Promise<{ id: Id; created: boolean }> {
    return this.database.transaction(request, async (ctx) => {
      const { personId } = ctx.actor;
      if (!personId) throw new DomainError('not_signed_in');
      const call = await this.calls.bySlug(ctx, callSlug);
      if (!call) throw new DomainError('not_found');
      const existing = await this.applications.mineFor(ctx, call.id);
      if (existing) return { id: existing.id, created: false };
      if (call.phase === 'upcoming') throw new DomainError('forbidden', { reason: 'not_yet_open' });
      if (call.round?.newApplicants === false) {
        throw new DomainError('forbidden', { reason: 'round_of_former_applicants' });
      }
      // The grace period is for those who have begun.
      if (!acceptsDrafts(call, ctx.clock.now())) {
        throw new DomainError('too_late', { reason: 'call_closed' });
      }
      return { id: await this.create(ctx, call, await this.applicant(ctx), null), created: true };
    });
  }

  /** @throws DomainError `not_signed_in` */
  private async applicant(ctx: Ctx): Promise<PersonView> {
    const person = ctx.actor.personId && (await this.people.personById(ctx, ctx.actor.personId));
    if (!person) throw new DomainError('not_signed_in');
    return person;
  }

  private async create(
    ctx: Ctx,
    call: CallView,
    person: PersonView,
    access: GivenAccess | null,
  ): Promise<Id> {
    if (!call.directions.some((direction) => direction.homeCountry === person.country)) {
      throw new DomainError('forbidden', { reason: 'country_not_in_call' });
    }
    const now = ctx.clock.now();
    const application = ctx.tx.create(ApplicationRow, {
      id: newId(now),
      callId: call.id,
      formVersion: call.formVersion,
      applicantId: person.id,
      coApplicants: [],
      coAuthors: [],
      homeCountry: person.country,
      homeInstitutionId: person.homeInstitutionId,
      freemover: false,
      preparedBy: [],
      movedFrom: null,
      independentAssessment: call.independentAssessment,
      anonymousReading: (call.selection?.review.anonymous.length ?? 0) > 0,
      state: applicationStates.initial,
      stateSince: now,
      dueAt: submitsUntil(call, access?.until ?? null),
      submissions: 0,
      language: ctx.language,
      searchKey: '',
      createdAt: now,
      accessCodeId: access?.codeId ?? null,
      accessUntil: access?.until ?? null,
    });
    await this.applications.save(ctx, application);
    const form = await this.edit.form(ctx, application);
    for (const [section, answers] of personalPrefill(form, person)) {
      await ctx.tx.insert(ApplicationSectionRow, {
        applicationId: application.id,
        section,
        answers,
        revision: 1,
        savedAt: now,
      });
    }
    await this.record.note(ctx, application, 'application.start', {
      callId: call.id,
      ...(access ? { accessCode: access.codeId } : {}),
    });
    return application.id;
  }
}
