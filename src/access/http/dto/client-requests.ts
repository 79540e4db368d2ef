import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsDate,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const REASON = 1000;

/** Lets another system of an institution in. */
export class RegisterClientRequest {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institution: string;

  @ApiProperty({ maxLength: 120, example: 'Student information system' })
  @MaxLength(120)
  @IsString()
  @IsNotEmpty()
  name: string;

  @ApiProperty({
    description: 'One of the issuers whose tokens the API takes',
    example: 'https://login.example.org',
  })
  @IsString()
  @IsNotEmpty()
  issuer: string;

  @ApiProperty({ maxLength: 200, description: 'The issuer’s `client_id` of the system' })
  @MaxLength(200)
  @IsString()
  @IsNotEmpty()
  subject: string;

  @ApiProperty({ type: [String], example: ['applications:read'] })
  @IsString({ each: true })
  @ArrayNotEmpty()
  @IsArray()
  scopes: string[];

  @ApiProperty({ type: Date, description: 'Two years ahead at most' })
  @IsDate()
  @Type(() => Date)
  validUntil: Date;

  @ApiProperty({ maxLength: REASON })
  @MaxLength(REASON)
  @IsString()
  @IsNotEmpty()
  reason: string;
}

export class RevokeClientRequest {
  @ApiProperty({ maxLength: REASON })
  @MaxLength(REASON)
  @IsString()
  @IsNotEmpty()
  reason: string;
}

export class ClientQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50 })
  @Max(100)
  @Min(1)
  @IsInt()
  @Type(() => Number)
  @IsOptional()
  limit = 50;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsString()
  @IsOptional()
  after?: string;
}

const texts = ({ value }: { readonly value: unknown }) => (value === undefined ? [] : [value].flat());

/** The form on the page; what its words mean is looked at by whoever reads them. */
export class ClientForm {
  @IsString()
  @IsNotEmpty({ context: { problem: 'required_choice' } })
  institutionId: string;

  @MaxLength(120, { context: { problem: 'too_long', max: 120 } })
  @IsNotEmpty()
  name: string;

  @IsNotEmpty({ context: { problem: 'required_choice' } })
  issuer: string;

  @MaxLength(200, { context: { problem: 'too_long', max: 200 } })
  @IsNotEmpty()
  subject: string;

  @ArrayNotEmpty({ context: { problem: 'required_choice' } })
  @IsString({ each: true })
  @Transform(texts)
  scopes: string[] = [];

  @MaxLength(REASON, { context: { problem: 'too_long', max: REASON } })
  @IsNotEmpty()
  reason: string;
}
