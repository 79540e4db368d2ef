import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PlaceOfferEntity } from '../data/place-offer.entity.js';
import { PlaceOffers } from '../data/place-offers.js';
import { OFFER_ANSWERED } from '../domain/calls.events.js';
import { placeOfferStates } from '../domain/place-offer.states.js';
import { placeOffersPolicy } from '../domain/place-offers.policy.js';
import { draftOf } from '../domain/call-draft.js';
import { CallRecords } from './call-record.js';
import { EditCall } from './edit-call.js';

const LONGEST_REASON = 2000;

export const OFFER_ANSWERS = ['accept', 'return', 'decline'] as const;
export type OfferAnswer = (typeof OFFER_ANSWERS)[number];

/** The programme's side of an offer of places: takes it into the draft of the call, gives it back, or declines it. */
@Injectable()
export class AnswerPlaceOffer {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly offers: PlaceOffers,
    private readonly edit: EditCall,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @param reason required to return or decline, in the words that the host will read
   * @throws DomainError `wrong_state` where the call is no draft any more: then nothing can be taken into it
   */
  answer(request: RequestContext, offerId: string, answer: OfferAnswer, reason: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const found = await this.offers.find(ctx, offerId);
      authorise(ctx, placeOffersPolicy, 'offer.answer', found, 'offer.read');
      const { callId } = found;
      // The call first, as everybody who changes a call does: otherwise two could wait for one another.
      const { call, form, places } = await this.records.lock(ctx, callId);
      const offer = await this.offers.lock(ctx, found.id);
      authorise(ctx, placeOffersPolicy, 'offer.answer', offer, 'offer.read');
      const from = offer.state;
      offer.state = placeOfferStates.move(from, answer);
      offer.stateSince = ctx.clock.now();
      offer.version += 1;
      offer.decidedBy = ctx.actor.personId;
      offer.reason = answer === 'accept' ? null : requireReason(reason);
      if (answer === 'accept') {
        const draft = draftOf(call, form, places);
        await this.edit.within(ctx, callId, call.version, {
          places: [...draft.places, { ...offer.content, institutionId: offer.institutionId }],
        });
      }
      await ctx.tx.save(PlaceOfferEntity, offer);
      await this.audit.record(ctx, {
        action: `offer.${answer}`,
        subject: { kind: 'offer', id: offer.id },
        data: { from, to: offer.state, callId },
      });
      await this.outbox.emit(ctx, {
        type: OFFER_ANSWERED,
        subject: { kind: 'call', id: callId },
        payload: { offer: offer.id, state: offer.state },
      });
    });
  }
}

function requireReason(reason: string): string {
  const text = reason.trim();
  if (!text) throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required' }] });
  if (text.length > LONGEST_REASON) {
    throw new DomainError('invalid', {
      fields: [{ field: 'reason', problem: 'too_long', values: { max: LONGEST_REASON } }],
    });
  }
  return text;
}
