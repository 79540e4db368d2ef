import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsNotEmpty, IsString, IsUUID, MaxLength, ValidateIf } from 'class-validator';
import type { DuplicateVerdict, VerdictRow } from '../../data/duplicates.repository.js';
import { LIKENESS_KINDS } from '../../domain/likeness.js';
import { DUPLICATE_REASON_MAX } from '../../operations/settle-duplicate.js';
import type { DuplicatesOfFile } from '../../operations/settle-duplicate.js';

export const VERDICTS: readonly DuplicateVerdict[] = ['same_person', 'not_the_same'];

/** As the form sends it. */
export class DuplicateForm {
  @IsIn(VERDICTS, { context: { problem: 'required_choice' } })
  verdict: DuplicateVerdict;

  @MaxLength(DUPLICATE_REASON_MAX)
  @IsNotEmpty({ context: { problem: 'required' } })
  @IsString()
  @Transform(({ value }: { readonly value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  reason: string;

  /** The word that stood on the page; nothing where there was none. */
  @ValidateIf(({ known }: DuplicateForm) => known !== null)
  @IsUUID()
  @Transform(({ value }: { readonly value: unknown }) => (value === '' || value === undefined ? null : value))
  known: string | null;
}

export class DuplicateRequest {
  @ApiProperty({ enum: VERDICTS })
  @IsIn(VERDICTS)
  verdict: DuplicateVerdict;

  @ApiProperty({ maxLength: DUPLICATE_REASON_MAX })
  @MaxLength(DUPLICATE_REASON_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The word that stood when this was decided; null where there was none',
  })
  @ValidateIf(({ known }: DuplicateRequest) => known !== null)
  @IsUUID()
  known: string | null;
}

export class DuplicateVerdictResource {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: VERDICTS }) verdict: DuplicateVerdict;
  @ApiProperty() reason: string;
  @ApiProperty({ format: 'uuid' }) by: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Where a deputy settled it' })
  actingFor: string | null;
  @ApiProperty({ format: 'date-time' }) at: string;
}

class AlikeResource {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() number: string;
  @ApiProperty({ enum: LIKENESS_KINDS, isArray: true, description: 'What makes the two alike' })
  kinds: readonly string[];
}

class PossibleDuplicateResource {
  @ApiProperty({ type: [AlikeResource] }) applications: AlikeResource[];
  @ApiProperty({ type: DuplicateVerdictResource, nullable: true }) verdict: DuplicateVerdictResource | null;
  @ApiProperty({ description: 'Whether there is something to settle' }) open: boolean;
}

export class DuplicatesResource {
  @ApiProperty({ type: [PossibleDuplicateResource] }) items: PossibleDuplicateResource[];
  @ApiProperty({
    type: [String],
    description: 'Other applications of the applicant for a stay at the same time',
  })
  atTheSameTime: string[];
}

export function verdictResource(row: VerdictRow): DuplicateVerdictResource {
  const { id, verdict, reason, settledBy, settledFor, settledAt } = row;
  return { id, verdict, reason, by: settledBy, actingFor: settledFor, at: settledAt.toISOString() };
}

export function duplicatesResource({ others, atTheSameTime }: DuplicatesOfFile): DuplicatesResource {
  return {
    items: others.map(({ applications, verdict, open }) => ({
      applications: applications.map(({ application, kinds }) => ({
        id: application.id,
        number: application.number ?? '',
        kinds,
      })),
      verdict: verdict && verdictResource(verdict),
      open,
    })),
    atTheSameTime: atTheSameTime.map(({ id }) => id),
  };
}
