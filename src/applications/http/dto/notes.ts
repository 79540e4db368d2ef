import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { OfficerNoteRow } from '../../data/officer-note.entity.js';
import { NOTE_MAX } from '../../operations/officer-notes.js';

export class NoteRequest {
  @ApiProperty({ maxLength: NOTE_MAX })
  @MaxLength(NOTE_MAX)
  @IsNotEmpty()
  @IsString()
  note: string;
}

export class NoteResource {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) author: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Where a deputy wrote it' })
  actingFor: string | null;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty() note: string;
}

export class NotesResource {
  @ApiProperty({ type: [NoteResource] }) items: NoteResource[];
}

export function noteResource({ id, authorId, actingFor, writtenAt, text }: OfficerNoteRow): NoteResource {
  return { id, author: authorId, actingFor, at: writtenAt.toISOString(), note: text };
}
