import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import { EMAIL_MAX, NAME_MAX, RELATIONS } from '../../domain/reference.js';
import type { Relation } from '../../domain/reference.js';

export class RefereeRequest {
  @ApiProperty({ maxLength: NAME_MAX, example: 'Проф. др Милена Јовановић' })
  @MaxLength(NAME_MAX)
  @IsNotEmpty()
  @IsString()
  name: string;

  @ApiProperty({ maxLength: EMAIL_MAX, example: 'milena.jovanovic@example.org' })
  @MaxLength(EMAIL_MAX)
  @IsNotEmpty()
  @IsString()
  email: string;

  @ApiProperty({ enum: RELATIONS, description: 'How the referee knows the applicant' })
  @IsIn(RELATIONS)
  relation: Relation;

  @ApiProperty({ enum: LANGUAGES, description: 'Of the mails to the referee, and of their page at first' })
  @IsIn(LANGUAGES)
  language: Language;
}
