import { Injectable } from '@nestjs/common';
import { Decisions, NO_INTERESTS } from '../../approvals/public.js';
import type { SubjectRef } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Amendments } from '../data/amendments.js';
import { CallTextAmendmentEntity } from '../data/call-text-amendment.entity.js';
import { amended, amendedBy, amendmentProblems } from '../domain/amendment.js';
import { callContent } from '../domain/call-content.js';
import { CALL_TEXTS, draftOf } from '../domain/call-draft.js';
import type { CallDraft } from '../domain/call-draft.js';
import {
  CALL_AMENDMENT_BEGUN,
  CALL_AMENDMENT_DISCARDED,
  CALL_AMENDMENT_PROPOSED,
} from '../domain/calls.events.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { CallRecords, factsOf } from './call-record.js';
import type { CallRecord } from './call-record.js';
import { DraftRegister } from './draft-register.js';
import { MOVABLE } from './move-deadline.js';

/** The amendment as both countries decide on it. */
export const amendmentSubject = (id: Id): SubjectRef => ({ kind: 'call_amendment', id });

/** A call under its lock, with the amendment that is being written. */
export interface AmendedRecord extends CallRecord {
  readonly amendment: CallTextAmendmentEntity;
  /** Of the whole call as it would be: what both countries approve. */
  readonly amendedHash: string;
}

/**
 * An amendment of the words and the form of a published call is written beside it: begun, changed by the pages of the editor,
 * given its reason, put before both countries, or discarded. Until it takes effect nobody's call is another.
 */
