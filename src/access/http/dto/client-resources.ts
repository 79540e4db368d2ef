import { ApiProperty } from '@nestjs/swagger';
import type { ApiScope } from '../../domain/api-scopes.js';
import type { RegisteredClient } from '../../data/integration-clients.js';

export const CLIENT_STATUSES = ['in_force', 'expired', 'revoked'] as const;
export type ClientStatus = (typeof CLIENT_STATUSES)[number];

export class ClientResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: CLIENT_STATUSES })
  status: ClientStatus;

  @ApiProperty({ format: 'uuid' })
  institution: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  issuer: string;

  @ApiProperty({ description: 'The issuer’s `client_id` of the system' })
  subject: string;

  @ApiProperty({ type: [String] })
  scopes: readonly string[];

  @ApiProperty()
  reason: string;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: Date, nullable: true })
  validUntil: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  revokedAt: Date | null;

  @ApiProperty({ type: String, nullable: true })
  revokeReason: string | null;
}

export class ClientPageResource {
  @ApiProperty({ type: [ClientResource] })
  items: readonly ClientResource[];

  @ApiProperty({ type: String, nullable: true, description: 'Give it back as `after`; null at the end' })
  next: string | null;
}

export class RegisteredResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class ScopeResource {
  @ApiProperty({ example: 'applications:read' })
  scope: string;

  @ApiProperty({ type: [String], description: 'What it opens where the roles of its bearer allow it too' })
  actions: readonly string[];

  @ApiProperty({ type: [String], description: 'Of these, what the system of an institution may do' })
  clientActions: readonly string[];
}

export class ScopeListResource {
  @ApiProperty({ type: [ScopeResource] })
  items: readonly ScopeResource[];
}

export function clientResource(client: RegisteredClient, now: Date): ClientResource {
  const { id, institutionId, name, issuer, subject, scopes, reason, createdAt } = client;
  const { validUntil, revokedAt, revokeReason } = client;
  const status = statusOf(client, now);
  return {
    id,
    status,
    institution: institutionId,
    name,
    issuer,
    subject,
    scopes,
    reason,
    createdAt,
    validUntil,
    revokedAt,
    revokeReason,
  };
}

export function scopeResource({ scope, actions, clientActions }: ApiScope): ScopeResource {
  return { scope, actions, clientActions };
}

/** How a registration stands at an instant. One whose time ran out is as good as revoked, and nobody needs to do it. */
export function statusOf({ state, validUntil }: RegisteredClient, now: Date): ClientStatus {
  if (state === 'revoked') return 'revoked';
  return validUntil !== null && validUntil <= now ? 'expired' : 'in_force';
}
