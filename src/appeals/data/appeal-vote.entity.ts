import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../shared/language.js';
import type { Stage } from '../domain/appeal-rules.js';
import type { Vote } from '../domain/verdict.js';

/** How a member of a panel voted, and why. Never changed. */
@Entity('appeal_votes')
export class AppealVoteRow {
  @PrimaryColumn('uuid') appealId: string;
  @PrimaryColumn('uuid') personId: string;
  @Column('text') vote: Vote;
  @Column('text', { nullable: true }) stage: Stage | null;
  @Column('text') reasons: string;
  @Column('text') language: Language;
  @Column('timestamptz') givenAt: Date;
}
