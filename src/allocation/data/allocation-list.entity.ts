import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ListContent } from '../domain/list-content.js';

@Entity('allocation_lists')
export class AllocationListRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') callId: string;
  @Column('text') kind: 'provisional' | 'final';
  @Column('integer') number: number;
  @Column('uuid') runId: string;
  @Column('jsonb') content: ListContent;
  @Column('text') contentHash: string;
  @Column('uuid', { nullable: true }) madeBy: string | null;
  @Column('timestamptz') madeAt: Date;
  /** Null while a final list is before both countries. */
  @Column('timestamptz', { nullable: true }) publishedAt: Date | null;
  @Column('uuid', { nullable: true }) publishedBy: string | null;
  @Column('timestamptz', { nullable: true }) objectionsUntil: Date | null;
  @Column('timestamptz', { nullable: true }) setAsideAt: Date | null;
  /** Of one that was published, for whoever is on it. */
  @Column('text', { nullable: true }) setAsideReason: string | null;
}
