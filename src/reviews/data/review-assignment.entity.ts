import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AssignmentState } from '../domain/assignment.states.js';

/** What one reviewer has to assess. */
@Entity('review_assignments')
export class ReviewAssignmentRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') panelId: string;
  @Column('uuid') applicationId: string;
  @Column('uuid') reviewerId: string;
  @Column('text') state: AssignmentState;
  @Column('timestamptz') stateSince: Date;
  /** Null where the solver did it. */
  @Column('uuid', { nullable: true }) assignedBy: string | null;
  @Column('timestamptz') assignedAt: Date;
  @Column('timestamptz') dueAt: Date;
  /** Why it was declined, or taken back. */
  @Column('text', { nullable: true }) reason: string | null;
  @Column('timestamptz', { nullable: true }) remindedBeforeAt: Date | null;
  @Column('timestamptz', { nullable: true }) remindedDueAt: Date | null;
  @Column('uuid', { nullable: true }) replacedBy: string | null;
}
