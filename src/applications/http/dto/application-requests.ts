import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { pageQuery } from '../../../platform/http/page-query.js';
import { CALL_CATEGORIES } from '../../../calls/public.js';
import type { CallCategory } from '../../../calls/public.js';
import { TABLE_FORMATS } from '../../../platform/tables/table-file.js';
import type { TableFormat } from '../../../platform/tables/table-file.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import { MEETS } from '../../data/eligibility-sql.js';
import type { Meets } from '../../data/eligibility-sql.js';
import { OFFICE_WORK } from '../../data/application-lists.js';
import type { OfficeWork } from '../../data/application-lists.js';
import { APPLICATION_STATES } from '../../domain/application.states.js';
import type { ApplicationState } from '../../domain/application.states.js';
import { EXPORT_COLUMNS, OPEN_COLUMNS, PERSONAL_COLUMNS } from '../export-columns.js';
import type { ExportColumn } from '../export-columns.js';
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
    additionalProperties: {
      oneOf: [{ type: 'string' }, { type: 'object' }, { type: 'array', items: { type: 'object' } }],
    },
    example: { faculty: 'Факултет организационих наука', year: '3' },
    description:
      'Answers by the id of the question, as a person would type them; what is left out is emptied, but for questions that the answers do not call for. A table is an array of rows, a person an object, or the JSON text of either. For the page of choices: `choice_1`, `choice_2` … with ids of places.',
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

export class ApplicationQuery extends pageQuery(100) {
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

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Language of refusals' })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: Language;
}

/** The list of applications with all that the page of the offices can be narrowed by. */
export class WorklistQuery extends ApplicationQuery {
  @ApiPropertyOptional({
    enum: OFFICE_WORK,
    description: 'Only what waits for one’s offices in this way; for `scope=office`, like all that follow',
  })
  @IsOptional()
  @IsIn(OFFICE_WORK)
  waits?: OfficeWork;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of this call' })
  @IsOptional()
  @IsUUID()
  call?: string;

  @ApiPropertyOptional({ maxLength: 200, description: 'Home institution: id, name, abbreviation or city' })
  @IsOptional()
  @MaxLength(200)
  @IsString()
  home?: string;

  @ApiPropertyOptional({ maxLength: 200, description: 'Host institution: id, name, abbreviation or city' })
  @IsOptional()
  @MaxLength(200)
  @IsString()
  host?: string;

  @ApiPropertyOptional({ enum: CALL_CATEGORIES })
  @IsOptional()
  @IsIn(CALL_CATEGORIES)
  category?: CallCategory;

  @ApiPropertyOptional({
    example: '061',
    description: 'Field of a chosen place (ISCED-F, two to four digits); a broader one holds the narrower',
  })
  @IsOptional()
  @Matches(/^[0-9]{2,4}$/)
  field?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 8, description: 'Level of a chosen place' })
  @IsOptional()
  @Type(() => Number)
  @Max(8)
  @Min(1)
  @IsInt()
  level?: number;

  @ApiPropertyOptional({ enum: ['yes'], description: 'Only what somebody should have acted on by now' })
  @IsOptional()
  @IsIn(['yes'])
  overdue?: 'yes';

  @ApiPropertyOptional({
    enum: ['yes'],
    description: 'Only where it is open whether another application is the same person’s',
  })
  @IsOptional()
  @IsIn(['yes'])
  duplicates?: 'yes';

  @ApiPropertyOptional({ format: 'date', description: 'First day of submission, in the zone of the call' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { context: { problem: 'not_date' } })
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day of submission, in the zone of the call' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { context: { problem: 'not_date' } })
  until?: string;

  @ApiPropertyOptional({
    enum: MEETS,
    description:
      'Whether what was submitted meets the conditions of the call; counts only together with `call`',
  })
  @IsOptional()
  @IsIn(MEETS)
  meets?: Meets;
}

/** A worklist as a file. */
export class ExportQuery extends OmitType(WorklistQuery, ['scope', 'limit', 'after']) {
  @ApiPropertyOptional({ enum: TABLE_FORMATS, default: 'csv' })
  @IsOptional()
  @IsIn(TABLE_FORMATS)
  format: TableFormat = 'csv';

  @ApiPropertyOptional({
    type: String,
    example: 'number,state,submitted',
    description: `Columns with commas between: ${EXPORT_COLUMNS.join(', ')}. Who somebody is (${PERSONAL_COLUMNS.join(', ')}) only where it is asked for, and for whoever may know it`,
  })
  @IsOptional()
  @Transform(({ value }: { readonly value: unknown }) =>
    typeof value === 'string' ? value.split(',') : value,
  )
  @IsIn(EXPORT_COLUMNS, { each: true })
  @ArrayMaxSize(EXPORT_COLUMNS.length)
  @ArrayUnique()
  @ArrayNotEmpty()
  @IsArray()
  columns: ExportColumn[] = [...OPEN_COLUMNS];
}
