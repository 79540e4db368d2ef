import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { CallCategory, CallRound, CallRoute, Promises } from '../domain/call.js';
import type { CallState } from '../domain/call.states.js';
import type { FreemoverRule } from '../domain/freemover.js';
import type { SelectionRules } from '../domain/selection.js';

@Entity('calls')
export class CallEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('text')
  slug: string;

  @Column('text')
  category: CallCategory;

  @Column('text')
  route: CallRoute;

  @Column('text')
  state: CallState;

  @Column('jsonb')
  title: LocalizedText;

  @Column('jsonb')
  summary: LocalizedText;

  @Column('jsonb')
  whoMayApply: LocalizedText;

  @Column('jsonb')
  funding: LocalizedText;

  @Column('text', { array: true })
  themes: string[];

  @Column('uuid')
  agreementId: Id;

  @Column('text')
  academicYear: string;

  @Column('text')
  timeZone: string;

  @Column('timestamptz')
  opensAt: Date;

  @Column('timestamptz')
  closesAt: Date;

  @Column('integer')
  graceMinutes: number;

  @Column('date')
  stayFrom: string;

  @Column('date')
  stayUntil: string;

  @Column('integer')
  maxChoices: number;

  @Column('boolean')
  homeEndorsement: boolean;

  /** Whether nobody assesses or decides on an application who belongs to its home or host institution. */
  @Column('boolean')
  independentAssessment: boolean;

  /** Whether and how it admits whom no institution nominates. */
  @Column('jsonb', { nullable: true })
  freemovers: FreemoverRule | null;

  @Column('jsonb')
  promises: Promises;

  /** How a ranked call selects. */
  @Column('jsonb', { nullable: true })
  selection: SelectionRules | null;

  /** What makes it the next round of another call. */
  @Column('jsonb', { nullable: true })
  round: CallRound | null;

  /** Of the form that a new application begins with. */
  @Column('integer')
  formVersion: number;

  /** The text that both countries approved. */
  @Column('text', { nullable: true })
  publishedHash: string | null;

  @Column('timestamptz', { nullable: true })
  publishedAt: Date | null;

  @Column('text', { nullable: true })
  cancelledReason: string | null;

  /** Moves with every change of what the call says. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('text', { select: false })
  searchKey: string;
}
