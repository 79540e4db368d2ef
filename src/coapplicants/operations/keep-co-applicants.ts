import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { CoApplicantRecord } from './co-applicant-record.js';

const BATCH = 500;

/** What follows for those who are invited from the end of an application, or of its call. */
@Injectable()
export class KeepCoApplicants {
  constructor(
    private readonly database: Database,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly record: CoApplicantRecord,
  ) {}

  /** An application that has come to its end takes its invitations back: part of the act that ends it. */
  async callOff(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const { id, state } of await this.coApplicants.of(ctx, subject.id)) {
        if (state === 'invited') await this.record.callOff(ctx, await this.coApplicants.lock(ctx, id));
      }
    });
  }

  /** A call was cancelled: nobody who is invited is awaited any more. Each in an act of its own; returns how many. */
  async callOffAll(clock: Clock, callId: Id): Promise<number> {
    const request = systemContext(clock);
    let done = 0;
    let after: Id | null = null;
    for (;;) {
      const from: Id | null = after;
      const page: readonly Id[] = await this.database.read(request, (ctx) =>
        this.coApplicants.invitedTo(ctx, callId, { after: from, limit: BATCH }),
      );
      for (const id of page) {
        await this.database.transaction(request, async (ctx) => {
          const row = await this.coApplicants.lock(ctx, id);
          if (row.state !== 'invited') return;
          await this.record.callOff(ctx, row);
          done += 1;
        });
      }
      if (page.length < BATCH) return done;
      after = page.at(-1) ?? null;
    }
  }
}
