import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import type { DocumentItem } from '../../operations/document-findings.js';
import { DOCUMENT_STATES } from '../../domain/document-item.states.js';
import type { DocumentState } from '../../domain/document-item.states.js';
import { DocumentResource, documentResource } from './application-resources.js';

const SEEN = {
  format: 'uuid',
  description: 'The version that is judged: where another one came since, nothing happens',
} as const;

export class AcceptDocumentRequest {
  @ApiPropertyOptional(SEEN)
  @IsOptional()
  @IsUUID()
  seen?: string;
}

export class CorrectDocumentRequest extends AcceptDocumentRequest {
  @ApiProperty({ maxLength: 4000, description: 'The applicant reads it' })
  @MaxLength(4000)
  @IsString()
  reason: string;

  @ApiProperty({ format: 'date', description: 'Until the end of this day, by the clock of the call' })
  @IsString()
  until: string;
}

export class WaiveDocumentRequest extends AcceptDocumentRequest {
  @ApiProperty({ maxLength: 4000, description: 'The applicant reads it' })
  @MaxLength(4000)
  @IsString()
  reason: string;
}

export class DocumentVersionResource extends DocumentResource {
  @ApiProperty({ description: 'Whether it is part of what was submitted last' })
  submitted: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Where it came after the submission: when it was accepted; null too while it was not',
  })
  acceptedAt: string | null;

  @ApiProperty({ description: 'Whether it came after the submission' })
  supplement: boolean;
}

export class DocumentItemResource {
  @ApiProperty({ example: 'transcript' })
  requirement: string;

  @ApiProperty()
  required: boolean;

  @ApiProperty({ enum: DOCUMENT_STATES })
  state: DocumentState;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when it can be given',
  })
  dueAt: string | null;

  @ApiProperty({ type: [DocumentVersionResource], description: 'The newest first' })
  versions: DocumentVersionResource[];
}

export class DocumentItemsResource {
  @ApiProperty({ type: [DocumentItemResource] })
  items: DocumentItemResource[];
}

export class AcceptedDocumentsResource {
  @ApiProperty({ description: 'How many were accepted now' })
  accepted: number;
}

export function documentItemResource(item: DocumentItem): DocumentItemResource {
  return {
    requirement: item.requirement.id,
    required: item.requirement.required,
    state: item.state,
    reason: item.reason,
    dueAt: item.dueAt?.toISOString() ?? null,
    versions: item.versions.map((version) => ({
      ...documentResource(version),
      submitted: version.submitted,
      supplement: version.supplement !== null,
      acceptedAt: version.supplement?.acceptedAt?.toISOString() ?? null,
    })),
  };
}
