import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { Id } from '../../shared/ids.js';
import { ListsRepository } from '../data/lists.repository.js';

/** What a provisional list that counts says of one application, and what it was made of. */
export interface AnnouncedResult {
  readonly listId: Id;
  readonly listHash: string;
  readonly runId: Id;
  readonly publishedAt: Date;
  readonly objectionsUntil: Date;
  readonly result: 'selected' | 'reserve' | 'not_selected';
  readonly placeId: Id | null;
  readonly points: number | null;
}

/** Results as they were announced, for whoever hears what is said against them. */
@Injectable()
export class AnnouncedResults {
  constructor(private readonly lists: ListsRepository) {}

  /** Null where the application is on no provisional list that counts. */
  of(ctx: Ctx, callId: Id, applicationId: Id): Promise<AnnouncedResult | null> {
    return withSystemRights(ctx, async () => {
      const list = await this.lists.inForce(ctx, callId, 'provisional');
      if (!list?.publishedAt || !list.objectionsUntil) return null;
      const entry = (await this.lists.entriesOf(ctx, applicationId)).find(({ listId }) => listId === list.id);
      if (!entry) return null;
      return {
        listId: list.id,
        listHash: list.contentHash,
        runId: list.runId,
        publishedAt: list.publishedAt,
        objectionsUntil: list.objectionsUntil,
        result: entry.result,
        placeId: entry.placeId,
        points: entry.points,
      };
    });
  }

  /** What is said against results and what is made of them come one after the other. */
  lockCall(ctx: Ctx, callId: Id): Promise<void> {
    return this.lists.lockCall(ctx, callId);
  }
}
