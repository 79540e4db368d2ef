import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsNotEmpty, IsString, IsUUID, MaxLength, ValidateNested } from 'class-validator';
import type { UnitView } from '../../data/units.js';

const NAME_MAX = 200;

class UnitName {
  @ApiProperty({ maxLength: NAME_MAX, example: 'Факултет организационих наука' })
  @MaxLength(NAME_MAX)
  @IsNotEmpty()
  @IsString()
  sr: string;

  @ApiProperty({ maxLength: NAME_MAX, example: 'Факультет организационных наук' })
  @MaxLength(NAME_MAX)
  @IsNotEmpty()
  @IsString()
  ru: string;

  @ApiProperty({ maxLength: NAME_MAX, example: 'Faculty of Organizational Sciences' })
  @MaxLength(NAME_MAX)
  @IsNotEmpty()
  @IsString()
  en: string;
}

export class UnitChange {
  @ApiProperty({ type: UnitName })
  @ValidateNested()
  @IsDefined()
  @Type(() => UnitName)
  name: UnitName;
}

export class NewUnit extends UnitChange {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institutionId: string;
}

export class UnitQuery {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institution: string;
}

export class UnitResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  institutionId: string;

  @ApiProperty({ type: UnitName })
  name: UnitName;

  @ApiProperty({ enum: ['open', 'closed'] })
  state: string;
}

export class UnitsResource {
  @ApiProperty({ type: [UnitResource] })
  items: UnitResource[];
}

export class CreatedUnit {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export function unitResource({ id, institutionId, name, state }: UnitView): UnitResource {
  return { id, institutionId, name: { ...name }, state };
}
