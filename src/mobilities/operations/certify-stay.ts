import { Injectable } from '@nestjs/common';
import { Ledger } from '../../ledger/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { STAY_BEGUN, STAY_CORRECTED, STAY_ENDED } from '../domain/mobilities.events.js';
import { mobilitiesPolicy } from '../domain/mobilities.policy.js';
import { dayProblem } from '../domain/stay.js';
import type { DayKind } from '../domain/stay.js';
import { arrivalEntry, departureEntry } from './book-stay.js';
import { REASON_MAX, StayRecord, bookedStay, wordsOf } from './stay-record.js';

const COLUMN = { arrival: 'arrivedOn', departure: 'departedOn' } as const;

/** The host says on which day somebody came and left; the ledger has it in the same act. */
@Injectable()
export class CertifyStay {
  constructor(
    private readonly database: Database,
    private readonly stays: MobilitiesRepository,
    private readonly record: StayRecord,
    private readonly ledger: Ledger,
  ) {}

  /** @param day YYYY-MM-DD */
  arrival(request: RequestContext, id: string, day: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.certify_arrival', stay, 'mobility.read');
      await this.check(ctx, stay, 'arrival', day);
      await this.say(ctx, stay, 'arrival', day, null);
      await this.record.move(ctx, stay, 'certify_arrival', { arrivedOn: day });
      await this.ledger.post(ctx, arrivalEntry(bookedStay(stay), day));
      await this.record.tell(ctx, stay, STAY_BEGUN);
    });
  }

  departure(request: RequestContext, id: string, day: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.certify_departure', stay, 'mobility.read');
      await this.check(ctx, stay, 'departure', day);
      await this.say(ctx, stay, 'departure', day, null);
      await this.record.move(ctx, stay, 'certify_departure', { departedOn: day });
      const from = stay.arrivedOn ?? day;
      await this.ledger.post(ctx, departureEntry(bookedStay(stay), { from, until: day }));
      await this.record.tell(ctx, stay, STAY_ENDED);
    });
  }

  /** Another day than was certified. What was believed before stays on record, in the ledger too. */
  correct(
    request: RequestContext,
    id: string,
    { kind, day, reason: typed }: { readonly kind: DayKind; readonly day: string; readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.correct', stay, 'mobility.read');
      const before = stay[COLUMN[kind]];
      if (before === null) throw new DomainError('wrong_state', { reason: 'wrong_state' });
      await this.check(ctx, stay, kind, day);
      if (day === before)
        throw new DomainError('invalid', { fields: [{ field: 'day', problem: 'same_day' }] });
      const reason = wordsOf(typed, 'reason', REASON_MAX);
      await this.say(ctx, stay, kind, day, reason);
      await this.stays.save(ctx, stay, { [COLUMN[kind]]: day });
      await this.rebook(ctx, stay, kind);
      await this.record.note(ctx, stay, 'correct', { kind });
      await this.record.tell(ctx, stay, STAY_CORRECTED, { kind });
    });
  }

  /** What hangs on the day: its own entry, and of an earlier or later arrival also how long somebody was there. */
  private async rebook(ctx: Ctx, stay: MobilityRow, kind: DayKind): Promise<void> {
    const { arrivedOn, departedOn } = stay;
    const booked = bookedStay(stay);
    for (const { id, act } of await this.ledger.standing(ctx, stay.id)) {
      if (act === 'arrival' && kind === 'arrival' && arrivedOn !== null) {
        await this.ledger.correct(ctx, id, arrivalEntry(booked, arrivedOn), 'dates_changed');
      }
      if (act === 'departure' && arrivedOn !== null && departedOn !== null) {
        const days = { from: arrivedOn, until: departedOn };
        await this.ledger.correct(ctx, id, departureEntry(booked, days), 'dates_changed');
      }
    }
  }

  private async check(ctx: Ctx, stay: MobilityRow, kind: DayKind, day: string): Promise<void> {
    const today = await this.record.today(ctx, stay);
    const problem = dayProblem(kind, day, { ...stay, today });
    if (problem) throw new DomainError('invalid', { fields: [{ field: 'day', problem }] });
  }

  private async say(
    ctx: Ctx,
    stay: MobilityRow,
    kind: DayKind,
    day: string,
    reason: string | null,
  ): Promise<void> {
    const before = (await this.stays.certificates(ctx, stay.id)).filter((row) => row.kind === kind).at(-1);
    const now = ctx.clock.now();
    await this.stays.certify(ctx, {
      id: newId(now),
      mobilityId: stay.id,
      kind,
      certifiedOn: day,
      replaces: reason === null ? null : (before?.id ?? null),
      reason,
      certifiedBy: ctx.actor.personId,
      certifiedAt: now,
    });
  }
}
