import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ExchangeSide } from '../../shared/actor.js';
import type { LocalizedText } from '../../shared/language.js';
import type { EvidenceAsked, GateKind, GateRule } from '../domain/gate-rule.js';

/** A rule as it was said. It is never changed: another one takes its place. */
@Entity('gate_rules')
export class GateRuleRow implements GateRule {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: GateKind;
  @Column('text') country: string;
  @Column('uuid', { nullable: true }) callId: string | null;
  @Column('text', { array: true }) fields: string[];
  @Column('text', { array: true }) categories: string[];
  @Column('text', { array: true }) sides: ExchangeSide[];
  @Column('integer') forwardDays: number;
  @Column('integer') decideDays: number;
  @Column('jsonb') office: LocalizedText;
  @Column('jsonb') evidence: EvidenceAsked[];
  @Column('integer', { nullable: true }) validityDays: number | null;
  @Column('text') source: string;
  @Column('boolean') toVerify: boolean;
  @Column('date') validFrom: string;
  @Column('date', { nullable: true }) validUntil: string | null;
  @Column('uuid', { nullable: true }) replacesId: string | null;
  @Column('uuid', { nullable: true }) createdBy: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('uuid', { nullable: true }) endedBy: string | null;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}
