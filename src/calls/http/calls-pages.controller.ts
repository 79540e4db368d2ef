import { Controller, Get, Param } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can, Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { ReadCalls } from './read-calls.js';

/** The public pages of calls. */
@Controller('calls')
export class CallsPagesController {
  constructor(
    private readonly database: Database,
    private readonly calls: ReadCalls,
  ) {}

  @Get()
  @Public()
  async list(@Web() web: WebRequest): Promise<View> {
    const model = await this.database.read(web.ctx, (ctx) => this.calls.list(ctx, web.query));
    return view('calls/list.njk', model, { title: { key: 'calls.list.title' } });
  }

  @Get(':slug')
  @Public()
  async call(@Web() web: WebRequest, @Param('slug') slug: string): Promise<View> {
    const model = await this.database.read(web.ctx, (ctx) => this.calls.page(ctx, slug));
    return view('calls/call.njk', model, {
      title: { key: 'calls.named', values: { title: model.title } },
    });
  }

  /** For those who decide on it; what took effect everybody reads on the page of the call. */
  @Get(':slug/amendments/:amendment')
  @Can('call.read')
  async amendment(
    @Web() web: WebRequest,
    @Param('slug') slug: string,
    @Param('amendment') amendment: string,
  ): Promise<View> {
    const model = await this.database.read(web.ctx, (ctx) => this.calls.amendment(ctx, slug, amendment));
    return view('calls/amendment.njk', model, { title: { key: 'calls.amendment.title' } });
  }
}
