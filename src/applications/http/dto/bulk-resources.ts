import { ApiProperty } from '@nestjs/swagger';

const REASON = { type: String, nullable: true, description: 'Why not; null where it does' } as const;

class BulkCheckItem {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() possible: boolean;
  @ApiProperty(REASON) reason: string | null;
}

export class BulkCheckResource {
  @ApiProperty({ type: [BulkCheckItem] }) items: BulkCheckItem[];
}

class BulkDoneItem {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() done: boolean;
  @ApiProperty(REASON) reason: string | null;
}

export class BulkDoneResource {
  @ApiProperty({ type: [BulkDoneItem] }) items: BulkDoneItem[];
}
