import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { CONFLICT_KINDS } from '../../../access/public.js';
import type { ConflictKind } from '../../../access/public.js';

export class ConflictRequest {
  @ApiProperty({ enum: CONFLICT_KINDS })
  @IsIn(CONFLICT_KINDS, { context: { problem: 'required_choice' } })
  kind: ConflictKind;
}
