import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ThreadOffice } from '../domain/thread.js';

/** How far somebody has read what an applicant and an office write to one another. */
@Entity('thread_reads')
export class ThreadReadRow {
  @PrimaryColumn('uuid') applicationId: string;
  @PrimaryColumn('uuid') personId: string;
  @PrimaryColumn('text') office: ThreadOffice;
  @Column('timestamptz') readUntil: Date;
}
