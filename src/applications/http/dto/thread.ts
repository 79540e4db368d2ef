import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { MESSAGE_MAX, THREAD_OFFICES } from '../../domain/thread.js';
import type { ThreadOffice, ThreadSide } from '../../domain/thread.js';
import type { ThreadMessage } from '../../operations/application-thread.js';

export class MessageRequest {
  @ApiProperty({
    enum: THREAD_OFFICES,
    description: 'With which institution: the one of the home or of the host side',
  })
  @IsIn(THREAD_OFFICES)
  office: ThreadOffice;

  @ApiProperty({ maxLength: MESSAGE_MAX })
  @MaxLength(MESSAGE_MAX)
  @IsNotEmpty()
  @IsString()
  text: string;
}

export class MessageResource {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: THREAD_OFFICES }) office: ThreadOffice;
  @ApiProperty({ enum: ['applicant', 'office'] }) by: ThreadSide;
  @ApiProperty({ format: 'uuid' }) author: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Where a deputy wrote it' })
  actingFor: string | null;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty() text: string;
  @ApiProperty({ description: 'Not met yet on its page' }) unread: boolean;
}

export class MessagesResource {
  @ApiProperty({ type: [MessageResource] }) items: MessageResource[];
}

export function messageResource(message: ThreadMessage): MessageResource {
  const { id, office, writtenBy, authorId, actingFor, writtenAt, text, fresh } = message;
  return {
    id,
    office,
    by: writtenBy,
    author: authorId,
    actingFor,
    at: writtenAt.toISOString(),
    text,
    unread: fresh,
  };
}
