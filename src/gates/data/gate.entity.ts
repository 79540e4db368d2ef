import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ExchangeSide } from '../../shared/actor.js';
import type { GateKind } from '../domain/gate-rule.js';
import type { GateState } from '../domain/gate.states.js';

@Entity('gates')
export class GateRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') subjectKind: string;
  @Column('uuid') subjectId: string;
  @Column('uuid') ruleId: string;
  @Column('text') kind: GateKind;
  @Column('text') country: string;
  @Column('text') side: ExchangeSide;
  @Column('text') state: GateState;
  @Column('timestamptz') stateSince: Date;
  @Column('timestamptz') openedAt: Date;
  /** Until when the country has promised to say its word. */
  @Column('timestamptz') dueAt: Date;
  /** The last day of the stay. */
  @Column('date') neededUntil: string;
  /** The last day on which the word holds; null: for the whole stay. */
  @Column('date', { nullable: true }) expiresOn: string | null;
  /** Who looks after it; null: whoever of the country comes first. */
  @Column('uuid', { nullable: true }) officerId: string | null;
  @Column('uuid', { nullable: true }) decidedBy: string | null;
  /** Whom a deputy decided for. */
  @Column('uuid', { nullable: true }) decidedFor: string | null;
  @Column('timestamptz', { nullable: true }) decidedAt: Date | null;
  @Column('text', { nullable: true }) reasonCode: string | null;
  @Column('text', { nullable: true }) reasonText: string | null;
  /** What whoever applies may know of a refusal. */
  @Column('text', { nullable: true }) toldText: string | null;
  @Column('text', { array: true }) conditions: string[];
  @Column('uuid', { array: true }) preparers: string[];
  @Column('uuid', { array: true }) aboutPersons: string[];
  @Column('uuid', { array: true }) barredInstitutions: string[];
  @Column('timestamptz', { nullable: true }) reopenedAt: Date | null;
  @Column('timestamptz', { nullable: true }) warnedAt: Date | null;
  /** When its subject went away, or became another one. */
  @Column('timestamptz', { nullable: true }) withdrawnAt: Date | null;
}
