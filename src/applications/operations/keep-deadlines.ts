import { Inject, Injectable } from '@nestjs/common';
import { Calls, submitsUntil } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { NominationRow } from '../data/nomination.entity.js';
import {
  CALL_CLOSED_ON_DRAFT,
  HOST_SAW,
  NOMINATION_DECLINED_BY_SILENCE,
  NOMINATION_DUE_SOON,
  NOMINATION_UNANSWERED,
  OFFER_EXPIRED,
  RETURN_LAPSED,
} from '../domain/applications.events.js';
import { REMIND_FROM, isToRemind } from '../domain/nomination-reminder.js';
import { DECLINES_AT, SILENCE, isDeclinedBySilence } from '../domain/nomination-silence.js';
import { nominationStates } from '../domain/nomination.states.js';
import { ApplicationRecord } from './application-record.js';
import { HostSight } from './host-sight.js';
import { Places, heldPlace } from './places.js';

const BATCH = 500;

/** What the clock does: it closes what nobody answered in time. Each record in an act of its own, so that one cannot hold up the rest. */
@Injectable()
export class KeepDeadlines {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Places) private readonly places: Places,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(HostSight) private readonly sight: HostSight,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  /**
   * Returns how many records were moved. Rejects at the end where some could not be; the youngest come first, so that
   * records that fail every time never fill the batch.
   */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const due = await this.database.read(request, (ctx) =>
      ctx.tx.query<{ id: Id }[]>(
        `select id from (
           select id, due_at from applications where due_at < $1 and state in ('draft', 'returned', 'offered')
           union all
           select application_id, due_at from nominations where due_at < $1 and state = 'sent'
           union all
           select application_id, due_at from nominations where state = 'sent' and reminded_at is null
             and due_at >= $1 and ${REMIND_FROM} <= $1
           union all
           select n.application_id, n.due_at from nominations n join applications a on a.id = n.application_id
             join calls c on c.id = a.call_id
           where n.state = 'no_answer' and ${DECLINES_AT} < $1
         ) overdue group by id order by min(due_at) desc limit $2`,
        [clock.now(), BATCH],
      ),
    );
    let moved = 0;
    const failures: unknown[] = [];
    for (const { id } of due) {
      try {
        if (await this.database.transaction(request, (ctx) => this.close(ctx, id))) moved += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} deadlines were not kept`);
    return moved;
  }

  private async close(ctx: Ctx, id: Id): Promise<boolean> {
    const application = await this.applications.lock(ctx, id);
    const now = ctx.clock.now();
    const overdue = application.dueAt !== null && application.dueAt < now;
    if (overdue && application.state === 'draft') {
      const call = await this.calls.byId(ctx, application.callId);
      const until = call && submitsUntil(call, application.accessUntil);
      if (until && until >= now) {
        // The deadline was moved since: the draft follows its call.
        application.dueAt = until;
        await this.applications.save(ctx, application);
        return false;
      }
      await this.record.move(ctx, application, 'close_unsubmitted');
      await this.record.tell(ctx, application, CALL_CLOSED_ON_DRAFT);
      return true;
    }
    if (overdue && application.state === 'returned') {
      await this.record.move(ctx, application, 'lapse', { returnedFields: null, returnReason: null });
      await this.record.tell(ctx, application, RETURN_LAPSED);
      return true;
    }
    if (overdue && application.state === 'offered') {
      const freed = heldPlace(application);
      await this.record.move(ctx, application, 'expire_offer');
      await this.record.tell(ctx, application, OFFER_EXPIRED, HOST_SAW);
      if (freed) await this.places.release(ctx, freed);
      return true;
    }
    const [nomination] = await this.applications.nominations(ctx, id);
    if (nomination && isToRemind(nomination, now)) {
      nomination.remindedAt = now;
      await ctx.tx.save(NominationRow, nomination);
      await this.record.tell(ctx, application, NOMINATION_DUE_SOON, { nomination: nomination.id });
      return true;
    }
    if (nomination?.state === 'sent' && nomination.dueAt !== null && nomination.dueAt < now) {
      nomination.state = nominationStates.move(nomination.state, 'escalate');
      nomination.stateSince = now;
      await ctx.tx.save(NominationRow, nomination);
      await this.record.note(ctx, application, 'nomination.no_answer', { nomination: nomination.id });
      await this.record.tell(ctx, application, NOMINATION_UNANSWERED, { nomination: nomination.id });
      return true;
    }
    if (nomination?.state === 'no_answer') return this.declineBySilence(ctx, application, nomination);
    return false;
  }

  /** The no that the call promised for silence. Nobody said it, and nobody is entered as having said it. */
  private async declineBySilence(
    ctx: Ctx,
    application: ApplicationRow,
    nomination: NominationRow,
  ): Promise<boolean> {
    const call = await this.calls.byId(ctx, application.callId);
    const now = ctx.clock.now();
    if (!call || !isDeclinedBySilence(nomination, call.promises, now)) return false;
    nomination.state = nominationStates.move(nomination.state, 'decline_by_silence');
    nomination.stateSince = now;
    nomination.dueAt = null;
    nomination.reasonCode = SILENCE;
    await ctx.tx.save(NominationRow, nomination);
    await this.record.note(ctx, application, 'nomination.rejected', {
      nomination: nomination.id,
      reasonCode: SILENCE,
    });
    await this.record.tell(ctx, application, NOMINATION_DECLINED_BY_SILENCE, { nomination: nomination.id });
    await this.gates.withdraw(ctx, { kind: 'application', id: application.id });
    await this.sight.takeBack(ctx, application, 'host_refused');
    return true;
  }
}
