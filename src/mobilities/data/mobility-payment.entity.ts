import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CostLine } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';

export const PAYMENT_KINDS = ['instalment', 'claim'] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

/** What was paid for a stay; a correction is a row of its own. */
@Entity('mobility_payments')
export class MobilityPaymentRow {
  @PrimaryColumn('uuid') id: Id;
  @Column('uuid') mobilityId: Id;
  @Column('text') kind: PaymentKind;
  @Column('text') purpose: CostLine['item'];
  @Column('text') payer: CostLine['payer'];
  /** In minor units; null where what it replaces was not paid. A text, as the driver gives it. */
  @Column('bigint', { nullable: true }) minor: string | null;
  @Column('text') currency: string;
  @Column('date') paidOn: string;
  @Column('text') evidence: string;
  /** Of the ledger. */
  @Column('bigint', { nullable: true }) entryId: string | null;
  @Column('uuid', { nullable: true }) replaces: Id | null;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('uuid', { nullable: true }) recordedBy: Id | null;
  @Column('timestamptz') recordedAt: Date;
}
