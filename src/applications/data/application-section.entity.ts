import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Answers } from '../domain/answers.js';

@Entity('application_sections')
export class ApplicationSectionRow {
  @PrimaryColumn('uuid') applicationId: string;
  @PrimaryColumn('text') section: string;
  @Column('jsonb') answers: Answers;
  @Column('integer') revision: number;
  @Column('timestamptz') savedAt: Date;
}
