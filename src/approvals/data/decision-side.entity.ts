import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Side } from '../../shared/country.js';
import type { SideState } from '../domain/decision-side.states.js';

@Entity('decision_sides')
export class DecisionSideRow {
  @PrimaryColumn('uuid') decisionId: string;
  @PrimaryColumn('text') country: string;
  @Column('text') side: Side;
  @Column('text') state: SideState;
  @Column('timestamptz') stateSince: Date;
  @Column('timestamptz') dueAt: Date;
  @Column('uuid', { nullable: true }) decidedBy: string | null;
  @Column('text', { nullable: true }) reasonCode: string | null;
  @Column('text', { nullable: true }) reasonText: string | null;
  @Column('text', { array: true }) conditions: string[];
  /** What was answered to this side after it had returned the matter. */
  @Column('text', { nullable: true }) answer: string | null;
  /** Whoever began its review. */
  @Column('uuid', { nullable: true }) heldBy: string | null;
  /** Who was named to decide it; nobody else of the side does. */
  @Column('uuid', { nullable: true }) delegateId: string | null;
  /** Who declared themselves bound to it. */
  @Column('uuid', { array: true }) recused: string[];
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  /** When the clock told that its promise is broken. */
  @Column('timestamptz', { nullable: true }) overdueAt: Date | null;
  /** When the clock gave its silence to the joint commission. */
  @Column('timestamptz', { nullable: true }) tabledAt: Date | null;
  /** Since when nobody is left who could decide it, as it was told. */
  @Column('timestamptz', { nullable: true }) blockedAt: Date | null;
}
