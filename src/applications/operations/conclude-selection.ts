import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DECISION_CONCLUDED, DECISION_SETTLED } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { NOT_SELECTED } from '../domain/applications.events.js';
import { ApplicationRecord } from './application-record.js';
import { Places } from './places.js';

/**
 * The direct route: when both countries have agreed, the offer follows in the transaction of the second approval. A
 * divergence changes nothing here; it waits for the joint commission, and what that settles is the same as if both had agreed.
 */
@Injectable()
export class ConcludeSelection implements OnModuleInit {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Places) private readonly places: Places,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  onModuleInit(): void {
    for (const type of [DECISION_CONCLUDED, DECISION_SETTLED]) {
      this.outbox.reactWithin(type, (ctx, event) => this.react(ctx, event));
    }
  }

  private async react(ctx: Ctx, { payload }: DomainEvent): Promise<void> {
    if (payload.subjectKind !== 'application') return;
    const application = await this.applications.lock(ctx, String(payload.subjectId));
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    if (call.route !== 'direct') return;
    const [nomination] = await this.applications.nominations(ctx, application.id);
    if (payload.outcome === 'agreed_yes' && nomination) {
      await this.places.offerOrReserve(ctx, application, nomination.placeId);
    }
    if (payload.outcome === 'agreed_no') {
      await this.record.move(ctx, application, 'conclude', { result: 'not_selected' });
      await this.record.tell(ctx, application, NOT_SELECTED);
    }
  }
}
