import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ERASURE_REASONS, ERASURE_WORDS } from '../../domain/erasure.js';
import type { ErasureReason } from '../../domain/erasure.js';
import { ERASURE_STATES } from '../../domain/erasure.states.js';
import type { ErasureState } from '../../domain/erasure.states.js';
import type { ErasureRequest } from '../../operations/erasure-requests.js';

export class ErasureResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  personId: string;

  @ApiProperty({ description: 'Which country answers, ISO 3166-1 alpha-2' })
  ownerCountry: string;

  @ApiProperty({ enum: ERASURE_STATES })
  state: ErasureState;

  @ApiProperty()
  askedAt: Date;

  @ApiProperty({ nullable: true, type: Date, description: 'Until when it is answered' })
  dueAt: Date | null;

  @ApiProperty({ nullable: true, type: Date, description: 'Before this nothing is carried out' })
  withdrawUntil: Date | null;

  @ApiProperty({ nullable: true, type: String })
  extensionReason: string | null;

  @ApiProperty({ nullable: true, type: String, enum: ['granted', 'refused'] })
  proposal: 'granted' | 'refused' | null;

  @ApiProperty({ nullable: true, type: String, enum: ERASURE_REASONS })
  reasonCode: ErasureReason | null;

  @ApiProperty({ nullable: true, type: String })
  reason: string | null;

  @ApiProperty({ nullable: true, type: Date })
  endedAt: Date | null;
}

export function erasureResource(request: ErasureRequest): ErasureResource {
  // What the first would say is between the two until the second says the same.
  const answered = request.state !== 'proposed';
  return {
    id: request.id,
    personId: request.personId,
    ownerCountry: request.ownerCountry,
    state: request.state,
    askedAt: request.askedAt,
    dueAt: request.dueAt,
    withdrawUntil: request.withdrawUntil,
    extensionReason: request.extensionReason,
    proposal: answered ? request.proposal : null,
    reasonCode: answered ? request.reasonCode : null,
    reason: answered ? request.reason : null,
    endedAt: request.endedAt,
  };
}

export class AskErasureBody {
  @ApiProperty({ description: 'That one read what is erased, what is kept and what follows' })
  @IsBoolean()
  confirm: boolean;
}

export class AskedErasureAnswer {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class ProposeErasureBody {
  @ApiProperty({ enum: ['granted', 'refused'] })
  @IsIn(['granted', 'refused'])
  verdict: 'granted' | 'refused';

  @ApiPropertyOptional({ enum: ERASURE_REASONS, description: 'Of a refusal' })
  @IsOptional()
  @IsIn(ERASURE_REASONS)
  reasonCode?: ErasureReason;

  @ApiPropertyOptional({ description: 'Of a refusal; the person reads it' })
  @IsOptional()
  @IsString()
  @MaxLength(ERASURE_WORDS)
  reason?: string;
}

export class DecideErasureBody {
  @ApiProperty({ enum: ['confirm', 'send_back'] })
  @IsIn(['confirm', 'send_back'])
  verdict: 'confirm' | 'send_back';

  @ApiPropertyOptional({ description: 'Why it is sent back' })
  @IsOptional()
  @IsString()
  @MaxLength(ERASURE_WORDS)
  reason?: string;
}

export class DecideErasureAnswer {
  @ApiProperty({ enum: ERASURE_STATES })
  state: ErasureState;
}

export class ExtendErasureBody {
  @ApiProperty()
  @IsString()
  @MaxLength(ERASURE_WORDS)
  reason: string;
}
