import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { ConflictKind } from '../domain/conflicts.js';

/** What an official said of themselves and an applicant. It holds for every file of the applicant, until it is lifted. */
@Entity('conflict_declarations')
export class ConflictDeclarationEntity {
  @PrimaryColumn('uuid')
  id: Id;

  /** Who may not judge. */
  @Column('uuid')
  personId: Id;

  /** About whom. */
  @Column('uuid')
  aboutId: Id;

  @Column('text')
  kind: ConflictKind;

  /** On whose page it was declared. */
  @Column('uuid')
  applicationId: Id;

  @Column('timestamptz')
  declaredAt: Date;

  @Column('timestamptz', { nullable: true })
  liftedAt: Date | null;

  /** Never the person themselves. */
  @Column('uuid', { nullable: true })
  liftedBy: Id | null;

  @Column('text', { nullable: true })
  liftReason: string | null;
}
