import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import { APPLICATION_STATES } from '../../domain/application.states.js';
import type { ApplicationState } from '../../domain/application.states.js';
import { HOST_ANSWERS, HOST_REASONS } from '../../operations/answer-nomination.js';
import type { HostAnswer, HostReason } from '../../operations/answer-nomination.js';

const TEXT_MAX = 4000;

export class StartRequest {
  @ApiProperty({ example: 'student-exchange-2027', description: 'Name of the call in addresses' })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  call: string;
}

export class SectionRequest {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { faculty: 'Факултет организационих наука', year: '3' },
    description:
      'Answers by the id of the question, as a person would type them; what is left out is emptied. For the page of choices: `choice_1`, `choice_2` … with ids of places.',
  })
  @IsObject()
  answers: Readonly<Record<string, unknown>>;
}

export class ConsentsRequest {
  @ApiProperty({
    type: [String],
    example: ['processing', 'cross_border_transfer'],
    description: 'Every purpose that is agreed to; one that is left out of a draft is withdrawn',
  })
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @IsArray()
  purposes: string[];
}

export class OfferRequest {
  @ApiProperty({ enum: ['accept', 'decline'] })
  @IsIn(['accept', 'decline'])
  answer: 'accept' | 'decline';
}

export class ReturnRequest {
  @ApiProperty({
    type: [String],
    example: ['study.faculty', 'documents.transcript', 'choices'],
    description: 'What unlocks: `<section>.<field>`, or a whole section of choices',
  })
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @ArrayNotEmpty()
  @IsArray()
  fields: string[];

  @ApiProperty({ maxLength: TEXT_MAX, description: 'Told to the applicant' })
  @MaxLength(TEXT_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;
}

export class IneligibleRequest {
  @ApiProperty({ maxLength: TEXT_MAX, description: 'Told to the applicant' })
  @MaxLength(TEXT_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;
}

export class NominateRequest {
  @ApiProperty({ format: 'uuid', description: 'One of the places that the applicant chose' })
  @IsUUID()
  placeId: string;

  @ApiPropertyOptional({ maxLength: TEXT_MAX, description: 'Told to the host' })
  @IsOptional()
  @MaxLength(TEXT_MAX)
  @IsString()
  endorsement?: string;
}

export class NominationAnswerRequest {
  @ApiProperty({ enum: HOST_ANSWERS })
  @IsIn(HOST_ANSWERS)
  answer: HostAnswer;

  @ApiPropertyOptional({ enum: HOST_REASONS, description: 'Needed to return or reject' })
  @IsOptional()
  @IsIn(HOST_REASONS)
  reasonCode?: HostReason;

  @ApiPropertyOptional({ maxLength: TEXT_MAX, description: 'Needed to return or reject' })
  @IsOptional()
  @MaxLength(TEXT_MAX)
  @IsString()
  reasonText?: string;
}

export class ApplicationQuery {
  @ApiPropertyOptional({
    enum: ['mine', 'office'],
    default: 'mine',
    description:
      'One’s own applications, the youngest first; or those of one’s offices, the longest waiting first',
  })
  @IsOptional()
  @IsIn(['mine', 'office'])
  scope: 'mine' | 'office' = 'mine';

  @ApiPropertyOptional({ enum: APPLICATION_STATES })
  @IsOptional()
  @IsIn(APPLICATION_STATES)
  state?: ApplicationState;

  @ApiPropertyOptional({ description: 'Number or name, in any script; for `scope=office`', maxLength: 200 })
  @IsOptional()
  @MaxLength(200)
  @IsString()
  q?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @Max(100)
  @Min(1)
  @IsInt()
  limit: number = 50;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @MaxLength(500)
  @IsString()
  after?: string;

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Language of refusals' })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: Language;
}
