import { Injectable } from '@nestjs/common';
import { DECISION_CONCLUDED, DECISION_SETTLED, Decisions, SIDE_DECIDED } from '../../approvals/public.js';
import type { DecisionView } from '../../approvals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { AgreedVersions } from './agreed-versions.js';
import { AgreementRecords } from './agreement-record.js';

/** What follows, in the same act, from what a ministry or both say on a version. */
@Injectable()
export class AgreementsHeedDecisions {
  constructor(
    private readonly outbox: Outbox,
    private readonly decisions: Decisions,
    private readonly records: AgreementRecords,
    private readonly agreed: AgreedVersions,
  ) {}

  listen(): void {
    this.outbox.reactWithin(SIDE_DECIDED, async (ctx, event) => {
      if (event.payload['state'] === 'returned') await this.heed(ctx, event, 'returned');
    });
    for (const type of [DECISION_CONCLUDED, DECISION_SETTLED]) {
      this.outbox.reactWithin(type, (ctx, event) => this.heed(ctx, event, String(event.payload['outcome'])));
    }
  }

  private async heed(ctx: Ctx, { payload }: DomainEvent, outcome: string): Promise<void> {
    if (payload['subjectKind'] !== 'agreement' || !['returned', 'agreed_yes', 'agreed_no'].includes(outcome))
      return;
    const id = String(payload['subjectId']);
    const { agreement, open } = await this.records.lock(ctx, id);
    const decision = await this.decisions.ofSubject(ctx, { kind: 'agreement', id });
    if (open?.state !== 'proposed' || decision?.subjectHash !== open.contentHash) return;
    const record = { agreement, open };
    if (outcome === 'agreed_yes') {
      await this.agreed.enterWhenDue(ctx, record);
      return;
    }
    const returned = outcome === 'returned';
    await this.agreed.close(ctx, record, returned ? 'return' : 'decline', {
      country: returned ? String(payload['country']) : null,
      institutionId: null,
      reason: reasonsOf(decision, returned ? String(payload['country']) : null),
    });
  }
}

function reasonsOf({ home, host }: DecisionView, country: string | null): string {
  return [home, host]
    .filter((side) => country === null || side.country === country)
    .flatMap(({ reasonText }) => reasonText ?? [])
    .join('\n\n');
}
