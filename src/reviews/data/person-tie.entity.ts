import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** Whom somebody names as bound to them, by the address under which the other is known. */
@Entity('person_ties')
export class PersonTieRow {
  @PrimaryColumn('uuid') id: Id;
  @Column('uuid') personId: Id;
  @Column('text') kind: 'family' | 'supervision';
  @Column('text') name: string;
  @Column('text') emailKey: string;
  @Column('timestamptz') namedAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}
