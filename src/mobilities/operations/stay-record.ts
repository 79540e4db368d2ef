import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { Ledger } from '../../ledger/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { Countries } from '../../universities/public.js';
import { wallTime } from '../../shared/zoned-time.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { mobilityStates } from '../domain/mobility.states.js';
import type { MobilityAct } from '../domain/mobility.states.js';
import type { BookedStay } from './book-stay.js';

export const REASON_MAX = 1000;

/** What every act on a stay does with its record. */
@Injectable()
export class StayRecord {
  constructor(
    private readonly stays: MobilitiesRepository,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
    private readonly countries: Countries,
    private readonly ledger: Ledger,
  ) {}

  async move(
    ctx: Ctx,
    stay: MobilityRow,
    act: MobilityAct,
    change: Partial<MobilityRow> = {},
  ): Promise<void> {
    const from = stay.state;
    const to = mobilityStates.move(from, act);
    await this.stays.save(ctx, stay, { ...change, state: to, stateSince: ctx.clock.now() });
    await this.note(ctx, stay, act, { from, to });
  }

  note(
    ctx: Ctx,
    { id, applicationId }: Pick<MobilityRow, 'id' | 'applicationId'>,
    act: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `mobility.${act}`,
      subject: { kind: 'mobility', id },
      data: { application: applicationId, ...data },
    });
  }

  tell(
    ctx: Ctx,
    { id, applicationId }: Pick<MobilityRow, 'id' | 'applicationId'>,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'mobility', id },
      payload: { application: applicationId, ...payload },
    });
  }

  /** Takes back the entries of a stay that still stand, of one kind. */
  async takeBack(
    ctx: Ctx,
    stay: MobilityRow,
    act: 'plan' | 'arrival' | 'departure',
    reason: Parameters<Ledger['reverse']>[2],
  ): Promise<void> {
    for (const entry of await this.ledger.standing(ctx, stay.id)) {
      if (entry.act === act) await this.ledger.reverse(ctx, entry.id, reason);
    }
  }

  /** By the calendar of the host: there somebody arrives and departs. */
  async today(ctx: Ctx, { hostCountry }: Pick<MobilityRow, 'hostCountry'>): Promise<string> {
    const { timeZone } = await this.countries.byCode(ctx, hostCountry);
    return wallTime(ctx.clock.now(), timeZone).day;
  }
}

export function bookedStay(stay: MobilityRow): BookedStay {
  const { id, homeCountry, hostCountry, agreementId, academicYear, category } = stay;
  const { homeInstitutionId, hostInstitutionId, plannedFrom, plannedUntil, months, funding } = stay;
  return {
    id,
    key: {
      homeCountry,
      hostCountry,
      agreementId,
      academicYear,
      category,
      homeInstitutionId,
      hostInstitutionId,
    },
    planned: { from: plannedFrom, until: plannedUntil },
    months,
    funding,
  };
}

/** Words that an act needs. @throws DomainError `invalid` where there are none, or too many */
export function wordsOf(typed: string, field: string, max: number): string {
  const words = typed.normalize('NFC').trim();
  if (words === '') throw new DomainError('invalid', { fields: [{ field, problem: 'required' }] });
  if (words.length > max) {
    throw new DomainError('invalid', { fields: [{ field, problem: 'too_long', values: { max } }] });
  }
  return words;
}
