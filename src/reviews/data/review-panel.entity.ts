import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CountryCode } from '../../shared/country.js';
import type { LocalizedText } from '../../shared/language.js';
import type { PanelPhase } from '../domain/panel.states.js';

@Entity('review_panels')
export class ReviewPanelRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') callId: string;
  @Column('jsonb') name: LocalizedText;
  /** For which side it assesses; null: for the whole call. */
  @Column('text', { nullable: true }) country: CountryCode | null;
  @Column('text') phase: PanelPhase;
  @Column('timestamptz') phaseSince: Date;
  /** Until when reviews are due, where an assignment says nothing else. */
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  @Column('timestamptz') createdAt: Date;
}
