import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { UnitState } from '../domain/units.policy.js';

/** A faculty, a department, an institute within an institution: as far as its staff answers for a part of the exchanges. */
@Entity('institution_units')
export class InstitutionUnitEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  institutionId: Id;

  @Column('jsonb')
  name: LocalizedText;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  closedAt: Date | null;

  /** By the database, from whether it was closed. */
  @Column({ type: 'text', insert: false, update: false })
  state: UnitState;
}
