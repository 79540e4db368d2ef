import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReviewContent } from '../domain/review-content.js';

/** A review as it is being written: nobody's but its author's. */
@Entity('review_drafts')
export class ReviewDraftRow {
  @PrimaryColumn('uuid') assignmentId: string;
  @Column('jsonb') content: ReviewContent;
  @Column('integer') revision: number;
  @Column('timestamptz') savedAt: Date;
}
