import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ExchangeSide, GrantedRole } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';

/** A role that was offered to an address. Whoever holds the link that was sent there takes it up. */
@Entity('role_invitations')
export class RoleInvitationEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('text')
  email: string;

  @Column('text')
  language: Language;

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

  /** The inviter's own grant, where they invite to act for them. */
  @Column('uuid', { nullable: true })
  deputyOf: Id | null;

  @Column('text')
  reason: string;

  @Column('timestamptz')
  validFrom: Date;

  @Column('timestamptz', { nullable: true })
  validUntil: Date | null;

  @Column('uuid')
  invitedBy: Id;

  @Column('timestamptz')
  createdAt: Date;

  /** Until when the link that was sent last opens. */
  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  acceptedAt: Date | null;

  @Column('uuid', { nullable: true })
  acceptedBy: Id | null;

  @Column('uuid', { nullable: true })
  grantId: Id | null;

  @Column('timestamptz', { nullable: true })
  withdrawnAt: Date | null;

  @Column('uuid', { nullable: true })
  withdrawnBy: Id | null;
}
