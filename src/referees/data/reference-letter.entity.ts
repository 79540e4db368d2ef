import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';
import type { KnownFor, Relation } from '../domain/reference.js';

/** A letter as it is being written, and as it was handed in. A file that comes with it is an upload of the reference. */
@Entity('reference_letters')
export class ReferenceLetterRow {
  @PrimaryColumn('uuid') referenceId: string;
  @Column('text') body: string;
  @Column('text', { nullable: true }) capacity: Relation | null;
  @Column('text', { nullable: true }) knownFor: KnownFor | null;
  @Column('integer') revision: number;
  @Column('timestamptz') savedAt: Date;
  /** In which the page was when it was written. */
  @Column('text') language: Language;
  @Column('timestamptz', { nullable: true }) submittedAt: Date | null;
  @Column('text', { nullable: true }) contentHash: string | null;
}
