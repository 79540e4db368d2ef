import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A summary as it is being written: nobody's but its author's. */
@Entity('review_summary_drafts')
export class SummaryDraftRow {
  @PrimaryColumn('uuid') panelId: string;
  @PrimaryColumn('uuid') applicationId: string;
  @PrimaryColumn('uuid') authorId: string;
  @Column('text') text: string;
  @Column('text') feedback: string;
  @Column('integer') revision: number;
  @Column('timestamptz') savedAt: Date;
}
