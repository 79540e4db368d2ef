import { Injectable } from '@nestjs/common';
import { SignedLinks } from '../../access/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { CoApplicantRow } from '../data/co-applicant.entity.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { CO_APPLICANT, CO_APPLICANT_PURPOSE } from '../domain/co-applicant.js';
import { coApplicantStates } from '../domain/co-applicant.states.js';
import type { CoApplicantAct } from '../domain/co-applicant.states.js';
import { CO_APPLICANT_CALLED_OFF } from '../domain/co-applicants.events.js';
import type { CoApplicantFacts } from '../domain/co-applicants.policy.js';

/** What every act on a co-applicant does with its record. Entries stand with the application. */
@Injectable()
export class CoApplicantRecord {
  constructor(
    private readonly coApplicants: CoApplicantsRepository,
    private readonly links: SignedLinks,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async move(
    ctx: Ctx,
    row: CoApplicantRow,
    act: CoApplicantAct,
    change: Partial<CoApplicantRow> = {},
  ): Promise<void> {
    const from = row.state;
    const to = coApplicantStates.move(from, act);
    // What somebody confirmed is kept with them only while they stand behind it.
    const confirmed = to === 'confirmed' ? {} : { confirmedHash: null, confirmedAt: null };
    Object.assign(row, confirmed, change, { state: to, stateSince: ctx.clock.now() });
    await this.coApplicants.save(ctx, row);
    await this.note(ctx, row, act, { from, to });
  }

  note(
    ctx: Ctx,
    { id, applicationId }: Pick<CoApplicantRow, 'id' | 'applicationId'>,
    act: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `co_applicant.${act}`,
      subject: { kind: 'application', id: applicationId },
      data: { coApplicant: id, ...data },
    });
  }

  tell(
    ctx: Ctx,
    { id, applicationId }: Pick<CoApplicantRow, 'id' | 'applicationId'>,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'application', id: applicationId },
      payload: { coApplicant: id, ...payload },
    });
  }

  /** An invitation is taken back with its link, and whoever was invited is told. */
  async callOff(ctx: Ctx, row: CoApplicantRow): Promise<void> {
    await this.move(ctx, row, 'withdraw');
    await this.links.revoke(ctx, CO_APPLICANT_PURPOSE, { kind: CO_APPLICANT, id: row.id });
    await this.tell(ctx, row, CO_APPLICANT_CALLED_OFF);
  }
}

export function factsOf(
  { id, state, personId }: Pick<CoApplicantRow, 'id' | 'state' | 'personId'>,
  application: Pick<ApplicationRow, 'applicantId' | 'state'>,
): CoApplicantFacts {
  return { id, state, personId, applicantId: application.applicantId, applicationState: application.state };
}
