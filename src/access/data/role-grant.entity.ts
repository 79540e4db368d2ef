import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ExchangeSide, GrantedRole } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/** A role that somebody was given, with its scope and its time. Confirmed or revoked, and never rewritten. */
@Entity('role_grants')
export class RoleGrantEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  personId: Id;

  @Column('text')
  role: GrantedRole;

  @Column('uuid', { nullable: true })
  institutionId: Id | null;

  @Column('uuid', { nullable: true })
  unitId: Id | null;

  @Column('text', { nullable: true })
  side: ExchangeSide | null;

  @Column('text', { nullable: true })
  country: CountryCode | null;

  @Column('uuid', { nullable: true })
  callId: Id | null;

  @Column('uuid', { nullable: true })
  panelId: Id | null;

  @Column('text')
  reason: string;

  /** Null where the operator's command line gave it. */
  @Column('uuid', { nullable: true })
  grantedBy: Id | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  validFrom: Date;

  @Column('timestamptz', { nullable: true })
  validUntil: Date | null;

  /** Of a deputy: the grant that was lent, and whose it is. */
  @Column('uuid', { nullable: true })
  deputyOf: Id | null;

  @Column('uuid', { nullable: true })
  actingFor: Id | null;

  /** Whether it holds only when a second programme administrator has said yes. */
  @Column('boolean')
  needsConfirmation: boolean;

  @Column('uuid', { nullable: true })
  confirmedBy: Id | null;

  @Column('timestamptz', { nullable: true })
  confirmedAt: Date | null;

  @Column('uuid', { nullable: true })
  revokedBy: Id | null;

  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;

  @Column('text', { nullable: true })
  revokeReason: string | null;
}
