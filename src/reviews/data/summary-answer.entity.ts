import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';
import type { SummaryAnswer } from '../domain/discussion.js';

/** What a member said to one version of a summary; the last one counts. */
@Entity('review_summary_answers')
export class SummaryAnswerRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') panelId: string;
  @Column('uuid') applicationId: string;
  @Column('integer') version: number;
  @Column('uuid') memberId: string;
  @Column('text') answer: SummaryAnswer;
  @Column('text', { nullable: true }) remark: string | null;
  @Column('text') language: Language;
  @Column('timestamptz') answeredAt: Date;
}
