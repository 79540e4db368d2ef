import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsUUID, ValidateIf } from 'class-validator';

export class UnitRequest {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A unit of the institution; null for the whole of it',
  })
  @ValidateIf(({ unitId }: UnitRequest) => unitId !== null)
  @IsUUID(undefined, { context: { problem: 'not_in_list' } })
  unitId: string | null;
}

/** As the select of the page sends it: nothing chosen is the whole institution. */
export class UnitForm {
  @ValidateIf(({ unitId }: UnitForm) => unitId !== null)
  @IsUUID(undefined, { context: { problem: 'not_in_list' } })
  @Transform(({ value }: { readonly value: unknown }) => (value === '' ? null : value))
  unitId: string | null;
}
