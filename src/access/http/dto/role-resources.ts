import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { GRANTED_ROLES } from '../../../shared/actor.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { GrantView, InvitationView, ProposalView } from '../../data/role-directory.js';
import type { GrantScope } from '../../domain/delegation.js';
import { GRANT_STATES, INVITATION_STATES } from '../../domain/roles.policy.js';
import type { GrantOutcome } from '../../operations/grant-role.js';

const ID = { format: 'uuid' } as const;
const MAYBE_ID = { type: String, format: 'uuid', nullable: true } as const;
const MAYBE_TIME = { type: String, format: 'date-time', nullable: true } as const;

/** Somebody who had a hand in it. */
class HandResource {
  @ApiProperty(ID)
  id: string;

  @ApiProperty()
  name: string;
}

class ScopeResource {
  @ApiProperty(MAYBE_ID)
  institution: string | null;

  @ApiProperty(MAYBE_ID)
  unit: string | null;

  @ApiProperty({ type: String, enum: ['home', 'host'], nullable: true })
  side: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'RS' })
  country: string | null;

  @ApiProperty(MAYBE_ID)
  call: string | null;

  @ApiProperty(MAYBE_ID)
  panel: string | null;
}

export class RoleGrantResource {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ type: HandResource })
  person: HandResource;

  @ApiProperty({ enum: GRANTED_ROLES })
  role: string;

  @ApiProperty({ type: ScopeResource })
  scope: ScopeResource;

  @ApiProperty({ enum: GRANT_STATES })
  state: string;

  @ApiProperty()
  reason: string;

  @ApiProperty({ format: 'date-time' })
  validFrom: string;

  @ApiProperty(MAYBE_TIME)
  validUntil: string | null;

  @ApiProperty({ format: 'date-time' })
  grantedAt: string;

  @ApiProperty({ type: HandResource, nullable: true, description: 'Null: the operator’s command line' })
  grantedBy: HandResource | null;

  @ApiProperty({ description: 'Whether it holds only when a second administrator has confirmed it' })
  needsConfirmation: boolean;

  @ApiProperty({ type: HandResource, nullable: true })
  confirmedBy: HandResource | null;

  @ApiProperty(MAYBE_TIME)
  confirmedAt: string | null;

  @ApiProperty({ type: HandResource, nullable: true })
  revokedBy: HandResource | null;

  @ApiProperty(MAYBE_TIME)
  revokedAt: string | null;

  @ApiProperty({ type: String, nullable: true })
  revokeReason: string | null;

  @ApiProperty({ type: HandResource, nullable: true, description: 'Of a deputy: for whom' })
  actingFor: HandResource | null;

  @ApiProperty({ type: [String], description: 'What one may do with it: `confirm`, `revoke`, `deputise`' })
  may: string[];
}

export class RoleGrantPageResource {
  @ApiProperty({ type: [RoleGrantResource] })
  items: RoleGrantResource[];

  @ApiProperty({ type: String, nullable: true })
  next: string | null;
}

export class GrantOutcomeResource {
  @ApiProperty({
    enum: ['granted', 'invited'],
    description: '`invited`: the address was sent an invitation, whether anybody has it or not',
  })
  outcome: string;

  @ApiProperty({ format: 'uuid', description: 'Of the grant, or of the invitation' })
  id: string;

  @ApiPropertyOptional({ enum: GRANT_STATES })
  state?: string;
}

export class GrantedResource {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: GRANT_STATES })
  state: string;
}

