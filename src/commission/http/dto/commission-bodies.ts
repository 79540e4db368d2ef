import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsInt, IsISO8601, IsObject, IsOptional, IsString, IsUUID } from 'class-validator';
import { BALLOTS, BREAK_REASONS, CHOICES, OUTCOMES } from '../../domain/procedure.js';
import type { Ballot, BreakReason, Choice, ItemOutcome, Rules } from '../../domain/procedure.js';

/** By the tag of the language. */
export type SentWords = Readonly<Record<string, unknown>>;

const WORDS = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description: 'In the language of each country, by its tag',
  example: { 'sr-Cyrl': 'Одобрава се.', ru: 'Одобряется.' },
} as const;

export class MatterBody {
  @ApiProperty({ example: 'RU', description: 'The other country, ISO 3166-1 alpha-2' })
  @IsString()
  other: string;
  @ApiProperty(WORDS)
  @IsObject()
  title: SentWords;
  @ApiProperty(WORDS)
  @IsObject()
  text: SentWords;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description:
      'Where rules of procedure are tabled: quorum, secretFrom, majority, ballot, tie, voters, chair',
  })
  @IsOptional()
  @IsObject()
  rules?: Readonly<Record<keyof Rules, unknown>>;
}

export class TabledDecisionBody {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  decision: string;
}

export class TermsBody {
  @ApiProperty({ format: 'date-time' })
  @IsISO8601({ strict: true }, { context: { problem: 'not_day_and_time' } })
  startsAt: string;
  @ApiProperty({ minimum: 15, maximum: 1440 })
  @IsInt({ context: { problem: 'not_number' } })
  minutes: number;
  @ApiProperty({ example: 'Europe/Belgrade', description: 'By the clocks of which zone its day is told' })
  @IsString()
  timeZone: string;
  @ApiPropertyOptional({ maxLength: 300, description: 'A place, a link, or both' })
  @IsOptional()
  @IsString()
  place?: string;
  @ApiPropertyOptional({ maxLength: 500 })
  @IsOptional()
  @IsString()
  link?: string;
}

export class PlanBody extends TermsBody {
  @ApiProperty({ example: 'RU', description: 'With which other country' })
  @IsString()
  other: string;
}

export class AgendaBody {
  @ApiProperty({ type: [String], format: 'uuid', description: 'In their order; what is not named comes off' })
  @IsArray()
  @IsUUID('all', { each: true })
  items: string[];
}

export class SeatsBody {
  @ApiProperty({
    type: [String],
    format: 'uuid',
    description: 'Who is invited, of those who sit for either country',
  })
  @IsArray()
  @IsUUID('all', { each: true })
  persons: string[];
}

export class NoteBody {
  @ApiPropertyOptional({
    ...WORDS,
    description: 'Of a secretary, for the record: in the language of each country',
  })
  @IsOptional()
  @IsObject()
  words?: SentWords;
  @ApiPropertyOptional({ description: 'Of a member: in the language of the call' })
  @IsOptional()
  @IsString()
  text?: string;
}

export class OpenVoteBody {
  @ApiPropertyOptional({ enum: BALLOTS, description: 'Otherwise as the rules of procedure say' })
  @IsOptional()
  @IsIn(BALLOTS)
  ballot?: Ballot;
}

export class CastBody {
  @ApiProperty({ enum: CHOICES })
  @IsIn(CHOICES)
  choice: Choice;
}

export class BreakOffBody {
  @ApiProperty({ enum: BREAK_REASONS })
  @IsIn(BREAK_REASONS)
  reason: BreakReason;
  @ApiPropertyOptional({
    ...WORDS,
    description: 'Where it is another reason: in the language of each country',
  })
  @IsOptional()
  @IsObject()
  words?: SentWords;
}

export class OutcomeBody {
  @ApiProperty({
    enum: OUTCOMES,
    description: 'Only what the vote came to; without a vote an item is put off',
  })
  @IsIn(OUTCOMES)
  outcome: ItemOutcome;
  @ApiProperty(WORDS)
  @IsObject()
  words: SentWords;
}

export class SectionBody {
  @ApiProperty(WORDS)
  @IsObject()
  words: SentWords;
}

export class AmendmentBody extends SectionBody {
  @ApiProperty({ description: 'Which section of the protocol it changes' })
  @IsInt()
  section: number;
  @ApiProperty(WORDS)
  @IsObject()
  reason: SentWords;
}

export class TextHashBody {
  @ApiProperty({
    description: 'SHA-256 of the text that was read; of another one nothing is agreed or signed',
  })
  @IsString()
  hash: string;
}

export class MadeResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
}
