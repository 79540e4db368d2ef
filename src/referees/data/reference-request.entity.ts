import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';
import type { Relation } from '../domain/reference.js';
import type { ReferenceState } from '../domain/reference.states.js';

@Entity('reference_requests')
export class ReferenceRequestRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('text') state: ReferenceState;
  @Column('timestamptz') stateSince: Date;
  @Column('text') name: string;
  @Column('text') email: string;
  /** The same address in whatever capitals it is written. */
  @Column('text') emailKey: string;
  /** By the applicant; the referee says their own in the letter. */
  @Column('text') relation: Relation;
  /** Of the mails, and of the page at first. */
  @Column('text') language: Language;
  /** As it was promised when the letter was asked for. */
  @Column('boolean') confidential: boolean;
  @Column('timestamptz') dueAt: Date;
  @Column('uuid') linkId: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  @Column('timestamptz', { nullable: true }) clockRemindedAt: Date | null;
  @Column('text', { nullable: true }) declineReason: string | null;
  @Column('uuid', { nullable: true }) replacedBy: string | null;
}
