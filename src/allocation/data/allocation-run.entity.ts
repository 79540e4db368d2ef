import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BuiltInstance } from '../domain/build-instance.js';
import type { ListEntry } from '../domain/list-content.js';

/** Points of an application as a run found them; null: not assessed to the end. */
export interface RunStanding {
  readonly number: string;
  readonly points: number | null;
}

/** One reckoning, with everything that it takes to do it again. */
@Entity('allocation_runs')
export class AllocationRunRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') callId: string;
  @Column('integer') number: number;
  @Column('text') purpose: 'dry' | 'provisional' | 'final';
  @Column('boolean') trial: boolean;
  @Column('text') rule: string;
  @Column('text') seed: string;
  @Column('jsonb') input: BuiltInstance;
  @Column('text') inputHash: string;
  @Column('jsonb') standings: readonly RunStanding[];
  @Column('jsonb') output: readonly ListEntry[];
  @Column('text') outputHash: string;
  @Column('uuid', { nullable: true }) ranBy: string | null;
  @Column('timestamptz') ranAt: Date;
}
