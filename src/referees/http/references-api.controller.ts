import { Body, Controller, Get, HttpCode, Param, Post, applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
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
import { DomainError } from '../../shared/domain-error.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { AskReferees } from '../operations/ask-referees.js';
import { ReadLetters } from '../operations/read-letters.js';
import { RefereeRequest } from './dto/reference-requests.js';
import {
  AskedResource,
  LetterResource,
  ReferenceListResource,
  letterResource,
  referenceResource,
} from './dto/reference-resources.js';

const Refusals = () =>
  applyDecorators(
    ApiForbiddenResponse({ description: 'Not for this role or token, or kept from you' }),
    ApiNotFoundResponse({ description: 'There is none, or it is not open to you' }),
  );
const ActRefusals = () =>
  applyDecorators(
    Refusals(),
    ApiConflictResponse({ description: 'Not in this state, too soon, too late, or enough are asked' }),
    ApiUnprocessableEntityResponse({ description: 'Fields that are wrong' }),
  );

/** Letters of reference, for programs. Referees have no part in it: theirs are pages behind a link. */
@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class ReferencesApiController {
  constructor(
    private readonly database: Database,
    private readonly references: ReferencesRepository,
    private readonly ask: AskReferees,
    private readonly letters: ReadLetters,
  ) {}

  @Get(':id/references')
  @Can('application.read_references')
  @ApiOperation({ summary: 'The letters that were asked for, and where each stands' })
  @ApiOkResponse({ type: ReferenceListResource })
  @Refusals()
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<ReferenceListResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { own, rows } = await this.letters.list(ctx, id);
      return { items: rows.map((row) => referenceResource(row, own)) };
    });
  }

  @Post(':id/references')
  @Can('reference.invite')
  @Idempotent()
  @ApiOperation({ summary: 'Asks somebody for a letter: they get a mail with a link' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: AskedResource })
  @ActRefusals()
  invite(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: RefereeRequest,
  ): Promise<AskedResource> {
    return this.ask.invite(web.ctx, id, body);
  }

  @Post(':id/references/:reference/remind')
  @Can('reference.remind')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sends the mail once more, some days after the last' })
  @ApiNoContentResponse()
  @ActRefusals()
  async remind(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') reference: string,
  ): Promise<void> {
    await this.ask.remind(web.ctx, await this.ofApplication(web, id, reference));
  }

  @Post(':id/references/:reference/withdraw')
  @Can('reference.withdraw')
  @HttpCode(204)
  @ApiOperation({ summary: 'Lets a referee go who has not written yet' })
  @ApiNoContentResponse()
  @ActRefusals()
  async withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') reference: string,
  ): Promise<void> {
    await this.ask.withdraw(web.ctx, await this.ofApplication(web, id, reference));
  }

  @Post(':id/references/:reference/replace')
  @Can('reference.replace')
  @ApiOperation({ summary: 'Asks somebody else in place of one who declined or does not answer' })
  @ApiCreatedResponse({ type: AskedResource })
  @ActRefusals()
  async replace(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') reference: string,
    @Body() body: RefereeRequest,
  ): Promise<AskedResource> {
    return this.ask.replace(web.ctx, await this.ofApplication(web, id, reference), body);
  }

  @Get(':id/references/:reference/letter')
  @Can('application.read_references')
  @ApiOperation({ summary: 'A letter that was handed in, for those who may read it' })
  @ApiOkResponse({ type: LetterResource })
  @Refusals()
  letter(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') reference: string,
  ): Promise<LetterResource> {
    return this.database.read(web.ctx, async (ctx) =>
      letterResource(await this.letters.one(ctx, id, reference)),
    );
  }

  /** What the address says is what is acted on. */
  private ofApplication(web: WebRequest, id: string, referenceId: string): Promise<string> {
    return this.database.read(web.ctx, async (ctx) => {
      const reference = await this.references.find(ctx, referenceId);
      if (reference.applicationId !== id) throw new DomainError('not_found');
      return reference.id;
    });
  }
}
