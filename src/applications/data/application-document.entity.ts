import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DocumentState } from '../domain/document-item.states.js';

/** What was found of one document of an application. Until somebody looked at it there is no row. */
@Entity('application_documents')
export class ApplicationDocumentRow {
  @PrimaryColumn('uuid') applicationId: string;
  /** As the form calls it. */
  @PrimaryColumn('text') requirement: string;
  @Column('text') state: DocumentState;
  @Column('timestamptz') stateSince: Date;
  /** The version that was accepted. */
  @Column('uuid', { nullable: true }) uploadId: string | null;
  /** What is to be corrected, or why it is not needed; told to the applicant. */
  @Column('text', { nullable: true }) reason: string | null;
  /** Until when the applicant can give it. */
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  @Column('uuid', { nullable: true }) decidedBy: string | null;
  /** For whom, where a deputy decided. */
  @Column('uuid', { nullable: true }) decidedFor: string | null;
  /** By the clock: that the deadline is near, and that it has passed. */
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  @Column('timestamptz', { nullable: true }) overdueToldAt: Date | null;
}
