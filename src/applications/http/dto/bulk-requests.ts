import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { BULK_ACTS, BULK_MODES, BULK_MOST } from '../../domain/bulk-acts.js';
import type { BulkAct, BulkMode } from '../../domain/bulk-acts.js';

export class BulkCheckRequest {
  @ApiProperty({
    enum: BULK_ACTS,
    description: '`nominate` is for the first choice of each; `accept` is the host’s answer to a nomination',
  })
  @IsIn(BULK_ACTS)
  act: BulkAct;

  @ApiProperty({ type: [String], format: 'uuid', maxItems: BULK_MOST })
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  @ArrayMaxSize(BULK_MOST)
  @ArrayNotEmpty()
  @IsArray()
  applications: string[];

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'For `home_unit` and `host_unit`; null for the whole institution',
  })
  @ValidateIf(({ unitId }: BulkCheckRequest) => unitId !== null && unitId !== undefined)
  @IsUUID(undefined, { context: { problem: 'not_in_list' } })
  unitId?: string | null;
}

export class BulkRequest extends BulkCheckRequest {
  @ApiProperty({
    enum: BULK_MODES,
    description: '`valid`: those that go through; `all`: all of them, and where one does not, none',
  })
  @IsIn(BULK_MODES)
  mode: BulkMode;

  @ApiPropertyOptional({ maxLength: 4000, description: 'For `nominate`: told to the hosts' })
  @IsOptional()
  @MaxLength(4000)
  @IsString()
  endorsement?: string;
}
