import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { VersionView } from '../domain/agreement.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { AgreementDocuments } from '../operations/agreement-documents.js';
import { factsOf } from '../operations/agreement-record.js';
import { KeepAnnexes } from '../operations/keep-annexes.js';
import { ReadAgreement } from './read-agreement.js';

const PDF = 'application/pdf';

/** The signed text of a version and its annexes, for the parties, their ministries and the programme. */
@ApiExcludeController()
@Controller('agreements/:reference/versions/:number')
export class AgreementFilesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadAgreement,
    private readonly documents: AgreementDocuments,
    private readonly annexes: KeepAnnexes,
  ) {}

  @Get('text.pdf')
  @Can('agreement.take_files')
  async text(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
    @Param('number') number: string,
  ): Promise<FileResult> {
    const { content, number: numbered } = await this.database.read(web.ctx, async (ctx) =>
      this.documents.open(ctx, (await this.version(ctx, reference, number)).id),
    );
    return answerFile({ content: await content(), contentType: PDF, fileName: `${numbered}.pdf` });
  }

  @Get('annexes/:key')
  @Can('agreement.take_files')
  async annex(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
    @Param('number') number: string,
    @Param('key') key: string,
  ): Promise<FileResult> {
    const { annex, content } = await this.database.read(web.ctx, async (ctx) =>
      this.annexes.open(ctx, await this.version(ctx, reference, number), key),
    );
    return answerFile({ content: await content(), contentType: PDF, fileName: annex.fileName });
  }

  private async version(ctx: Ctx, reference: string, number: string): Promise<VersionView> {
    const record = await this.reading.byReference(ctx, reference);
    agreementsPolicy.require(
      ctx.actor,
      'agreement.take_files',
      factsOf(record, 'agreement'),
      'agreement.read',
    );
    const versions = await this.reading.versionsOf(ctx, record);
    const version = versions.find((each) => String(each.number) === number);
    if (!version) throw new DomainError('not_found');
    return version;
  }
}
