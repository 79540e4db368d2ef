import { Injectable } from '@nestjs/common';
import { Agreements, isInForce } from '../../agreements/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { calendarDay } from '../../platform/i18n/formats.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Institutions, Units } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import { Calls } from '../data/calls.js';
import { fieldOfStudy } from '../data/fields-of-study.js';
import { PlaceOfferEntity } from '../data/place-offer.entity.js';
import { PlaceOffers } from '../data/place-offers.js';
import type { CallView } from '../domain/call.js';
import { OFFER_SUBMITTED } from '../domain/calls.events.js';
import { LONGEST_NOTE, offerObstacle, offerProblems } from '../domain/place-offer.js';
import type { OfferFrame, OfferedPlace } from '../domain/place-offer.js';
import { placeOfferStates } from '../domain/place-offer.states.js';
import type { PlaceOfferAct } from '../domain/place-offer.states.js';
import { placeOffersPolicy } from '../domain/place-offers.policy.js';

/** What a host writes of an offer. */
export interface OfferText {
  readonly content: OfferedPlace;
  readonly note: string;
}

/** The host's side of an offer of places: prepare, change, put before the programme, take back. */
@Injectable()
export class OfferPlaces {
  constructor(
    private readonly database: Database,
    private readonly calls: Calls,
    private readonly offers: PlaceOffers,
    private readonly agreements: Agreements,
    private readonly institutions: Institutions,
    private readonly units: Units,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Begins an offer. It may be incomplete: what is missing is told, and refused, when it is submitted. */
  prepare(
    request: RequestContext,
    at: { readonly callId: string; readonly institutionId: string },
    text: OfferText,
  ): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const now = ctx.clock.now();
      const institution = isId(at.institutionId) ? await this.institutions.byId(ctx, at.institutionId) : null;
      const preparedBy = ctx.actor.personId;
      if (!preparedBy) throw new DomainError('not_signed_in');
      if (!institution) throw new DomainError('not_found');
      authorise(
        ctx,
        placeOffersPolicy,
        'offer.prepare',
        { state: placeOfferStates.initial, institutionId: institution.id, preparedBy },
        'offer.prepare',
      );
      const { call } = await this.requireOpen(ctx, at.callId, institution);
      await this.requireStorable(ctx, institution.id, text);
      const id = newId(now);
      await ctx.tx.insert(PlaceOfferEntity, {
        id,
        callId: call.id,
        institutionId: institution.id,
        state: placeOfferStates.initial,
        stateSince: now,
        content: text.content,
        note: text.note.trim(),
        version: 1,
        preparedBy,
        submittedAt: null,
        decidedBy: null,
        reason: null,
        createdAt: now,
      });
      await this.note(ctx, id, 'prepared', { callId: call.id, institutionId: institution.id });
      return id;
    });
  }

  /** @param version the one that the page was opened with */
  edit(request: RequestContext, offerId: string, version: number, text: OfferText): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const offer = await this.begin(ctx, offerId, 'offer.edit');
      if (offer.version !== version) throw new DomainError('stale', { reason: 'stale' });
      await this.requireStorable(ctx, offer.institutionId, text);
      offer.content = text.content;
      offer.note = text.note.trim();
      offer.version += 1;
      await ctx.tx.save(PlaceOfferEntity, offer);
      await this.note(ctx, offer.id, 'edited', { version: offer.version });
      return offer.version;
    });
  }

  /** @throws DomainError `invalid` with all that is missing; `forbidden` where the frame does not take it (any more). */
  submit(request: RequestContext, offerId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const offer = await this.begin(ctx, offerId, 'offer.submit');
      const institution = await this.institutions.byId(ctx, offer.institutionId);
      if (!institution) throw new DomainError('not_found');
      const { call, frame } = await this.requireOpen(ctx, offer.callId, institution);
      await this.requireStorable(ctx, offer.institutionId, offer);
      const problems = offerProblems(offer.content, frame);
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      offer.submittedAt = ctx.clock.now();
      offer.reason = null;
      offer.decidedBy = null;
      await this.move(ctx, offer, 'submit');
      await this.outbox.emit(ctx, {
        type: OFFER_SUBMITTED,
        subject: { kind: 'call', id: call.id },
        payload: { offer: offer.id },
      });
    });
  }

  withdraw(request: RequestContext, offerId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const offer = await this.begin(ctx, offerId, 'offer.withdraw');
      await this.move(ctx, offer, 'withdraw');
    });
  }

  /** Why an institution cannot offer places for a call now; null where it can. */
  async obstacle(ctx: Ctx, call: CallView, frame: OfferFrame | null, institution: InstitutionView) {
    const agreement = await this.agreements.byId(ctx, call.agreementId);
    return offerObstacle({
      call,
      frame,
      agreement,
      inForce: agreement !== null && isInForce(agreement, calendarDay(ctx.clock.now(), call.timeZone)),
      institution,
      now: ctx.clock.now(),
    });
  }

  private async begin(ctx: Ctx, offerId: string, action: string): Promise<PlaceOfferEntity> {
    const found = await this.offers.find(ctx, offerId);
    authorise(ctx, placeOffersPolicy, action, found, 'offer.read');
    const offer = await this.offers.lock(ctx, found.id);
    authorise(ctx, placeOffersPolicy, action, offer, 'offer.read');
    return offer;
  }

  private async requireOpen(
    ctx: Ctx,
    callId: string,
    institution: InstitutionView,
  ): Promise<{ readonly call: CallView; readonly frame: OfferFrame }> {
    const call = isId(callId) ? await this.calls.byId(ctx, callId) : null;
    if (!call) throw new DomainError('not_found');
    const frame = await this.offers.frame(ctx, call.id);
    const obstacle = await this.obstacle(ctx, call, frame, institution);
    if (obstacle === 'offers_closed' || !frame)
      throw new DomainError('too_late', { reason: 'offers_closed' });
    if (obstacle) throw new DomainError('forbidden', { reason: obstacle });
    return { call, frame };
  }

  /** What cannot be kept even as a draft: a field or a unit that does not exist, words without an end. */
  private async requireStorable(ctx: Ctx, institutionId: Id, { content, note }: OfferText): Promise<void> {
    const problems: FieldProblem[] = [];
    if (content.fieldCode && !fieldOfStudy(content.fieldCode)) {
      problems.push({ field: 'fieldCode', problem: 'required_choice' });
    }
    if (content.unitId) {
      const own = (await this.units.of(ctx, institutionId)).some(({ id }) => id === content.unitId);
      if (!own) problems.push({ field: 'unitId', problem: 'not_in_list' });
    }
    if (note.trim().length > LONGEST_NOTE) {
      problems.push({ field: 'note', problem: 'too_long', values: { max: LONGEST_NOTE } });
    }
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  }

  private async move(ctx: Ctx, offer: PlaceOfferEntity, act: PlaceOfferAct): Promise<void> {
    const from = offer.state;
    offer.state = placeOfferStates.move(from, act);
    offer.stateSince = ctx.clock.now();
    offer.version += 1;
    await ctx.tx.save(PlaceOfferEntity, offer);
    await this.note(ctx, offer.id, act, { from, to: offer.state });
  }

  private note(ctx: Ctx, id: Id, act: string, data: Readonly<Record<string, string | number>>) {
    return this.audit.record(ctx, { action: `offer.${act}`, subject: { kind: 'offer', id }, data });
  }
}
