import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';
import type { CoApplicantState } from '../domain/co-applicant.states.js';

@Entity('co_applicants')
export class CoApplicantRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('text') state: CoApplicantState;
  @Column('timestamptz') stateSince: Date;
  /** As the applicant wrote it. */
  @Column('text') name: string;
  @Column('text') email: string;
  /** The same address in whatever capitals it is written. */
  @Column('text') emailKey: string;
  /** Their part in the work, by the applicant. */
  @Column('text') part: string;
  /** Of the mails to the address, and of the page at first. */
  @Column('text') language: Language;
  @Column('uuid') linkId: string;
  @Column('timestamptz') linkUntil: Date;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  /** From the acceptance on, with what follows. */
  @Column('uuid', { nullable: true }) personId: string | null;
  @Column('text', { nullable: true }) country: string | null;
  @Column('text', { nullable: true }) nativeFamily: string | null;
  @Column('text', { nullable: true }) nativeGiven: string | null;
  @Column('text', { nullable: true }) latinFamily: string | null;
  @Column('text', { nullable: true }) latinGiven: string | null;
  @Column('text', { nullable: true }) passportFamily: string | null;
  @Column('text', { nullable: true }) passportGiven: string | null;
  @Column('timestamptz', { nullable: true }) acceptedAt: Date | null;
  /** The text that they confirmed, as long as it is the one that stands. */
  @Column('text', { nullable: true }) confirmedHash: string | null;
  @Column('timestamptz', { nullable: true }) confirmedAt: Date | null;
  /** Since when the text is another one than they had confirmed. */
  @Column('timestamptz', { nullable: true }) voidedAt: Date | null;
  @Column('text', { nullable: true }) reason: string | null;
}
