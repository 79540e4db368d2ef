import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { OfferedPlace } from '../domain/place-offer.js';
import type { PlaceOfferState } from '../domain/place-offer.states.js';

/** Places that a host offers for a call that is being prepared. */
@Entity('place_offers')
export class PlaceOfferEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  callId: Id;

  @Column('uuid')
  institutionId: Id;

  @Column('text')
  state: PlaceOfferState;

  @Column('timestamptz')
  stateSince: Date;

  @Column('jsonb')
  content: OfferedPlace;

  /** To the programme, beside the place. */
  @Column('text')
  note: string;

  @Column('integer')
  version: number;

  @Column('uuid')
  preparedBy: Id;

  @Column('timestamptz', { nullable: true })
  submittedAt: Date | null;

  @Column('uuid', { nullable: true })
  decidedBy: Id | null;

  /** In the words of whoever returned or declined it. */
  @Column('text', { nullable: true })
  reason: string | null;

  @Column('timestamptz')
  createdAt: Date;
}
