import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderList } from '../domain/nomination-order.js';

/** Where an application stands in the order of its home institution, and what the nomination will say of it. */
@Entity('nomination_candidates')
export class NominationCandidateRow {
  @PrimaryColumn('uuid') applicationId: string;
  @Column('uuid') callId: string;
  @Column('uuid') institutionId: string;
  @Column('text') list: OrderList;
  /** From 1 on, within its list. */
  @Column('integer') position: number;
  @Column('text') endorsement: string;
}
