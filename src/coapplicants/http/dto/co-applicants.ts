import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import type { CoApplicantRow } from '../../data/co-applicant.entity.js';
import { EMAIL_MAX, NAME_MAX, PART_MAX, REASON_MAX } from '../../domain/co-applicant.js';
import { CO_APPLICANT_STATES } from '../../domain/co-applicant.states.js';
import type { CoApplicantState } from '../../domain/co-applicant.states.js';
import type { SharedApplication } from '../../operations/read-shared.js';
import { viewOf } from '../../operations/co-applicant-register.js';

export class InvitationRequest {
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

  @ApiProperty({ maxLength: PART_MAX, description: 'Their part in the work' })
  @MaxLength(PART_MAX)
  @IsNotEmpty()
  @IsString()
  part: string;

  @ApiProperty({ enum: LANGUAGES, description: 'Of the mails to them, and of their page at first' })
  @IsIn(LANGUAGES)
  language: Language;
}

export class ReasonRequest {
  @ApiProperty({ required: false, maxLength: REASON_MAX })
  @MaxLength(REASON_MAX)
  @IsString()
  @IsOptional()
  reason?: string;
}

export class ConfirmationRequest {
  @ApiProperty({ description: 'SHA-256 of the text that is confirmed, as it was read' })
  @Matches(/^[0-9a-f]{64}$/)
  @IsString()
  hash: string;
}

export class CoApplicantResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: CO_APPLICANT_STATES })
  state: CoApplicantState;
  @ApiProperty()
  stateSince: Date;
  @ApiProperty({ description: 'As they write it once they have accepted' })
  name: string;
  @ApiProperty({ nullable: true, type: String })
  latinName: string | null;
  @ApiProperty()
  part: string;
  @ApiProperty({ nullable: true, type: String })
  country: string | null;
  @ApiProperty()
  email: string;
  @ApiProperty({ description: 'Until when the link of the invitation can be used' })
  linkUntil: Date;
  @ApiProperty({ nullable: true, type: Date })
  confirmedAt: Date | null;
  @ApiProperty({ nullable: true, type: String })
  reason: string | null;
}

export class CoApplicantListResource {
  @ApiProperty({ type: [CoApplicantResource] })
  items: CoApplicantResource[];
}

export class SharedAnswerResource {
  @ApiProperty()
  section: string;
  @ApiProperty()
  question: string;
  @ApiProperty({ description: 'As it is stored: an ISO date, a code, an id' })
  value: string;
}

export class SharedTextResource {
  @ApiProperty({ description: 'SHA-256 of the text: what is confirmed' })
  hash: string;
  @ApiProperty({ enum: CO_APPLICANT_STATES, description: 'Of the co-applicant who asks' })
  state: CoApplicantState;
  @ApiProperty({ type: [SharedAnswerResource] })
  answers: SharedAnswerResource[];
  @ApiProperty({ type: [String], description: 'Places in the order of the applicant' })
  choices: string[];
}

export class InvitedResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export function sharedTextResource({ text, own }: SharedApplication): SharedTextResource {
  return {
    hash: text.hash,
    state: own.state,
    answers: Object.entries(text.answers).flatMap(([section, answers]) =>
      Object.entries(answers).map(([question, value]) => ({ section, question, value })),
    ),
    choices: [...text.choices],
  };
}

/** To the applicant, who invited them, and to themselves. */
export function coApplicantResource(row: CoApplicantRow): CoApplicantResource {
  const { name, latinName, country } = viewOf(row);
  const { id, state, stateSince, part, email, linkUntil, confirmedAt, reason } = row;
  return { id, state, stateSince, name, latinName, part, country, email, linkUntil, confirmedAt, reason };
}
