import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** What somebody published, by its DOI in small letters. */
@Entity('person_works')
export class PersonWorkRow {
  @PrimaryColumn('uuid') personId: Id;
  @PrimaryColumn('text') doi: string;
  @Column('text') source: 'entered' | 'orcid';
  @Column('timestamptz') addedAt: Date;
}
