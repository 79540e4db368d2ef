import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';

/** What a member noted of a talk. Never changed. */
@Entity('interview_notes')
export class InterviewNoteRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') interviewId: string;
  @Column('uuid') authorId: string;
  @Column('text') text: string;
  @Column('text') language: Language;
  @Column('timestamptz') writtenAt: Date;
}
