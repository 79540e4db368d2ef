import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConditionState } from '../domain/condition.states.js';

@Entity('decision_conditions')
export class DecisionConditionRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') decisionId: string;
  @Column('text') country: string;
  @Column('integer') ordinal: number;
  @Column('text') text: string;
  /** The last second of its day in the zone of what is decided. */
  @Column('timestamptz') dueAt: Date;
  @Column('timestamptz') setAt: Date;
  @Column('text') state: ConditionState;
  @Column('timestamptz') stateSince: Date;
  @Column('text', { nullable: true }) evidenceText: string | null;
  @Column('uuid', { nullable: true }) evidenceUploadId: string | null;
  @Column('uuid', { nullable: true }) evidenceBy: string | null;
  @Column('timestamptz', { nullable: true }) evidenceAt: Date | null;
  @Column('uuid', { nullable: true }) settledBy: string | null;
  @Column('timestamptz', { nullable: true }) settledAt: Date | null;
  @Column('text', { nullable: true }) settledNote: string | null;
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  @Column('timestamptz', { nullable: true }) overdueAt: Date | null;
}
