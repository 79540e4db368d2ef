import { Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Amendments } from '../data/amendments.js';
import { CallFormEntity } from '../data/call-form.entity.js';
import { CallTextAmendmentEntity } from '../data/call-text-amendment.entity.js';
import { CallEntity } from '../data/call.entity.js';
import { amended, changesOf } from '../domain/amendment.js';
import { draftOf } from '../domain/call-draft.js';
import { CALL_AMENDED } from '../domain/calls.events.js';
import { AmendCall, amendmentSubject } from './amend-call.js';
import { DraftRegister } from './draft-register.js';
import { MOVABLE } from './move-deadline.js';

/**
 * An amendment that both countries approved takes effect in one act: the words become others, the form gets a new version
 * with which whoever begins from now on begins. Whoever has begun keeps theirs, and is told.
 */
@Injectable()
export class ApplyAmendment {
  constructor(
    private readonly database: Database,
    private readonly amending: AmendCall,
    private readonly amendments: Amendments,
    private readonly register: DraftRegister,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `conflict` as long as both countries have not approved this very text */
  async applyAmendment(request: RequestContext, callId: Id): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { call, form, places, amendment, amendedHash } = await this.amending.lock(ctx, callId);
      if (!MOVABLE.includes(call.phase)) throw new DomainError('wrong_state', { reason: 'call_has_closed' });
      const outcome = await this.decisions.outcomeOf(ctx, amendmentSubject(amendment.id), amendedHash);
      if (outcome !== 'agreed_yes') throw new DomainError('conflict', { reason: 'amendment_not_approved' });

      const now = ctx.clock.now();
      const changes = changesOf(call, form, amendment);
      const would = amended(call, form, amendment);
      const versions = amendment.form ? { from: call.formVersion, to: call.formVersion + 1 } : null;
      if (versions) {
        const { to: version } = versions;
        await ctx.tx.insert(CallFormEntity, { callId, version, definition: would.form, createdAt: now });
      }
      await ctx.tx.update(CallEntity, callId, {
        ...amendment.words,
        ...(versions ? { formVersion: versions.to } : {}),
        searchKey: await this.register.searchKeyOf(ctx, draftOf(would.call, would.form, places)),
        version: call.version + 1,
      });
      await this.amendments.addText(ctx, callId, {
        id: amendment.id,
        reason: amendment.reason,
        hash: amendedHash,
        words: changes.words,
        form: versions,
      });
      await ctx.tx.update(
        CallTextAmendmentEntity,
        { id: amendment.id },
        { state: 'in_effect', endedAt: now },
      );
      const subject = { kind: 'call', id: callId };
      const data = {
        amendment: amendment.id,
        hash: amendedHash,
        ...(versions ? { formVersion: versions.to } : {}),
      };
      await this.audit.record(ctx, { action: CALL_AMENDED, subject, data });
      await this.outbox.emit(ctx, {
        type: CALL_AMENDED,
        subject,
        payload: { amendment: amendment.id, formChanged: versions !== null },
      });
    });
  }
}
