import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';

/** What of a summary is written to the applicant. */
@Entity('review_feedback')
export class FeedbackRow {
  @PrimaryColumn('uuid') panelId: string;
  @PrimaryColumn('uuid') applicationId: string;
  @PrimaryColumn('integer') version: number;
  @Column('text') text: string;
  @Column('text') language: Language;
}
