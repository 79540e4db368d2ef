import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CountryCode } from '../../shared/country.js';
import type { AppealState } from '../domain/appeal.states.js';
import type { AppealSubject, Ground, InadmissibleCode, Stage } from '../domain/appeal-rules.js';

/** An appeal: who has it, until when, how it ended. What is said in it stands in tables of their own. */
@Entity('appeals')
export class AppealRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('uuid') callId: string;
  @Column('uuid') applicantId: string;
  @Column('text') homeCountry: CountryCode;
  @Column('text') subject: AppealSubject;
  /** The provisional list; null where the subject is the screening. */
  @Column('uuid', { nullable: true }) listId: string | null;
  @Column('timestamptz') resultAt: Date;
  @Column('timestamptz') takenUntil: Date;
  @Column('text') state: AppealState;
  @Column('timestamptz') stateSince: Date;
  @Column('text', { nullable: true }) ground: Ground | null;
  @Column('integer') revision: number;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) lodgedAt: Date | null;
  @Column('timestamptz', { nullable: true }) admitUntil: Date | null;
  @Column('timestamptz', { nullable: true }) decideUntil: Date | null;
  @Column('integer', { nullable: true }) panelSize: number | null;
  @Column('uuid', { nullable: true }) admittedBy: string | null;
  @Column('timestamptz', { nullable: true }) admittedAt: Date | null;
  @Column('text', { nullable: true }) inadmissibleCode: InadmissibleCode | null;
  @Column('text', { nullable: true }) stage: Stage | null;
  @Column('integer', { nullable: true }) votesFor: number | null;
  @Column('integer', { nullable: true }) votesAgainst: number | null;
  @Column('uuid', { nullable: true }) decidedBy: string | null;
  @Column('timestamptz', { nullable: true }) decidedAt: Date | null;
  /** By the clock, of the state in which it is. */
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  @Column('timestamptz', { nullable: true }) overdueAt: Date | null;
}
