import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { figuresFile } from './figures-file.js';
import { ReadOverview } from './read-overview.js';

/** The ministry's overview. */
@ApiExcludeController()
@Controller('overview')
export class OverviewController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadOverview) private readonly overview: ReadOverview,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('report.read')
  async show(@Web() web: WebRequest): Promise<View> {
    const model = await this.database.read(web.ctx, (ctx) => this.overview.view(ctx));
    return view('reporting/overview.njk', model, { title: { key: 'reporting.overview.title' } });
  }

  @Get('export')
  @Can('report.read')
  async file(@Web() web: WebRequest): Promise<FileResult> {
    const { tables } = await this.database.read(web.ctx, (ctx) => this.overview.view(ctx));
    return figuresFile(this.translator, web.ctx.language, tables, web.query['table']);
  }
}