@Injectable()
export class AmendCall {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly register: DraftRegister,
    private readonly amendments: Amendments,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Begins one; where one is being written already, that is it. */
  async begin(request: RequestContext, callId: Id): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const { call } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.amend', factsOf(call), 'call.read');
      if (!MOVABLE.includes(call.phase)) throw new DomainError('wrong_state', { reason: 'call_has_closed' });
      const open = await this.amendments.draft(ctx, callId);
      if (open) return open.id;
      const now = ctx.clock.now();
      const id = newId(now);
      await ctx.tx.insert(CallTextAmendmentEntity, {
        id,
        callId,
        state: 'draft',
        words: {},
        form: null,
        reason: { sr: '', ru: '', en: '' },
        version: 1,
        begunAt: now,
        endedAt: null,
      });
      await this.audit.record(ctx, {
        action: CALL_AMENDMENT_BEGUN,
        subject: { kind: 'call', id: callId },
        data: { amendment: id },
      });
      return id;
    });
  }

  /**
   * What a page of the editor changes, inside its act; null where nothing of the call is being amended, or the page is about
   * something that an amendment does not change.
   *
   * @returns the new version of the amendment; the same where nothing changes
   * @throws DomainError `stale` where somebody else was first
   */
  async change(
    ctx: Ctx,
    record: CallRecord,
    version: number,
    patch: Partial<CallDraft>,
  ): Promise<number | null> {
    const { call, form, places } = record;
    const names = Object.keys(patch);
    const open = call.state === 'published' ? await this.amendments.draft(ctx, call.id) : null;
    if (!open || !names.every((name) => [...CALL_TEXTS, 'form'].includes(name))) return null;
    authorise(ctx, callsPolicy, 'call.amend', factsOf(call), 'call.read');
    if (open.version !== version) throw new DomainError('stale');
    const next = amendedBy(call, form, open, patch);
    const would = amended(call, form, next);
    await this.register.requireStorable(ctx, draftOf(would.call, would.form, places), call.id);
    return this.keep(ctx, open, next);
  }

  /** Why it changes, in the words that everybody reads. */
  async explain(request: RequestContext, callId: Id, version: number, reason: LocalizedText): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { amendment } = await this.lock(ctx, callId);
      if (amendment.version !== version) throw new DomainError('stale');
      await this.keep(ctx, amendment, { reason });
    });
  }

  /**
   * Puts the amended text before both countries. Answers the decision's id.
   *
   * @throws DomainError `invalid` with everything that is missing, `conflict` where it is before them already
   */
  async propose(request: RequestContext, callId: Id, version: number): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.lock(ctx, callId);
      const { call, form, places, amendment, amendedHash } = record;
      if (amendment.version !== version) throw new DomainError('stale');
      const problems = amendmentProblems(call, form, places, amendment, ctx.clock.now());
      if (problems.length > 0) {
        throw new DomainError('invalid', { reason: 'amendment_not_whole', fields: problems });
      }
      const subject = amendmentSubject(amendment.id);
      if ((await this.decisions.outcomeOf(ctx, subject, amendedHash)) !== null) {
        throw new DomainError('conflict', { reason: 'already_proposed' });
      }
      const [direction] = call.directions;
      if (!direction) throw new DomainError('invalid', { reason: 'amendment_not_whole' });
      // What was asked of it before, with another deadline of the call, is no longer what it would be.
      await this.decisions.withdrawAll(ctx, subject);
      const decisionId = await this.decisions.open(ctx, {
        subject,
        subjectHash: amendedHash,
        homeCountry: direction.homeCountry,
        hostCountry: direction.hostCountry,
        preparers: ctx.actor.personId ? [ctx.actor.personId] : [],
        interests: NO_INTERESTS,
        dueDays: call.promises.approvalDays,
      });
      const of = { kind: 'call', id: callId };
      const data = { amendment: amendment.id, hash: amendedHash };
      await this.audit.record(ctx, { action: CALL_AMENDMENT_PROPOSED, subject: of, data });
      await this.outbox.emit(ctx, { type: CALL_AMENDMENT_PROPOSED, subject: of, payload: { decisionId } });
      return decisionId;
    });
  }

  /** Nothing of it comes to be. What was written stays on record, because it was perhaps decided on. */
  async discard(request: RequestContext, callId: Id): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { amendment } = await this.lock(ctx, callId);
      await ctx.tx.update(
        CallTextAmendmentEntity,
        { id: amendment.id },
        { state: 'discarded', endedAt: ctx.clock.now() },
      );
      await this.decisions.withdrawAll(ctx, amendmentSubject(amendment.id));
      await this.audit.record(ctx, {
        action: CALL_AMENDMENT_DISCARDED,
        subject: { kind: 'call', id: callId },
        data: { amendment: amendment.id },
      });
    });
  }

  /** @throws DomainError `not_found` where none is being written */
  async lock(ctx: Ctx, callId: Id): Promise<AmendedRecord> {
    const record = await this.records.lock(ctx, callId);
    authorise(ctx, callsPolicy, 'call.amend', factsOf(record.call), 'call.read');
    const amendment = await this.amendments.draft(ctx, callId);
    if (!amendment) throw new DomainError('not_found');
    return { ...record, amendment, amendedHash: hashAsAmended(record, amendment) };
  }

  /** Whatever both countries were asked, or said, of the text before is taken back. */
  private async keep(
    ctx: Ctx,
    before: CallTextAmendmentEntity,
    change: Partial<Pick<CallTextAmendmentEntity, 'words' | 'form' | 'reason'>>,
  ): Promise<number> {
    const { id, version } = before;
    const said = (row: typeof change) => JSON.stringify([row.words, row.form, row.reason]);
    await ctx.tx.update(CallTextAmendmentEntity, { id }, change);
    const after = await ctx.tx.findOneByOrFail(CallTextAmendmentEntity, { id });
    if (said(after) === said(before)) return version;
    await ctx.tx.update(CallTextAmendmentEntity, { id }, { version: version + 1 });
    await this.decisions.withdrawAll(ctx, amendmentSubject(id));
    return version + 1;
  }
}

/** Of everything that both countries approve, with the amendment in effect. */
export function hashAsAmended(
  { call, form, places }: Pick<CallRecord, 'call' | 'form' | 'places'>,
  amendment: Pick<CallTextAmendmentEntity, 'words' | 'form'>,
): string {
  const would = amended(call, form, amendment);
  return contentHash(callContent(would.call, would.form, places));
}
