import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RecusalReason } from '../domain/recusal.js';

@Entity('decision_recusals')
export class DecisionRecusalRow {
  @PrimaryColumn('uuid') decisionId: string;
  @PrimaryColumn('uuid') personId: string;
  @PrimaryColumn('text') country: string;
  @Column('text') reasonCode: RecusalReason;
  @Column('timestamptz') recusedAt: Date;
}
