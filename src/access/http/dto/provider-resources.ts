import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { RENAMED_CLAIMS, PROPOSABLE_ROLES } from '../../../shared/identity-provider.js';
import type { ProviderVersion } from '../../data/provider-versions.js';
import { PROVIDER_STATES } from '../../domain/providers.policy.js';
import type { ProviderState } from '../../domain/providers.policy.js';
import { DISCOVERY_FAILURES } from '../../operations/provider-discovery.js';
import type { DiscoveryFailure } from '../../operations/provider-discovery.js';
import type { KnownProvider } from '../../operations/read-providers.js';

const claims = Object.fromEntries(RENAMED_CLAIMS.map((name) => [name, { type: 'string' } as const]));
const text = { type: 'string' } as const;
const list = { type: 'array', items: text } as const;

/** As in the settings' file, without the secret. */
const ENTRY_SCHEMA: ApiPropertyOptions = {
  type: 'object',
  required: ['key', 'country', 'issuer', 'clientId', 'buttonText', 'institutions'],
  additionalProperties: false,
  properties: {
    key: { ...text, pattern: '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$' },
    country: { ...text, description: 'ISO 3166-1 alpha-2' },
    issuer: { ...text, format: 'uri' },
    clientId: text,
    buttonText: {
      type: 'object',
      required: ['sr', 'ru', 'en'],
      properties: { sr: text, ru: text, en: text },
    },
    institutions: { oneOf: [{ ...text, enum: ['all-of-country'] }, list] },
    claims: { type: 'object', properties: claims },
    scope: text,
    secondFactorValues: list,
    acrValues: list,
    roleProposals: {
      type: 'array',
      items: {
        type: 'object',
        required: ['affiliation', 'role'],
        properties: { affiliation: text, role: { ...text, enum: [...PROPOSABLE_ROLES] } },
      },
    },
    requireVerifiedEmail: { type: 'boolean' },
  },
};

export class ProviderVersionResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: PROVIDER_STATES })
  state: ProviderState;

  @ApiProperty(ENTRY_SCHEMA)
  entry: object;

  @ApiProperty({ description: 'Whether a secret of the client is kept. It is never told.' })
  hasSecret: boolean;

  @ApiProperty()
  reason: string;

  @ApiProperty({ format: 'uuid' })
  proposedBy: string;

  @ApiProperty({ format: 'date-time' })
  proposedAt: Date;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  confirmedBy: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  confirmedAt: Date | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  endedBy: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null where the next version took its place' })
  endReason: string | null;
}

export class ProviderResource {
  @ApiProperty()
  key: string;

  @ApiProperty({ enum: ['file', 'register'], description: 'Those of the file are the operator’s to change' })
  source: 'file' | 'register';

  @ApiProperty({
    ...ENTRY_SCHEMA,
    nullable: true,
    description: 'As it signs people in; null where it does not',
  })
  inForce: object | null;

  @ApiProperty({ type: [ProviderVersionResource], description: 'The youngest first' })
  versions: ProviderVersionResource[];

  @ApiProperty({
    enum: ['answers', 'not_asked', ...DISCOVERY_FAILURES],
    description: 'As one process of MOST last found it',
  })
  health: 'answers' | 'not_asked' | DiscoveryFailure;
}

export class ProviderListResource {
  @ApiProperty({ type: [ProviderResource] })
  items: ProviderResource[];
}

export class ProviderVersionIdResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class ProposeProviderRequest {
  @ApiProperty(ENTRY_SCHEMA)
  @IsObject()
  entry: object;

  @ApiPropertyOptional({ maxLength: 500, writeOnly: true })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  clientSecret?: string;

  @ApiPropertyOptional({ default: true, description: 'Take over the secret of the version in force' })
  @IsOptional()
  @IsBoolean()
  keepSecret: boolean = true;

  @ApiProperty({ maxLength: 1000 })
  @IsString()
  reason: string;
}

export class ConfirmProviderRequest {
  @ApiProperty({ format: 'uuid', description: 'The version that was looked at' })
  @IsUUID()
  version: string;
}

export class EndProviderRequest extends ConfirmProviderRequest {
  @ApiProperty({ maxLength: 1000 })
  @IsString()
  reason: string;
}

export function providerResource(provider: KnownProvider): ProviderResource {
  const { key, source, inForce, unusable, versions, health } = provider;
  return {
    key,
    source,
    inForce: unusable === null ? (inForce?.entry ?? null) : null,
    versions: versions.map(versionResource),
    health: health === null ? 'not_asked' : (health.failure ?? 'answers'),
  };
}

function versionResource(version: ProviderVersion): ProviderVersionResource {
  const { id, state, entry, hasSecret, reason, proposed, confirmed, ended, endReason } = version;
  return {
    id,
    state,
    entry,
    hasSecret,
    reason,
    proposedBy: proposed.personId,
    proposedAt: proposed.at,
    confirmedBy: confirmed?.personId ?? null,
    confirmedAt: confirmed?.at ?? null,
    endedBy: ended?.personId ?? null,
    endedAt: ended?.at ?? null,
    endReason,
  };
}
