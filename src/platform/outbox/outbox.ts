import { Injectable } from '@nestjs/common';
import type { Ctx } from '../database/context.js';
import { writeLater } from '../database/prepared.js';

/** A fact that happened, in the past tense: `application.submitted`. The payload holds ids and codes only. */
export interface DomainEvent {
  readonly type: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
}

/** An event as the worker delivers it, after the act has committed. */
export interface DeliveredEvent extends DomainEvent {
  readonly id: string;
  readonly at: Date;
  readonly actorId: string | null;
}

/**
 * What the worker does first: what somebody watches; then events, mails and the rest; last what is made by the thousand, of
 * which nobody waits for one. Its numbers are those of the queue, which begins with the lowest.
 */
export const URGENCY = { watched: -10, soon: 0, mass: 10 } as const;

type Reaction = (ctx: Ctx, event: DomainEvent) => Promise<void>;

/** Where acts tell what happened: at once to reactions inside the act's transaction, afterwards, durably, to everyone else. */
@Injectable()
export class Outbox {
  private readonly reactions = new Map<string, Reaction[]>();

  /** A reaction that belongs to the act itself: it commits with it, and if it fails the act fails. */
  reactWithin(type: string, reaction: Reaction): void {
    this.reactions.set(type, [...(this.reactions.get(type) ?? []), reaction]);
  }

  async emit(ctx: Ctx, event: DomainEvent): Promise<void> {
    writeLater(ctx, 'outbox_events', 'select emit_event($1, $2, $3, $4, $5, $6, $7)', [
      ctx.clock.now(),
      event.type,
      event.subject.kind,
      event.subject.id,
      JSON.stringify(event.payload),
      ctx.actor.personId,
      ctx.requestId,
    ]);
    for (const reaction of this.reactions.get(event.type) ?? []) await reaction(ctx, event);
  }

  /** Work for the worker that begins when, and only if, the act commits. The same key twice is one job. */
  async enqueue(
    ctx: Ctx,
    task: string,
    payload: Readonly<Record<string, string>>,
    key: string,
    urgency: keyof typeof URGENCY = 'soon',
  ): Promise<void> {
    const values = [task, JSON.stringify(payload), key, URGENCY[urgency]];
    await ctx.tx.query('select enqueue_job($1, $2, $3, $4)', values);
  }
}
