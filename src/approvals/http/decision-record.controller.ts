import { Controller, Get, Param } from '@nestjs/common';
import {
  ApiExcludeController,
  ApiNotFoundResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { DecisionRecords } from '../operations/decision-records.js';
import { ReadApprovals } from './read-approvals.js';

const PDF = 'application/pdf';

/** The signed record of a decision, for whoever may read the decision. */
abstract class RecordDownloads {
  constructor(
    private readonly database: Database,
    private readonly approvals: ReadApprovals,
    private readonly records: DecisionRecords,
  ) {}

  protected async file(web: WebRequest, id: string): Promise<FileResult> {
    const record = await this.database.read(web.ctx, async (ctx) => {
      const { decision } = await this.approvals.open(ctx, id);
      return this.records.open(ctx, decision.id);
    });
    return answerFile({
      content: await record.content(),
      contentType: PDF,
      fileName: `${record.number}.pdf`,
    });
  }
}

@ApiExcludeController()
@Controller('approvals')
export class DecisionRecordController extends RecordDownloads {
  constructor(database: Database, approvals: ReadApprovals, records: DecisionRecords) {
    super(database, approvals, records);
  }

  @Get(':id/record.pdf')
  @Can('decision.read')
  download(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    return this.file(web, id);
  }
}

@ApiTags('approvals')
@Controller('api/v1/approvals')
export class DecisionRecordApiController extends RecordDownloads {
  constructor(database: Database, approvals: ReadApprovals, records: DecisionRecords) {
    super(database, approvals, records);
  }

  @Get(':id/record.pdf')
  @Can('decision.read')
  @ApiOperation({ summary: 'The signed record of a decision that has come to its end' })
  @ApiProduces(PDF)
  @ApiNotFoundResponse({ description: 'There is no such decision in one’s sight, or no record of it yet' })
  download(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    return this.file(web, id);
  }
}
