import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';

/** What was written, in whatever language: by the applicant, by whoever found it admissible or not, by the panel's head. */
@Entity('appeal_words')
export class AppealWordsRow {
  @PrimaryColumn('uuid') appealId: string;
  @PrimaryColumn('text') kind: 'statement' | 'admissibility' | 'reasoning';
  @Column('text') text: string;
  @Column('text') language: Language;
  @Column('uuid', { nullable: true }) writtenBy: string | null;
  @Column('timestamptz') writtenAt: Date;
}
