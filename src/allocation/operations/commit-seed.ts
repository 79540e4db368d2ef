import { Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { ListsRepository } from '../data/lists.repository.js';

/**
 * Draws the seed of a ranked call's lot in the act that publishes the call: before anybody has applied, so that nobody can
 * choose it by whom it helps. A call from before gets its seed when its selection begins.
 */
@Injectable()
export class CommitSeed {
  constructor(
    private readonly calls: Calls,
    private readonly lists: ListsRepository,
  ) {}

  async react(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    const call = await this.calls.byId(ctx, subject.id);
    if (call?.route !== 'ranked' || !call.selection) return;
    await withSystemRights(ctx, () => this.lists.commitSeed(ctx, call.id));
  }
}
