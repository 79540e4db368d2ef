import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NominationState } from '../domain/nomination.states.js';

@Entity('nominations')
export class NominationRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') applicationId: string;
  @Column('uuid') placeId: string;
  @Column('uuid') personId: string;
  /** Null: of a freemover, whom the ministry of their country sends. */
  @Column('uuid', { nullable: true }) homeInstitutionId: string | null;
  @Column('uuid') hostInstitutionId: string;
  @Column('text') state: NominationState;
  @Column('timestamptz') stateSince: Date;
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  @Column('uuid') proposedBy: string;
  /** For whom, where a deputy nominated. */
  @Column('uuid', { nullable: true }) proposedFor: string | null;
  @Column('text', { nullable: true }) endorsement: string | null;
  @Column('uuid', { nullable: true }) answeredBy: string | null;
  @Column('uuid', { nullable: true }) answeredFor: string | null;
  @Column('text', { nullable: true }) reasonCode: string | null;
  @Column('text', { nullable: true }) reasonText: string | null;
  @Column('uuid', { nullable: true }) replacesId: string | null;
  /** Where the next of the reserve took the place of somebody else: their nomination. */
  @Column('uuid', { nullable: true }) substitutesId: string | null;
  /** The host has seen it and works on it. */
  @Column('timestamptz', { nullable: true }) acknowledgedAt: Date | null;
  @Column('uuid', { nullable: true }) acknowledgedBy: string | null;
  /** When the host was reminded of its limit. */
  @Column('timestamptz', { nullable: true }) remindedAt: Date | null;
  @Column('timestamptz') createdAt: Date;
}
