import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { OfferFrame } from '../domain/place-offer.js';
import { placeOffersPolicy } from '../domain/place-offers.policy.js';
import { CallOfferFrameEntity } from './call-offer-frame.entity.js';
import { PlaceOfferEntity } from './place-offer.entity.js';

export type PlaceOfferView = Readonly<PlaceOfferEntity>;

const MOST = 200;

/** Offers of places, and the frames in which they are made. */
@Injectable()
export class PlaceOffers {
  /** Those that the actor may read, the newest move first. */
  visible(ctx: Ctx, of: { readonly callId?: Id; readonly institutionIds?: readonly Id[] }) {
    const query = ctx.tx
      .getRepository(PlaceOfferEntity)
      .createQueryBuilder('o')
      .where(placeOffersPolicy.filter(ctx.actor, 'offer.read', 'o'));
    if (of.callId) query.andWhere('o.call_id = :callId', { callId: of.callId });
    if (of.institutionIds) {
      query.andWhere('o.institution_id = any (:institutions)', { institutions: of.institutionIds });
    }
    return query.orderBy('o.stateSince', 'DESC').addOrderBy('o.id', 'DESC').limit(MOST).getMany();
  }

  /** @throws DomainError `not_found` */
  async find(ctx: Ctx, id: string): Promise<PlaceOfferEntity> {
    const offer = isId(id) ? await ctx.tx.findOneBy(PlaceOfferEntity, { id }) : null;
    if (!offer) throw new DomainError('not_found');
    return offer;
  }

  /**
   * Locks an offer that the caller has found and may act on. What the wall lets nobody change any more cannot be locked.
   * @throws DomainError `wrong_state`
   */
  async lock(ctx: Ctx, id: Id): Promise<PlaceOfferEntity> {
    const offer = await ctx.tx.findOne(PlaceOfferEntity, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!offer) throw new DomainError('wrong_state', { reason: 'wrong_state' });
    return offer;
  }

  async frame(ctx: Ctx, callId: Id): Promise<OfferFrame | null> {
    const frame = await ctx.tx.findOneBy(CallOfferFrameEntity, { callId });
    return frame && { until: frame.until, minMonths: frame.minMonths, maxMonths: frame.maxMonths };
  }

  async frames(ctx: Ctx, callIds: readonly Id[]): Promise<ReadonlyMap<Id, OfferFrame>> {
    if (callIds.length === 0) return new Map();
    const frames = await ctx.tx.findBy(CallOfferFrameEntity, { callId: In([...new Set(callIds)]) });
    return new Map(
      frames.map(({ callId, until, minMonths, maxMonths }) => [callId, { until, minMonths, maxMonths }]),
    );
  }

  /** Ids of the drafts for which places may be offered now, the one that ends first at first. */
  async openCalls(ctx: Ctx): Promise<Id[]> {
    const rows: { id: Id }[] = await ctx.tx.query(
      `select c.id from call_offer_frames f join calls c on c.id = f.call_id
       where c.state = 'draft' and f.until > $1 order by f.until, c.id limit ${MOST}`,
      [ctx.clock.now()],
    );
    return rows.map(({ id }) => id);
  }
}
