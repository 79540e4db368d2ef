import { Injectable } from '@nestjs/common';
import { ApplicationsRepository, RankedRoute } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import { ListsRepository } from '../data/lists.repository.js';
import { PromoteWaiting } from './promote-waiting.js';

/**
 * What a second round does to the lists of the first, inside the acts that publish and cancel it: whoever waited for a
 * place whose seats went there waits no longer and is told, with what they can do; and where the seats come back, they go
 * to whoever waits.
 */
@Injectable()
export class FollowRounds {
  constructor(
    private readonly calls: Calls,
    private readonly lists: ListsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly route: RankedRoute,
    private readonly waiting: PromoteWaiting,
  ) {}

  async opened(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    const round = await this.round(ctx, subject.id);
    if (!round) return;
    const given = await this.formerPlaces(ctx, round);
    await withSystemRights(ctx, async () => {
      const list = await this.lists.inForce(ctx, round.of, 'final');
      if (!list?.publishedAt) return;
      const ids = await this.lists.applicationsOn(ctx, list.id);
      const waiting = new Map(
        list.content.entries.map(({ number, waits, placeId, result }) => [
          number,
          [...waits.map((wait) => wait.placeId), ...(result === 'selected' && placeId ? [placeId] : [])],
        ]),
      );
      for (const [number, id] of ids) {
        const application = await this.applications.find(ctx, id);
        if (application.state !== 'final') continue;
        const waited = (waiting.get(number) ?? []).some((placeId) => given.includes(placeId));
        await this.route.tellOfRound(ctx, application, round.call, waited);
      }
    });
  }

  async cancelled(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    const round = await this.round(ctx, subject.id);
    if (!round) return;
    await withSystemRights(ctx, async () => {
      for (const placeId of await this.formerPlaces(ctx, round)) await this.fill(ctx, placeId);
    });
  }

  /** As many as there are seats and people who may have them. */
  private async fill(ctx: Ctx, placeId: Id): Promise<void> {
    let free = (await this.calls.place(ctx, placeId))?.free ?? 0;
    while (free > 0) {
      await this.waiting.promote(ctx, placeId);
      const left = (await this.calls.place(ctx, placeId))?.free ?? 0;
      if (left === free) return;
      free = left;
    }
  }

  private async round(ctx: Ctx, callId: Id): Promise<{ readonly call: CallView; readonly of: Id } | null> {
    const call = await this.calls.byId(ctx, callId);
    return call?.round ? { call, of: call.round.of } : null;
  }

  private async formerPlaces(ctx: Ctx, { call }: { readonly call: CallView }): Promise<readonly Id[]> {
    return (await this.calls.places(ctx, call.id)).flatMap(({ fromPlaceId }) => fromPlaceId ?? []).sort();
  }
}
