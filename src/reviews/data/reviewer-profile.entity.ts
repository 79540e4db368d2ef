import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** In which fields and languages somebody assesses, and where they work; and under which iD their works are known. */
@Entity('reviewer_profiles')
export class ReviewerProfileRow {
  @PrimaryColumn('uuid') personId: Id;
  @Column('text', { nullable: true }) orcid: string | null;
  @Column('text', { array: true }) fields: string[];
  @Column('text', { array: true }) languages: string[];
  @Column('uuid', { nullable: true }) unitId: Id | null;
  @Column('timestamptz') savedAt: Date;
}
