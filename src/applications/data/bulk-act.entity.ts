import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BulkAct, BulkMode } from '../domain/bulk-acts.js';

/** An act on many applications, prepared by somebody and done at most once. */
@Entity('bulk_acts')
export class BulkActRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') personId: string;
  @Column('text') act: BulkAct;
  @Column('uuid', { array: true }) applicationIds: string[];
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) doneAt: Date | null;
  @Column('text', { nullable: true }) mode: BulkMode | null;
  /** Of each application why it was not done; null where it was. */
  @Column('jsonb', { nullable: true }) outcome: Readonly<Record<string, string | null>> | null;
}
