import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { contentHash } from '../../shared/content-hash.js';
import { newId } from '../../shared/ids.js';
import type { AllocationListRow } from '../data/allocation-list.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import type { ListContent } from '../domain/list-content.js';
import type { Drawn, RankedCall } from './draw-up-list.js';

/** Keeps what a run gave as a list: its content under its hash, and for each application why it stands where it stands. */
@Injectable()
export class KeepList {
  constructor(private readonly lists: ListsRepository) {}

  /** With the rights of the system. */
  async save(
    ctx: Ctx,
    call: RankedCall,
    kind: AllocationListRow['kind'],
    { run, applications, points, explanations }: Drawn,
    published: Pick<AllocationListRow, 'publishedAt' | 'publishedBy' | 'objectionsUntil'>,
  ): Promise<AllocationListRow> {
    const now = ctx.clock.now();
    const content: ListContent = {
      callId: call.id,
      kind,
      inputHash: run.inputHash,
      outputHash: run.outputHash,
      rule: run.rule,
      seed: run.seed,
      entries: run.output,
    };
    const list = await this.lists.saveList(ctx, {
      id: newId(now),
      callId: call.id,
      kind,
      runId: run.id,
      content,
      contentHash: contentHash(content),
      madeBy: ctx.actor.personId,
      madeAt: now,
      setAsideAt: null,
      setAsideReason: null,
      ...published,
    });
    const ids = new Map(applications.map(({ id, number }) => [number ?? '', id]));
    await this.lists.saveEntries(
      ctx,
      list.id,
      run.output.flatMap((entry) => {
        const applicationId = ids.get(entry.number);
        if (!applicationId) return [];
        return [
          {
            applicationId,
            entry,
            points: points.get(entry.number) ?? null,
            explanation: explanations.get(entry.number) ?? [],
          },
        ];
      }),
    );
    return list;
  }
}
