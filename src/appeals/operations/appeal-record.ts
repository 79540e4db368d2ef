import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import { appealStates } from '../domain/appeal.states.js';
import type { AppealAct } from '../domain/appeal.states.js';

/**
 * What every act on an appeal does with its record. Entries stand with the appeal: who sits in a panel is not for the
 * history of the application, which its applicant reads.
 */
@Injectable()
export class AppealRecord {
  constructor(
    private readonly appeals: AppealsRepository,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** By the table, with the rights of the system: the database lets nobody else change what was lodged. */
  async move(
    ctx: Ctx,
    appeal: AppealRow,
    act: AppealAct,
    change: Partial<AppealRow> = {},
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    const from = appeal.state;
    const to = appealStates.move(from, act);
    await withSystemRights(ctx, () =>
      this.appeals.save(ctx, appeal, {
        remindedAt: null,
        overdueAt: null,
        ...change,
        state: to,
        stateSince: ctx.clock.now(),
      }),
    );
    await this.note(ctx, appeal, act, { ...data, from, to });
  }

  note(
    ctx: Ctx,
    { id, applicationId }: Pick<AppealRow, 'id' | 'applicationId'>,
    act: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `appeal.${act}`,
      subject: { kind: 'appeal', id },
      data: { application: applicationId, ...data },
    });
  }

  tell(
    ctx: Ctx,
    { id, applicationId, callId }: Pick<AppealRow, 'id' | 'applicationId' | 'callId'>,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'appeal', id },
      payload: { application: applicationId, callId, ...payload },
    });
  }
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
