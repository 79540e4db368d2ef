import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { ConflictKind, ConflictSource } from '../domain/conflict-graph.js';

/** One piece of evidence that something stands between a reviewer and an application, as it was found. */
@Entity('review_conflicts')
export class ReviewConflictRow {
  @PrimaryColumn('uuid') id: Id;
  @Column('uuid') reviewerId: Id;
  @Column('uuid') applicationId: Id;
  @Column('text') kind: ConflictKind;
  @Column('text') source: ConflictSource;
  /** An id, a DOI, a question of the form: what says so. */
  @Column('text') evidence: string;
  @Column('timestamptz', { nullable: true }) since: Date | null;
  @Column('boolean') binding: boolean;
  @Column('timestamptz') foundAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  @Column('timestamptz', { nullable: true }) dismissedAt: Date | null;
  @Column('uuid', { nullable: true }) dismissedBy: Id | null;
  @Column('text', { nullable: true }) dismissal: string | null;
}
