import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A document that came after the submission: beside what was frozen, never in its place. */
@Entity('application_supplements')
export class ApplicationSupplementRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('text') requirement: string;
  @Column('uuid') uploadId: string;
  /** The version that was current before; null where there was none. */
  @Column('uuid', { nullable: true }) replacesId: string | null;
  @Column('text') sha256: string;
  /** Why another version was asked for; null where it was only to come later. */
  @Column('text', { nullable: true }) askedBecause: string | null;
  @Column('uuid') givenBy: string;
  @Column('timestamptz') givenAt: Date;
  /** From then on it belongs to the file for everybody who reads it. */
  @Column('timestamptz', { nullable: true }) acceptedAt: Date | null;
  @Column('uuid', { nullable: true }) acceptedBy: string | null;
}
