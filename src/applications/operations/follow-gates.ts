import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import { GATE_SETTLED, Gates } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationStates } from '../domain/application.states.js';
import { NOT_CLEARED } from '../domain/applications.events.js';
import { NominationRow } from '../data/nomination.entity.js';
import { nominationStates } from '../domain/nomination.states.js';
import { ApplicationGates } from './application-gates.js';
import { ApplicationRecord } from './application-record.js';
import { Places, heldPlace } from './places.js';

/**
 * What follows from a gate, in the act of the officer who settled it: the last that is passed makes the offer for which a
 * place was held, and one that is refused ends the application and gives its place to the next who waits.
 */
@Injectable()
export class FollowGates implements OnModuleInit {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(ApplicationGates) private readonly ofApplication: ApplicationGates,
    @Inject(Gates) private readonly gates: Gates,
    @Inject(Places) private readonly places: Places,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
  ) {}

  onModuleInit(): void {
    this.outbox.reactWithin(GATE_SETTLED, (ctx, event) => this.react(ctx, event));
  }

  private async react(ctx: Ctx, { payload }: DomainEvent): Promise<void> {
    if (payload.subjectKind !== 'application') return;
    // An officer of one country settles; what follows is the programme's, and may be out of their sight.
    await withSystemRights(ctx, async () => {
      const application = await this.applications.lock(ctx, String(payload.subjectId));
      if (payload.state === 'refused') return this.end(ctx, application);
      if (application.state !== 'awaiting_clearance') return;
      if ((await this.ofApplication.waiting(ctx, application)).length > 0) return;
      await this.places.offerHeld(ctx, application);
    });
  }

  private async end(ctx: Ctx, application: ApplicationRow): Promise<void> {
    if (!applicationStates.allows(application.state, 'refuse_clearance')) return;
    const subject = { kind: 'application', id: application.id };
    const freed = heldPlace(application);
    const [nomination] = await this.applications.nominations(ctx, application.id);
    if (nomination && nominationStates.allows(nomination.state, 'cancel')) {
      nomination.state = nominationStates.move(nomination.state, 'cancel');
      nomination.stateSince = ctx.clock.now();
      nomination.dueAt = null;
      await ctx.tx.save(NominationRow, nomination);
      await this.record.note(ctx, application, 'nomination.cancelled', { nomination: nomination.id });
    }
    await this.decisions.withdraw(ctx, subject);
    await this.documents.revoke(ctx, 'award_letter', subject);
    await this.gates.withdrawWaiting(ctx, subject);
    await this.record.move(ctx, application, 'refuse_clearance', {
      result: 'not_selected',
      reserveNumber: null,
      placeId: null,
      placeReserve: null,
    });
    await this.record.tell(ctx, application, NOT_CLEARED);
    if (freed) await this.places.release(ctx, freed);
  }
}
