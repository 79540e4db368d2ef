import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { OfficerNotes } from '../operations/officer-notes.js';
import { NoteRequest, NoteResource, NotesResource, noteResource } from './dto/notes.js';

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class NotesApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OfficerNotes) private readonly notes: OfficerNotes,
  ) {}

  @Get(':id/notes')
  @Can('application.read_notes')
  @ApiOperation({ summary: 'What officers wrote on it for one another, the oldest first' })
  @ApiOkResponse({ type: NotesResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<NotesResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.notes.list(ctx, id)).map(noteResource),
    }));
  }

  @Post(':id/notes')
  @Can('application.write_note')
  @Idempotent()
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({ summary: 'Writes a note for the officers; it cannot be changed afterwards' })
  @ApiCreatedResponse({ type: NoteResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  @ApiUnprocessableEntityResponse({ description: 'No text, or too long a one' })
  async write(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { note }: NoteRequest,
  ): Promise<NoteResource> {
    return noteResource(await this.notes.write(web.ctx, id, note));
  }
}
