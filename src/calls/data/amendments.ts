import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { readPrepared } from '../../platform/database/prepared.js';
import type { LocalizedText } from '../../shared/language.js';
import type { TextAmendment, TextChanges } from '../domain/amendment.js';
import { CALL_TEXTS } from '../domain/call-draft.js';
import type { MovedDeadline } from '../domain/deadline-move.js';
import { CallAmendmentEntity } from './call-amendment.entity.js';
import type { StoredText } from './call-amendment.entity.js';
import { CallTextAmendmentEntity } from './call-text-amendment.entity.js';

/** What changed of published calls, in its order, and what is to change. */
@Injectable()
export class Amendments {
  /** How the deadline was moved since both countries approved the text, the first move first. */
  async movesSinceApproval(ctx: Ctx, callId: Id): Promise<readonly MovedDeadline[]> {
    const rows = await ctx.tx.find(CallAmendmentEntity, {
      where: { callId, kind: 'deadline' },
      order: { number: 'ASC' },
    });
    return rows.flatMap(movedDeadline);
  }

  /** Every move of the deadline, the latest first. */
  async moves(ctx: Ctx, callId: Id): Promise<readonly MovedDeadline[]> {
    return (await this.movesSinceApproval(ctx, callId)).toReversed();
  }

  /** Adds a move under the call's lock. */
  async addMove(ctx: Ctx, callId: Id, move: Omit<MovedDeadline, 'at'>): Promise<Id> {
    const id = newId(ctx.clock.now());
    await this.add(ctx, callId, {
      id,
      kind: 'deadline',
      changes: { from: move.from.toISOString(), to: move.to.toISOString() },
      reason: move.reason,
    });
    return id;
  }

  /** A move by its id; null where there is none. */
  async move(ctx: Ctx, id: Id): Promise<MovedDeadline | null> {
    const row = await ctx.tx.findOneBy(CallAmendmentEntity, { id });
    return row ? (movedDeadline(row)[0] ?? null) : null;
  }

  /** Every amendment of words and form in effect, the first one first. */
  async texts(ctx: Ctx, callId: Id): Promise<readonly TextAmendment[]> {
    const rows = await ctx.tx.find(CallAmendmentEntity, {
      where: { callId, kind: 'text' },
      order: { number: 'ASC' },
    });
    return rows.map(textAmendment);
  }

  /** One in effect by its id; null where there is none. */
  async text(ctx: Ctx, id: Id): Promise<TextAmendment | null> {
    const row = await ctx.tx.findOneBy(CallAmendmentEntity, { id, kind: 'text' });
    return row ? textAmendment(row) : null;
  }

  /** Adds an amendment of words and form under the call's lock, under the id by which both countries decided on it. */
  async addText(
    ctx: Ctx,
    callId: Id,
    amendment: {
      readonly id: Id;
      readonly reason: LocalizedText;
      readonly hash: string;
      readonly words: TextChanges['words'];
      readonly form: TextAmendment['form'];
    },
  ): Promise<void> {
    const { id, reason, hash, words, form } = amendment;
    await this.add(ctx, callId, {
      id,
      kind: 'text',
      changes: {
        hash,
        words: Object.fromEntries(words.map(({ field, from, to }) => [field, { from, to }])),
        ...(form ? { form } : {}),
      },
      reason,
    });
  }

  /** The one that is being written, or waits for both countries; null where there is none. */
  draft(ctx: Ctx, callId: Id): Promise<CallTextAmendmentEntity | null> {
    return ctx.tx.findOneBy(CallTextAmendmentEntity, { callId, state: 'draft' });
  }

  /** Whatever became of them. */
  written(ctx: Ctx, ids: readonly Id[]): Promise<readonly CallTextAmendmentEntity[]> {
    return ctx.tx.findBy(CallTextAmendmentEntity, { id: In([...ids]) });
  }

  /** What their calls are called, in one question. */
  titles(
    ctx: Ctx,
    ids: readonly Id[],
  ): Promise<readonly { readonly id: Id; readonly slug: string; readonly title: LocalizedText }[]> {
    return readPrepared(
      ctx,
      `select a.id, c.slug, c.title from call_text_amendments a join calls c on c.id = a.call_id
       where a.id = any ($1::uuid[])`,
      [ids],
    );
  }

  private async add(
    ctx: Ctx,
    callId: Id,
    row: Pick<CallAmendmentEntity, 'id' | 'kind' | 'changes' | 'reason'>,
  ): Promise<void> {
    await ctx.tx.insert(CallAmendmentEntity, {
      ...row,
      callId,
      number: (await ctx.tx.countBy(CallAmendmentEntity, { callId })) + 1,
      madeAt: ctx.clock.now(),
    });
  }
}

function movedDeadline({ changes, reason, madeAt }: CallAmendmentEntity): MovedDeadline[] {
  if (!('from' in changes)) return [];
  const { from, to } = changes;
  return [{ at: madeAt, from: new Date(from), to: new Date(to), reason }];
}

function textAmendment({ id, number, changes, reason, madeAt }: CallAmendmentEntity): TextAmendment {
  const { hash, words, form } = changes as StoredText;
  return {
    id,
    number,
    at: madeAt,
    reason,
    hash,
    words: CALL_TEXTS.flatMap((field) => {
      const change = words[field];
      return change ? [{ field, ...change }] : [];
    }),
    form: form ?? null,
  };
}
