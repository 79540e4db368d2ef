import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { Calls, acceptsDrafts } from '../../calls/public.js';
import { Database, sqlState } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationSectionRow } from '../data/application-section.entity.js';
import { applicationStates } from '../domain/application.states.js';
import { personalPrefill } from '../domain/prefill.js';
import { ApplicationRecord } from './application-record.js';
import { EditApplication } from './edit-application.js';

const UNIQUE_VIOLATION = '23505';

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

  private begin(request: RequestContext, callSlug: string): Promise<{ id: Id; created: boolean }> {
    return this.database.transaction(request, async (ctx) => {
      const { personId } = ctx.actor;
      if (!personId) throw new DomainError('not_signed_in');
      const call = await this.calls.bySlug(ctx, callSlug);
      if (!call) throw new DomainError('not_found');
      const existing = await this.applications.mineFor(ctx, call.id);
      if (existing) return { id: existing.id, created: false };
      if (call.phase === 'upcoming') throw new DomainError('forbidden', { reason: 'not_yet_open' });
      // The grace period is for those who have begun.
      if (!acceptsDrafts(call, ctx.clock.now())) {
        throw new DomainError('too_late', { reason: 'call_closed' });
      }
      const person = await this.people.personById(ctx, personId);
      if (!person) throw new DomainError('not_signed_in');
      if (!call.directions.some((direction) => direction.homeCountry === person.country)) {
        throw new DomainError('forbidden', { reason: 'country_not_in_call' });
      }
      const now = ctx.clock.now();
      const application = ctx.tx.create(ApplicationRow, {
        id: newId(now),
        callId: call.id,
        formVersion: call.formVersion,
        applicantId: personId,
        homeCountry: person.country,
        homeInstitutionId: person.homeInstitutionId,
        independentAssessment: call.independentAssessment,
        anonymousReading: (call.selection?.review.anonymous.length ?? 0) > 0,
        state: applicationStates.initial,
        stateSince: now,
        dueAt: call.acceptsUntil,
        submissions: 0,
        language: ctx.language,
        searchKey: '',
        createdAt: now,
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
      await this.record.note(ctx, application, 'application.start', { callId: call.id });
      return { id: application.id, created: true };
    });
  }
}
