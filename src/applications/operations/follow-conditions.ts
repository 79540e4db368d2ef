import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { CONDITION_SETTLED } from '../../approvals/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { CONDITIONS_CONFIRMED, CONDITIONS_NOT_MET, OFFER_WITHDRAWN } from '../domain/applications.events.js';
import { ApplicationRecord } from './application-record.js';
import { Places, heldPlace } from './places.js';

/**
 * What becomes of an application when a country settles one of its conditions, in the act that settles it: confirmed with
 * the last one that is met or waived; out with the first that is not, and its place goes to the next reserve.
 */
@Injectable()
export class FollowConditions implements OnModuleInit {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Places) private readonly places: Places,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
  ) {}

  onModuleInit(): void {
    this.outbox.reactWithin(CONDITION_SETTLED, (ctx, event) => this.react(ctx, event));
  }

  private async react(ctx: Ctx, { payload }: DomainEvent): Promise<void> {
    if (payload.subjectKind !== 'application') return;
    const application = await this.applications.lock(ctx, String(payload.subjectId));
    const failed = payload.standing === 'failed';
    switch (application.state) {
      case 'conditions_pending':
        if (failed) await this.fail(ctx, application);
        if (payload.standing === 'satisfied') {
          await this.record.move(ctx, application, 'confirm');
          await this.record.tell(ctx, application, CONDITIONS_CONFIRMED);
        }
        return;
      case 'offered':
        if (failed) await this.withdrawOffer(ctx, application);
        return;
      case 'eligible':
      case 'final':
        // Whoever waits for a place is not out of the order by it; there is nothing yet that could be lost.
        if (failed) throw new DomainError('wrong_state', { reason: 'condition_before_offer' });
        return;
      default:
        throw new DomainError('wrong_state', { reason: 'condition_of_ended' });
    }
  }

  private async fail(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const freed = heldPlace(application);
    await this.documents.revoke(ctx, 'award_letter', { kind: 'application', id: application.id });
    await this.record.move(ctx, application, 'fail_conditions');
    await this.record.tell(ctx, application, CONDITIONS_NOT_MET);
    if (freed) await this.places.release(ctx, freed);
  }

  private async withdrawOffer(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const freed = heldPlace(application);
    await this.record.move(ctx, application, 'withdraw_offer');
    await this.record.tell(ctx, application, OFFER_WITHDRAWN);
    if (freed) await this.places.release(ctx, freed);
  }
}
