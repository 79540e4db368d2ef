import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SubmittedContent } from '../domain/submitted-content.js';

@Entity('application_submissions')
export class ApplicationSubmissionRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('integer') ordinal: number;
  @Column('timestamptz') at: Date;
  @Column('text') language: string;
  @Column('integer') formVersion: number;
  @Column('jsonb') content: SubmittedContent;
  @Column('text') contentHash: string;
}
