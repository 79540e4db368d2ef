import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ReadSelection } from './read-selection.js';

/** A published list for everybody, and what it says of an application to its applicant. */
@ApiExcludeController()
@Controller()
export class ListPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadSelection,
  ) {}

  @Get('calls/:slug/list')
  @Public()
  list(@Web() web: WebRequest, @Param('slug') slug: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const awaited = await this.reading.awaited(ctx, slug);
      if (awaited) {
        return view('allocation/awaited.njk', awaited, {
          title: { key: 'allocation.list.title', values: { call: awaited.call.title } },
        });
      }
      const model = await this.reading.publicPage(ctx, slug);
      return view('allocation/list.njk', model, {
        title: { key: 'allocation.list.title', values: { call: model.call.title } },
      });
    });
  }

  @Get('applications/:id/ranking')
  @Can('application.read')
  own(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('allocation/own.njk', await this.reading.own(ctx, id), {
        title: { key: 'allocation.own.title' },
      }),
    );
  }
}
