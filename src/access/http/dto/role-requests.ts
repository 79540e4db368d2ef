import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsDate,
  IsEmail,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
} from 'class-validator';
import { pageQuery } from '../../../platform/http/page-query.js';
import { GRANTED_ROLES } from '../../../shared/actor.js';
import type { ExchangeSide, GrantedRole } from '../../../shared/actor.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import { GRANT_STATES, INVITATION_STATES } from '../../domain/roles.policy.js';
import type { GrantState, InvitationState } from '../../domain/roles.policy.js';
import { REASON_MAX } from '../../operations/granting.js';

const SIDES = ['home', 'host'] as const;

export class RoleReason {
  @ApiProperty({ maxLength: REASON_MAX, description: 'Told to the person, and kept' })
  @MaxLength(REASON_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;
}

class RoleTerms extends RoleReason {
  @ApiPropertyOptional({ format: 'date-time', description: 'At once, where it is left out' })
  @IsOptional()
  @IsDate()
  @Type(() => Date)
  validFrom?: Date;

  @ApiPropertyOptional({ format: 'date-time', description: 'Until it is revoked, where it is left out' })
  @IsOptional()
  @IsDate()
  @Type(() => Date)
  validUntil?: Date;
}

class ScopedRole extends RoleTerms {
  @ApiProperty({ enum: GRANTED_ROLES })
  @IsIn(GRANTED_ROLES)
  role: GrantedRole;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a role of an institution' })
  @IsOptional()
  @IsUUID()
  institution?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a coordinator: one unit alone' })
  @IsOptional()
  @IsUUID()
  unit?: string;

  @ApiPropertyOptional({ enum: SIDES, description: 'Of a coordinator: one side alone' })
  @IsOptional()
  @IsIn(SIDES)
  side?: ExchangeSide;

  @ApiPropertyOptional({ example: 'RS', description: 'Of a role of a country' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/)
  country?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a reviewer' })
  @IsOptional()
  @IsUUID()
  call?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a reviewer: one panel of the call alone' })
  @IsOptional()
  @IsUUID()
  panel?: string;
}

const PERSON = 'Somebody whom one sees; or `email` in its place';
const EMAIL = 'An address that is nobody’s whom one sees is invited';

export class GrantRequest extends ScopedRole {
  @ApiPropertyOptional({ format: 'uuid', description: PERSON })
  @IsOptional()
  @IsUUID()
  person?: string;

  @ApiPropertyOptional({ format: 'email', description: EMAIL })
  @IsOptional()
  @MaxLength(254)
  @IsEmail()
  email?: string;

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Of the invitation' })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: Language;
}

export class InvitationRequest extends ScopedRole {
  @ApiProperty({ format: 'email' })
  @MaxLength(254)
  @IsEmail()
  email: string;

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Of the mail' })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: Language;
}

export class DeputyRequest extends RoleReason {
  @ApiPropertyOptional({ format: 'uuid', description: PERSON })
  @IsOptional()
  @IsUUID()
  person?: string;

  @ApiPropertyOptional({ format: 'email', description: EMAIL })
  @IsOptional()
  @MaxLength(254)
  @IsEmail()
  email?: string;

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Of the invitation' })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: Language;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsDate()
  @Type(() => Date)
  validFrom?: Date;

  @ApiProperty({ format: 'date-time' })
  @IsDate()
  @Type(() => Date)
  validUntil: Date;
}

export class SettlementRequest extends RoleReason {
  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsDate()
  @Type(() => Date)
  validUntil?: Date;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  unit?: string;

  @ApiPropertyOptional({ enum: SIDES })
  @IsOptional()
  @IsIn(SIDES)
  side?: ExchangeSide;
}

export class InvitationToken {
  @ApiProperty({ description: 'The last part of the address that was sent' })
  @Length(1, 200)
  @IsString()
  token: string;
}

class PageQuery extends pageQuery(100) {
  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Language of refusals' })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: Language;
}

const asList = ({ value }: { readonly value: unknown }): unknown =>
  value === undefined ? undefined : [value].flat();

export class RoleQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  person?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institution?: string;

  @ApiPropertyOptional({ example: 'RS' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/)
  country?: string;

  @ApiPropertyOptional({ enum: GRANTED_ROLES })
  @IsOptional()
  @IsIn(GRANTED_ROLES)
  role?: GrantedRole;

  @ApiPropertyOptional({
    enum: GRANT_STATES,
    isArray: true,
    description: 'Every state, where it is left out',
  })
  @IsOptional()
  @Transform(asList)
  @IsIn(GRANT_STATES, { each: true })
  state?: GrantState[];
}

export class InvitationQuery extends PageQuery {
  @ApiPropertyOptional({ enum: INVITATION_STATES, isArray: true })
  @IsOptional()
  @Transform(asList)
  @IsIn(INVITATION_STATES, { each: true })
  state?: InvitationState[];
}
