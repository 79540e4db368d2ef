import { Injectable } from '@nestjs/common';
import { SignedLinks } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { ReferenceRequestRow } from '../data/reference-request.entity.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { LETTER_PURPOSE, REFERENCE } from '../domain/reference.js';
import { referenceStates } from '../domain/reference.states.js';
import type { ReferenceAct } from '../domain/reference.states.js';
import { REFERENCE_CALLED_OFF } from '../domain/references.events.js';
import type { ReferenceFacts } from '../domain/references.policy.js';

/** What every act on a letter of reference does with its record. Entries stand with the application that it is for. */
@Injectable()
export class ReferenceRecord {
  constructor(
    private readonly references: ReferencesRepository,
    private readonly applications: ApplicationsRepository,
    private readonly links: SignedLinks,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** The application is no sight of a referee; what the policy asks of it is. */
  async application(
    ctx: Ctx,
    { applicationId }: Pick<ReferenceRequestRow, 'applicationId'>,
  ): Promise<ApplicationRow> {
    return withSystemRights(ctx, () => this.applications.find(ctx, applicationId));
  }

  async move(
    ctx: Ctx,
    reference: ReferenceRequestRow,
    act: ReferenceAct,
    change: Partial<ReferenceRequestRow> = {},
  ): Promise<void> {
    const from = reference.state;
    const to = referenceStates.move(from, act);
    Object.assign(reference, change, { state: to, stateSince: ctx.clock.now() });
    await this.references.save(ctx, reference);
    await this.note(ctx, reference, act, { from, to });
  }

  note(
    ctx: Ctx,
    { id, applicationId }: Pick<ReferenceRequestRow, 'id' | 'applicationId'>,
    act: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `reference.${act}`,
      subject: { kind: 'application', id: applicationId },
      data: { reference: id, ...data },
    });
  }

  tell(
    ctx: Ctx,
    { id, applicationId }: Pick<ReferenceRequestRow, 'id' | 'applicationId'>,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'application', id: applicationId },
      payload: { reference: id, ...payload },
    });
  }

  /**
   * The link is taken back. Whoever was still to write is told that nothing is expected of them any more.
   * @param because the event that tells it
   */
  async letGo(
    ctx: Ctx,
    reference: ReferenceRequestRow,
    awaited: boolean,
    because: string = REFERENCE_CALLED_OFF,
  ): Promise<void> {
    await this.links.revoke(ctx, LETTER_PURPOSE, { kind: REFERENCE, id: reference.id });
    if (awaited) await this.tell(ctx, reference, because);
  }
}

export function factsOf(
  { id, state }: Pick<ReferenceRequestRow, 'id' | 'state'>,
  application: Pick<ApplicationRow, 'applicantId' | 'state'>,
): ReferenceFacts {
  return { id, state, applicantId: application.applicantId, applicationState: application.state };
}
