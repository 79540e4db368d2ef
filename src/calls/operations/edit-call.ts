import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CallDirectionEntity } from '../data/call-direction.entity.js';
import { CallFormEntity } from '../data/call-form.entity.js';
import { CallPlaceEntity } from '../data/call-place.entity.js';
import { CallEntity } from '../data/call.entity.js';
import { draftOf } from '../domain/call-draft.js';
import type { CallDraft, PlaceDraft } from '../domain/call-draft.js';
import { CALL_EDITED } from '../domain/calls.events.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { formFor } from '../domain/freemover.js';
import { AmendCall } from './amend-call.js';
import { CallRecords, factsOf } from './call-record.js';
import { DraftRegister, slugTaken } from './draft-register.js';

/**
 * Changes a draft, or the amendment of a published call. What is not whole yet is kept all the same; what both countries were asked, or said, of the text
 * before is taken back, because they decide on a text and not on a call.
 */
@Injectable()
export class EditCall {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly register: DraftRegister,
    private readonly amending: AmendCall,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @param version the one that the change was made to
   * @returns the new version; the same where nothing changes
   * @throws DomainError `stale` where somebody else was first, `invalid` for what cannot even be kept
   */
  async editCall(
    request: RequestContext,
    callId: Id,
    version: number,
    patch: Partial<CallDraft>,
  ): Promise<number> {
    return slugTaken(() =>
      this.database.transaction(request, (ctx) => this.within(ctx, callId, version, patch)),
    );
  }

  /** The same inside an act of the caller's. */
  async within(ctx: Ctx, callId: Id, version: number, patch: Partial<CallDraft>): Promise<number> {
    const record = await this.records.lock(ctx, callId);
    const { call, form, places, hash } = record;
    // Of a published call the amendment is changed that is being written.
    const amendment = await this.amending.change(ctx, record, version, patch);
    if (amendment !== null) return amendment;
    authorise(ctx, callsPolicy, 'call.edit', factsOf(call), 'call.read');
    if (call.version !== version) throw new DomainError('stale');
    const before = draftOf(call, form, places);
    // Of what a call is for, its form and its quota depend: it is chosen once.
    const wished: CallDraft = { ...before, ...patch, category: before.category };
    const draft: CallDraft = { ...wished, form: formFor(wished.freemovers ?? null, wished.form ?? form) };
    await this.register.requireStorable(ctx, draft, callId);

    const { directions, places: planned, form: asked, ...said } = draft;
    await ctx.tx.update(CallEntity, callId, {
      ...said,
      themes: [...said.themes],
      searchKey: await this.register.searchKeyOf(ctx, draft),
    });
    if (patch.directions) {
      await ctx.tx.delete(CallDirectionEntity, { callId });
      await ctx.tx.insert(
        CallDirectionEntity,
        directions.map(({ homeCountry, hostCountry }) => ({ callId, homeCountry, hostCountry })),
      );
    }
    if (patch.places) await this.keepPlaces(ctx, callId, planned);
    if (asked && (patch.form ?? patch.freemovers) !== undefined) {
      await ctx.tx.update(CallFormEntity, { callId, version: call.formVersion }, { definition: asked });
    }
    const after = await this.records.read(ctx, callId);
    // Where nothing is another, nobody's approval is touched, nor what others have open.
    const now = JSON.stringify(draftOf(after.call, after.form, after.places));
    if (now === JSON.stringify(before)) return version;
    await ctx.tx.update(CallEntity, callId, { version: version + 1 });
    const subject = { kind: 'call', id: callId };
    if (after.hash !== hash) await this.decisions.withdrawAll(ctx, subject);
    const data = { version: version + 1, changed: Object.keys(patch).sort().join(' ') };
    await this.audit.record(ctx, { action: CALL_EDITED, subject, data });
    await this.outbox.emit(ctx, { type: CALL_EDITED, subject, payload: { version: version + 1 } });
    return version + 1;
  }

  /** A draft's places are nobody's choice yet: those that are not named any more go. */
  private async keepPlaces(ctx: Ctx, callId: Id, places: readonly PlaceDraft[]): Promise<void> {
    const known = new Set((await ctx.tx.findBy(CallPlaceEntity, { callId })).map(({ id }) => id));
    const kept = places.flatMap(({ id }) => (id !== undefined && known.has(id) ? [id] : []));
    await ctx.tx.delete(CallPlaceEntity, { callId, ...(kept.length > 0 ? { id: Not(In(kept)) } : {}) });
    for (const { id, ...place } of places) {
      if (id !== undefined && known.has(id)) await ctx.tx.update(CallPlaceEntity, { id, callId }, place);
      else await ctx.tx.insert(CallPlaceEntity, { ...place, id: newId(ctx.clock.now()), callId, taken: 0 });
    }
  }
}
