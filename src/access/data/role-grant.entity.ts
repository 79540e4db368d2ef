import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/** A role that somebody was given, with its scope and its time. Never changed, only revoked. */
@Entity('role_grants')
export class RoleGrantEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  personId: Id;

  @Column('text')
  role: Exclude<Role, 'applicant'>;

  @Column('uuid', { nullable: true })
  institutionId: Id | null;

  @Column('text', { nullable: true })
  country: CountryCode | null;

  @Column('text')
  reason: string;

  /** Null where the administration's command line gave it. */
  @Column('uuid', { nullable: true })
  grantedBy: Id | null;

  @Column('timestamptz')
  validFrom: Date;

  @Column('timestamptz', { nullable: true })
  validUntil: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;
}
