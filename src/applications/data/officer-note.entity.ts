import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an officer wrote on an application for the other officers. Never changed. */
@Entity('officer_notes')
export class OfficerNoteRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('uuid') authorId: string;
  /** For whom, where a deputy wrote it. */
  @Column('uuid', { nullable: true }) actingFor: string | null;
  @Column('text') text: string;
  @Column('timestamptz') writtenAt: Date;
}
