import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ThreadOffice, ThreadSide } from '../domain/thread.js';

/** What an applicant and one of the two offices wrote to one another. Never changed. */
@Entity('thread_messages')
export class ThreadMessageRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  /** With which office, and of which institution it was then. */
  @Column('text') office: ThreadOffice;
  @Column('uuid', { nullable: true }) institutionId: string | null;
  @Column('uuid') authorId: string;
  /** For whom, where a deputy wrote it. */
  @Column('uuid', { nullable: true }) actingFor: string | null;
  @Column('text') writtenBy: ThreadSide;
  @Column('text') text: string;
  @Column('timestamptz') writtenAt: Date;
}
