import { Injectable } from '@nestjs/common';
import { ApplicationFiles, ApplicationsRepository } from '../../applications/public.js';
import { referencesDueAt, referencesOf } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { CLOCK_REMINDS_DAYS, clockReminds, isOverdue } from '../domain/reference-rules.js';
import { OUTSTANDING } from '../domain/reference.states.js';
import {
  REFERENCE_CALL_CANCELLED,
  REFERENCE_DUE_SOON,
  REFERENCE_EXPIRED,
} from '../domain/references.events.js';
import { ASKABLE } from '../domain/references.policy.js';
import { ReferenceRecord } from './reference-record.js';

const DAY_MS = 86_400_000;
const BATCH = 500;

/** What the clock does with letters of reference, and what follows from the end of their application. */
@Injectable()
export class KeepReferences {
  constructor(
    private readonly database: Database,
    private readonly references: ReferencesRepository,
    private readonly applications: ApplicationsRepository,
    private readonly files: ApplicationFiles,
    private readonly record: ReferenceRecord,
  ) {}

  /** Reminds before the deadline and closes after it, each in an act of its own. Returns in how many it did something. */
  async run(clock: Clock): Promise<number> {
    const soon = new Date(clock.now().getTime() + CLOCK_REMINDS_DAYS * DAY_MS);
    return this.each(
      clock,
      (ctx, after) => this.references.awaited(ctx, { until: soon, after, limit: BATCH }),
      (ctx, id) => this.keep(ctx, id),
    );
  }

  /** A call was cancelled: whoever is still to write for it is told at once. Returns how many. */
  callOffAll(clock: Clock, callId: Id): Promise<number> {
    return this.each(
      clock,
      (ctx, after) => this.references.outstandingOf(ctx, callId, { after, limit: BATCH }),
      async (ctx, id) => {
        const reference = await this.references.lock(ctx, id);
        if (!OUTSTANDING.includes(reference.state)) return false;
        await this.record.move(ctx, reference, 'withdraw');
        await this.record.letGo(ctx, reference, true, REFERENCE_CALL_CANCELLED);
        return true;
      },
    );
  }

  /** Does something with each of many, in an act of its own, so that one cannot hold up the rest. Returns with how many it did. */
  private async each(
    clock: Clock,
    pageOf: (ctx: Ctx, after: Id | null) => Promise<readonly Id[]>,
    act: (ctx: Ctx, id: Id) => Promise<boolean>,
  ): Promise<number> {
    const request = systemContext(clock);
    let done = 0;
    const failures: unknown[] = [];
    let after: Id | null = null;
    for (;;) {
      const from: Id | null = after;
      const page: readonly Id[] = await this.database.read(request, (ctx) => pageOf(ctx, from));
      for (const id of page) {
        try {
          if (await this.database.transaction(request, (ctx) => act(ctx, id))) done += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      if (page.length < BATCH) break;
      after = page.at(-1) ?? null;
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} references were not kept`);
    return done;
  }

  /** An application that has come to its end needs no letters: part of the act that ends it. */
  async callOff(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const { id, state } of await this.references.of(ctx, subject.id)) {
        if (!OUTSTANDING.includes(state)) continue;
        const reference = await this.references.lock(ctx, id);
        if (!OUTSTANDING.includes(reference.state)) continue;
        await this.record.move(ctx, reference, 'withdraw');
        await this.record.letGo(ctx, reference, true);
      }
    });
  }

  private async keep(ctx: Ctx, id: Id): Promise<boolean> {
    const reference = await this.references.lock(ctx, id);
    const now = ctx.clock.now();
    if (!OUTSTANDING.includes(reference.state)) return false;
    const { state } = await this.applications.find(ctx, reference.applicationId);
    if (!ASKABLE.includes(state)) {
      // The selection is over: a letter makes no difference any more, and nobody is asked to write one.
      await this.record.move(ctx, reference, 'withdraw');
      await this.record.letGo(ctx, reference, true);
      return true;
    }
    if (isOverdue(reference, now)) {
      const dueAt = await this.dueAtNow(ctx, reference.applicationId);
      if (dueAt && dueAt > now) {
        // The deadline of the call was moved since: the letters follow their call.
        await this.references.save(ctx, Object.assign(reference, { dueAt }));
        return false;
      }
      await this.record.move(ctx, reference, 'expire');
      await this.record.tell(ctx, reference, REFERENCE_EXPIRED);
      return true;
    }
    if (!clockReminds(reference, now)) return false;
    await this.references.save(ctx, Object.assign(reference, { clockRemindedAt: now }));
    await this.record.note(ctx, reference, 'clock_reminded');
    await this.record.tell(ctx, reference, REFERENCE_DUE_SOON, { link: reference.linkId });
    return true;
  }

  private async dueAtNow(ctx: Ctx, applicationId: Id): Promise<Date | null> {
    const { call, form } = await this.files.of(ctx, await this.applications.find(ctx, applicationId));
    const requirement = referencesOf(form);
    return requirement && referencesDueAt(call, requirement);
  }
}
