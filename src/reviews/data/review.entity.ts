import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';
import type { Recommendation, ReviewContent } from '../domain/review-content.js';

/** A review as it was handed in, version by version: rows are added and never changed. */
@Entity('reviews')
export class ReviewRow {
  @PrimaryColumn('uuid') assignmentId: string;
  @PrimaryColumn('integer') version: number;
  @Column('jsonb') content: ReviewContent;
  /** Of 100, in thousandths. */
  @Column('integer') points: number;
  @Column('text') recommendation: Recommendation;
  /** In which the page was when it was written. */
  @Column('text') language: Language;
  @Column('timestamptz') submittedAt: Date;
  /** Why what was handed in is said anew. */
  @Column('text', { nullable: true }) reason: string | null;
}
