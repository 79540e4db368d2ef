import { Injectable } from '@nestjs/common';
import { ApplicationsRepository } from '../../applications/public.js';
import { Decisions } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import { Ledger } from '../../ledger/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { STAY_PLANNED } from '../domain/mobilities.events.js';
import { mobilityStates } from '../domain/mobility.states.js';
import { plannedDays } from '../domain/stay.js';
import { planEntries } from './book-stay.js';
import { StayRecord, bookedStay } from './stay-record.js';

/**
 * Plans the stay inside the act by which the place becomes certain: when it is accepted where nothing hangs on it any more,
 * otherwise when every condition is met.
 */
@Injectable()
export class PlanStay {
  constructor(
    private readonly applications: ApplicationsRepository,
    private readonly calls: Calls,
    private readonly decisions: Decisions,
    private readonly ledger: Ledger,
    private readonly stays: MobilitiesRepository,
    private readonly record: StayRecord,
  ) {}

  async accepted(ctx: Ctx, { subject, payload }: DomainEvent): Promise<void> {
    const waits =
      typeof payload.conditions === 'number'
        ? payload.conditions > 0
        : await this.hasConditions(ctx, subject.id);
    if (!waits) await this.confirmed(ctx, { subject });
  }

  async confirmed(ctx: Ctx, { subject }: Pick<DomainEvent, 'subject'>): Promise<void> {
    await withSystemRights(ctx, () => this.plan(ctx, subject.id));
  }

  private async plan(ctx: Ctx, applicationId: Id): Promise<void> {
    if (await this.stays.lockOfApplication(ctx, applicationId)) return;
    const application = await this.applications.find(ctx, applicationId);
    const call = await this.calls.byId(ctx, application.callId);
    const place = application.placeId ? await this.calls.place(ctx, application.placeId) : null;
    const { hostCountry, hostInstitutionId } = application;
    if (!call || !place || hostCountry === null || hostInstitutionId === null) {
      throw new Error(`the application ${applicationId} holds no place`);
    }
    const days = plannedDays({ from: call.stayFrom, until: call.stayUntil }, place.months);
    const now = ctx.clock.now();
    const stay: MobilityRow = {
      id: newId(now),
      applicationId,
      callId: call.id,
      placeId: place.id,
      participantId: application.applicantId,
      agreementId: call.agreementId,
      category: call.category,
      academicYear: call.academicYear,
      homeCountry: application.homeCountry,
      hostCountry,
      homeInstitutionId: application.homeInstitutionId,
      homeUnitId: application.homeUnitId,
      hostInstitutionId,
      hostUnitId: application.hostUnitId,
      freemover: application.freemover,
      hostSees: true,
      state: mobilityStates.initial,
      stateSince: now,
      plannedFrom: days.from,
      plannedUntil: days.until,
      arrivedOn: null,
      departedOn: null,
      arrivalRemindedAt: null,
      arrivalEscalatedAt: null,
      departureRemindedAt: null,
      departureEscalatedAt: null,
      months: place.months,
      funding: place.cost,
      version: 1,
      createdAt: now,
    };
    await this.stays.insert(ctx, stay);
    for (const entry of planEntries(bookedStay(stay))) await this.ledger.post(ctx, entry);
    await this.record.note(ctx, stay, 'planned');
    await this.record.tell(ctx, stay, STAY_PLANNED);
  }

  private async hasConditions(ctx: Ctx, id: Id): Promise<boolean> {
    const decision = await withSystemRights(ctx, () =>
      this.decisions.ofSubject(ctx, { kind: 'application', id }),
    );
    return (
      decision !== null &&
      [decision.home, decision.host].some(({ state }) => state === 'approved_with_conditions')
    );
  }
}
