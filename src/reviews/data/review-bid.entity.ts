import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { Bid } from '../domain/reviewer-fit.js';

/** What a reviewer says of an application before anybody is given it. */
@Entity('review_bids')
export class ReviewBidRow {
  @PrimaryColumn('uuid') panelId: Id;
  @PrimaryColumn('uuid') applicationId: Id;
  @PrimaryColumn('uuid') reviewerId: Id;
  @Column('text') bid: Bid;
  @Column('timestamptz') saidAt: Date;
}
