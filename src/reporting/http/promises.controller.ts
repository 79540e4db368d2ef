import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { figuresFile } from './figures-file.js';
import { ReadPromises } from './read-promises.js';

/** Promises kept in the open: for each office how long it takes, against what it promised. */
@ApiExcludeController()
@Controller('promises')
export class PromisesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadPromises) private readonly promises: ReadPromises,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Public()
  async show(@Web() web: WebRequest): Promise<View> {
    const model = await this.database.read(web.ctx, (ctx) => this.promises.view(ctx, web.query['year']));
    return view('reporting/promises.njk', model, { title: { key: 'reporting.promises.title' } });
  }

  @Get('export')
  @Public()
  async file(@Web() web: WebRequest): Promise<FileResult> {
    const { tables } = await this.database.read(web.ctx, (ctx) => this.promises.view(ctx, web.query['year']));
    return figuresFile(this.translator, web.ctx.language, tables, web.query['table']);
  }
}
