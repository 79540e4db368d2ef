import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsString, MaxLength, Min } from 'class-validator';
import { ORDER_LISTS, ORDER_MOVES } from '../../domain/nomination-order.js';
import type { OrderList, OrderMove } from '../../domain/nomination-order.js';
import { ENDORSEMENT_MAX } from '../../operations/rank-candidates.js';

const VERSION = { minimum: 1, description: 'Of the order that was read; 1 while nobody has changed it' };

export class RankRequest {
  @ApiProperty({ enum: ORDER_MOVES })
  @IsIn(ORDER_MOVES)
  move: OrderMove;

  @ApiProperty(VERSION)
  @Min(1)
  @IsInt()
  version: number;
}

export class EndorsementRequest {
  @ApiProperty({ maxLength: ENDORSEMENT_MAX })
  @MaxLength(ENDORSEMENT_MAX)
  @IsString()
  endorsement: string;

  @ApiProperty(VERSION)
  @Min(1)
  @IsInt()
  version: number;
}

export class SubstituteRequest {
  @ApiProperty({ maxLength: ENDORSEMENT_MAX, description: 'The former applicant reads it' })
  @MaxLength(ENDORSEMENT_MAX)
  @IsNotEmpty()
  @IsString()
  reason: string;
}

export class RankResource {
  @ApiProperty({ enum: ORDER_LISTS, nullable: true, type: String })
  list: OrderList | null;

  @ApiProperty({ type: Number, nullable: true, description: 'From 1 on, within its list' })
  position: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the order, for whoever can change it' })
  version: number | null;
}

export class OrderVersionResource {
  @ApiProperty({ description: 'Of the order, after the change' })
  version: number;
}

export class SubstituteResource {
  @ApiProperty({ format: 'uuid', description: 'The application that was nominated in its place' })
  successor: string;
}
