import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';

/** What a member of a panel said of an application. Never changed, only struck out. */
@Entity('review_discussion_entries')
export class DiscussionEntryRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') panelId: string;
  @Column('uuid') applicationId: string;
  @Column('uuid') authorId: string;
  @Column('text') text: string;
  @Column('text') language: Language;
  @Column('timestamptz') writtenAt: Date;
  @Column('timestamptz', { nullable: true }) struckAt: Date | null;
}
