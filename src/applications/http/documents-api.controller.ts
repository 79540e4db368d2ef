import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ApplicationFiles } from '../operations/application-file.js';
import { CheckDocuments } from '../operations/check-documents.js';
import { SupplementDocument } from '../operations/supplement-document.js';
import { AttachedResource } from './dto/application-resources.js';
import {
  AcceptDocumentRequest,
  AcceptedDocumentsResource,
  CorrectDocumentRequest,
  DocumentItemsResource,
  WaiveDocumentRequest,
  documentItemResource,
} from './dto/documents.js';
import { ActRefusals } from './dto/refusals.js';

/** Documents one by one, for programs. */
@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class DocumentsApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(CheckDocuments) private readonly checks: CheckDocuments,
    @Inject(SupplementDocument) private readonly supplements: SupplementDocument,
  ) {}

  @Get(':id/documents')
  @Can('application.read')
  @ApiOperation({ summary: 'Each document that the form asks for: where it stands, and its versions' })
  @ApiOkResponse({ type: DocumentItemsResource })
  @ActRefusals()
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<DocumentItemsResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.files.load(ctx, id)).documents.map(documentItemResource),
    }));
  }

  @Post(':id/documents/accept-all')
  @Can('application.check_documents')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Home institution: accepts every document that is there and was not looked at yet',
  })
  @ApiOkResponse({ type: AcceptedDocumentsResource })
  @ActRefusals()
  async acceptAll(@Web() web: WebRequest, @Param('id') id: string): Promise<AcceptedDocumentsResource> {
    return { accepted: await this.checks.acceptAll(web.ctx, id) };
  }

  @Post(':id/documents/:requirement/accept')
  @Can('application.check_documents')
  @HttpCode(204)
  @ApiOperation({ summary: 'Home institution: accepts one document' })
  @ApiNoContentResponse()
  @ActRefusals()
  accept(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
    @Body() { seen }: AcceptDocumentRequest,
  ): Promise<void> {
    return this.checks.accept(web.ctx, id, requirement, seen === undefined ? {} : { seen });
  }

  @Post(':id/documents/:requirement/correct')
  @Can('application.check_documents')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Home institution: asks for another version of one document; nothing else unlocks',
  })
  @ApiNoContentResponse()
  @ActRefusals()
  correct(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
    @Body() { reason, until, seen }: CorrectDocumentRequest,
  ): Promise<void> {
    const judged = seen === undefined ? {} : { seen };
    return this.checks.askForCorrection(web.ctx, id, requirement, { reason, until, ...judged });
  }

  @Post(':id/documents/:requirement/waive')
  @Can('application.check_documents')
  @HttpCode(204)
  @ApiOperation({ summary: 'Home institution: does without one document, where the call allows it' })
  @ApiNoContentResponse()
  @ActRefusals()
  waive(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
    @Body() { reason, seen }: WaiveDocumentRequest,
  ): Promise<void> {
    return this.checks.waive(web.ctx, id, requirement, { reason, ...(seen === undefined ? {} : { seen }) });
  }

  @Post(':id/documents/:requirement/supplement')
  @Can('application.supplement_document')
  @AcceptsFile()
  @Limited('upload')
  @ApiOperation({ summary: 'Gives a document after the submission, where it is asked for' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary', description: 'PDF, at most 20 MB' } },
    },
  })
  @ApiCreatedResponse({ type: AttachedResource })
  @ActRefusals()
  async supplement(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<AttachedResource> {
    return { id: await this.supplements.run(web.ctx, id, requirement, await web.file()) };
  }
}
