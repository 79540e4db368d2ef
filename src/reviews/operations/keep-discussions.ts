import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { DiscussionsRepository } from '../data/discussions.repository.js';
import type { Discussed } from '../data/discussions.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import { DISCUSSION_NEWS } from '../domain/reviews.events.js';

interface Seat {
  readonly panelId: Id;
  readonly personId: Id;
}

/** Once a day: who of a panel has not read what others said. */
@Injectable()
export class KeepDiscussions {
  constructor(
    private readonly database: Database,
    private readonly discussions: DiscussionsRepository,
    private readonly ties: TiesRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Each member in an act of their own. Returns how many are told. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const seats = await this.database.read(request, (ctx) => this.discussions.seats(ctx));
    let told = 0;
    for (const seat of seats) {
      if (await this.database.transaction(request, (ctx) => this.tell(ctx, seat))) told += 1;
    }
    return told;
  }

  /** What came since they were told last; what they have read meanwhile is no news. */
  private async tell(ctx: Ctx, { panelId, personId }: Seat): Promise<boolean> {
    const now = ctx.clock.now();
    const waiting = await this.discussions.newFor(ctx, panelId, personId);
    const open: (Discussed & { readonly entries: number })[] = [];
    for (const each of waiting) {
      const facts = await this.discussions.factsOf(ctx, panelId, each.applicationId);
      const withheld =
        facts.owe.includes(personId) || (await this.ties.isBound(ctx, personId, each.applicationId));
      if (!withheld) open.push(each);
    }
    if (open.length === 0) return false;
    await this.discussions.markTold(ctx, panelId, personId, now);
    await this.outbox.emit(ctx, {
      type: DISCUSSION_NEWS,
      subject: { kind: 'panel', id: panelId },
      payload: {
        person: personId,
        entries: open.reduce((sum, { entries }) => sum + entries, 0),
        applications: open.length,
      },
    });
    return true;
  }
}
