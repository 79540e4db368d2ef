import { Controller, Get, Inject, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, ReadsNow } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { TABLE_FORMATS, XLSX } from '../../platform/tables/table-file.js';
import { DomainError } from '../../shared/domain-error.js';
import { ExportJobs } from '../operations/export-jobs.js';
import { ExportWorklist } from '../operations/export-worklist.js';
import { wishIn } from './application-filter.js';
import { ExportQuery } from './dto/application-requests.js';
import { usualFor, workOf } from './office-work.js';
import { EXPORT_COLUMNS } from './export-columns.js';
import { ReadExportJobs } from './read-export-jobs.js';
import { exportColumnsOf, presentExport } from './presenters/present-export.js';
import { keptParams, paramsOf, readAddress, wishOf } from './worklist-address.js';
import type { WorklistAddress } from './worklist-address.js';
import { WriteExport } from './write-export.js';

/** The worklist as a file: what is in it, which columns, in which format. */
@Controller('applications/export')
export class ExportPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExportWorklist) private readonly exports: ExportWorklist,
    @Inject(WriteExport) private readonly write: WriteExport,
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(ReadExportJobs) private readonly readJobs: ReadExportJobs,
  ) {}

  @Get()
  @ReadsNow()
  @Can('application.list')
  page(@Web() web: WebRequest): Promise<View> {
    const address = this.address(web, paramsOf(web.url));
    return this.show(web, address, {
      columns: exportColumnsOf(address.columns),
      format: 'xlsx',
      error: null,
    });
  }

  /** A short list goes out at once, a long one is left to the worker. */
  @Post()
  @Can('application.list')
  @Limited('export')
  async download(@Web() web: WebRequest): Promise<View | FileResult | Redirect> {
    const { query, columns: sent, format: typed } = web.body;
    const address = this.address(web, new URLSearchParams(typeof query === 'string' ? query : ''));
    const names = [sent ?? []].flat();
    const columns = EXPORT_COLUMNS.filter((column) => names.includes(column));
    const format = TABLE_FORMATS.find((each) => each === typed);
    try {
      const { wish, problems } = wishOf(address, workOf(web.ctx.actor));
      const fields = [
        ...problems,
        ...(columns.length === 0 ? [{ field: 'columns', problem: 'required_choices' }] : []),
        ...(format ? [] : [{ field: 'format', problem: 'required_choice' }]),
      ];
      if (!format || fields.length > 0) throw new DomainError('invalid', { fields });
      const order = { wish, columns, format };
      const { language } = web.ctx;
      const kept = keptParams(address).toString();
      const job = await this.jobs.askIfLarge(web.ctx, { ...order, language, query: kept });
      if (job) return redirect(`/applications/export/jobs/${job}`);
      return await this.write.file(web.ctx, order);
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'blocked'].includes(error.code)) throw error;
      return this.show(web, address, { columns, format: format ?? '', error });
    }
  }

  private address(web: WebRequest, params: URLSearchParams): WorklistAddress {
    return readAddress(params, usualFor(web.ctx.actor));
  }

  private show(
    web: WebRequest,
    address: WorklistAddress,
    form: {
      readonly columns: readonly string[];
      readonly format: string;
      readonly error: DomainError | null;
    },
  ): Promise<View> {
    const { error } = form;
    const { wish, problems } = wishOf(address, workOf(web.ctx.actor));
    const fields = error?.code === 'invalid' ? error.fields : problems;
    return this.database.read(web.ctx, async (ctx) => {
      const count = await this.exports.count(ctx, wish);
      const model = presentExport({
        ...form,
        count,
        large: this.jobs.isLarge(count),
        jobs: await this.readJobs.all(ctx),
        query: keptParams(address).toString(),
        problems: fields.map(({ field, problem }) => ({
          message: { key: `problems.${problem}` },
          href: `#field-${field}`,
        })),
      });
      return view('applications/office/export.njk', model, {
        status: error ? STATUS[error.code] : 200,
        title: { key: 'applications.export.title' },
      });
    });
  }
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications/export')
export class ExportApiController {
  constructor(@Inject(WriteExport) private readonly write: WriteExport) {}

  @Get()
  @Can('application.list')
  @Limited('export')
  @ApiOperation({
    summary:
      'The worklist of one’s offices as a file, by the filters of the list; each export is put on record',
  })
  @ApiProduces('text/csv', XLSX)
  @ApiOkResponse({
    description: 'CSV (RFC 4180, UTF-8 with its mark) or XLSX; instants by ISO 8601 in the zone of the call',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiConflictResponse({ description: 'More rows than one export may hold' })
  @ApiUnprocessableEntityResponse({ description: 'A filter or column that there is not' })
  file(@Web() web: WebRequest, @Query() query: ExportQuery): Promise<FileResult> {
    const { format, columns } = query;
    return this.write.file(web.ctx, { wish: wishIn(query), columns, format });
  }
}
