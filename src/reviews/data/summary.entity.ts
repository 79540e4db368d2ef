import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';

/** What the lead says in the name of the panel, version by version: rows are added and never changed. */
@Entity('review_summaries')
export class SummaryRow {
  @PrimaryColumn('uuid') panelId: string;
  @PrimaryColumn('uuid') applicationId: string;
  @PrimaryColumn('integer') version: number;
  @Column('uuid') authorId: string;
  @Column('text') text: string;
  @Column('text') language: Language;
  @Column('timestamptz') submittedAt: Date;
  /** Why what was handed in is said anew. */
  @Column('text', { nullable: true }) reason: string | null;
}