export class InvitationResource {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ format: 'email' })
  email: string;

  @ApiProperty({ enum: LANGUAGES })
  language: string;

  @ApiProperty({ enum: GRANTED_ROLES })
  role: string;

  @ApiProperty({ type: ScopeResource })
  scope: ScopeResource;

  @ApiProperty({ enum: INVITATION_STATES })
  state: string;

  @ApiProperty()
  reason: string;

  @ApiProperty({ format: 'date-time' })
  validFrom: string;

  @ApiProperty(MAYBE_TIME)
  validUntil: string | null;

  @ApiProperty({ type: HandResource })
  invitedBy: HandResource;

  @ApiProperty({ format: 'date-time' })
  invitedAt: string;

  @ApiProperty({ format: 'date-time', description: 'Until when the link opens' })
  expiresAt: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of an invitation to be a deputy: for whom' })
  actingFor: string | null;

  @ApiProperty(MAYBE_ID)
  grant: string | null;
}

export class InvitationPageResource {
  @ApiProperty({ type: [InvitationResource] })
  items: InvitationResource[];

  @ApiProperty({ type: String, nullable: true })
  next: string | null;
}

export class CreatedInvitation {
  @ApiProperty(ID)
  id: string;
}

export class ProposalResource {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ type: HandResource })
  person: HandResource;

  @ApiProperty({ enum: GRANTED_ROLES })
  role: string;

  @ApiProperty(ID)
  institution: string;

  @ApiProperty({ description: 'Key of the identity provider' })
  provider: string;

  @ApiProperty({ example: 'employee@example.org' })
  claim: string;

  @ApiProperty({ format: 'date-time' })
  proposedAt: string;
}

export class ProposalListResource {
  @ApiProperty({ type: [ProposalResource] })
  items: ProposalResource[];
}

export function roleGrantResource(view: GrantView): RoleGrantResource {
  return {
    id: view.id,
    person: { id: view.personId, name: view.personName },
    role: view.role,
    scope: scopeResource(view),
    state: view.state,
    reason: view.reason,
    validFrom: view.validFrom.toISOString(),
    validUntil: time(view.validUntil),
    grantedAt: view.createdAt.toISOString(),
    grantedBy: hand(view.grantedBy, view.grantedByName),
    needsConfirmation: view.needsConfirmation,
    confirmedBy: hand(view.confirmedBy, view.confirmedByName),
    confirmedAt: time(view.confirmedAt),
    revokedBy: hand(view.revokedBy, view.revokedByName),
    revokedAt: time(view.revokedAt),
    revokeReason: view.revokeReason,
    actingFor: hand(view.actingFor, view.actingForName),
    may: Object.entries(view.may).flatMap(([act, { allowed }]) => (allowed ? [act] : [])),
  };
}

/** Changes with everything that can become of a grant. */
export function versionOfGrant({ state, confirmedAt, revokedAt }: GrantView): string {
  return [state, time(confirmedAt), time(revokedAt)].join(' ');
}

export function invitationResource(view: Omit<InvitationView, 'may'>): InvitationResource {
  return {
    id: view.id,
    email: view.email,
    language: view.language,
    role: view.role,
    scope: scopeResource(view),
    state: view.state,
    reason: view.reason,
    validFrom: view.validFrom.toISOString(),
    validUntil: time(view.validUntil),
    invitedBy: { id: view.invitedBy, name: view.invitedByName },
    invitedAt: view.createdAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
    actingFor: view.actingForName,
    grant: view.grantId,
  };
}

export function proposalResource(view: ProposalView): ProposalResource {
  return {
    id: view.id,
    person: { id: view.personId, name: view.personName },
    role: view.role,
    institution: view.institutionId,
    provider: view.providerKey,
    claim: view.claim,
    proposedAt: view.proposedAt.toISOString(),
  };
}

export function outcomeResource({ kind, ...outcome }: GrantOutcome): GrantOutcomeResource {
  return { outcome: kind, ...outcome };
}

function scopeResource(scope: GrantScope): ScopeResource {
  const { institutionId, unitId, side, country, callId, panelId } = scope;
  return { institution: institutionId, unit: unitId, side, country, call: callId, panel: panelId };
}

function hand(id: string | null, name: string | null): HandResource | null {
  return id === null ? null : { id, name: name ?? '' };
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
