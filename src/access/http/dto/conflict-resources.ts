import { ApiProperty } from '@nestjs/swagger';
import type { ConflictDeclarationEntity } from '../../data/conflict-declaration.entity.js';
import { CONFLICT_KINDS } from '../../domain/conflicts.js';

const ID = { format: 'uuid' } as const;

class ConflictResource {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: CONFLICT_KINDS })
  kind: string;

  @ApiProperty({
    ...ID,
    description: 'The application on which it was declared; it holds for every one of the same applicant',
  })
  application: string;

  @ApiProperty({ format: 'date-time' })
  declaredAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  liftedAt: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  liftedBy: string | null;

  @ApiProperty({ type: String, nullable: true })
  liftReason: string | null;
}

export class ConflictListResource {
  @ApiProperty({ type: [ConflictResource] })
  items: ConflictResource[];
}

export function conflictResource(conflict: ConflictDeclarationEntity): ConflictResource {
  const { id, kind, applicationId, declaredAt, liftedAt, liftedBy, liftReason } = conflict;
  return {
    id,
    kind,
    application: applicationId,
    declaredAt: declaredAt.toISOString(),
    liftedAt: liftedAt?.toISOString() ?? null,
    liftedBy,
    liftReason,
  };
}
