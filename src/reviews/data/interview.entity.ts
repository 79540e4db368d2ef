import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { InterviewState } from '../domain/interview.states.js';

/** A talk with one applicant; the hours that it takes are the database's matter. */
@Entity('interviews')
export class InterviewRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') panelId: string;
  @Column('uuid') applicationId: string;
  @Column('uuid') applicantId: string;
  @Column('text') state: InterviewState;
  @Column('timestamptz') stateSince: Date;
  @Column('uuid', { nullable: true }) slotId: string | null;
  /** Of the entry in calendars: grows with each change. */
  @Column('integer') sequence: number;
  /** Why the applicant asks for another time, or why it was cancelled. */
  @Column('text', { nullable: true }) reason: string | null;
  @Column('uuid') invitedBy: string;
  @Column('timestamptz') invitedAt: Date;
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
}
