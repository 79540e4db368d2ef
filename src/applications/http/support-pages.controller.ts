import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ReadStandings } from './read-standings.js';

/** One application as support sees it: its state and who has it. */
@Controller('applications')
export class SupportPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadStandings) private readonly standings: ReadStandings,
  ) {}

  @Get(':id/state')
  @Can('application.read_state')
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const model = await this.database.read(web.ctx, (ctx) => this.standings.one(ctx, id));
    return view('applications/office/standing.njk', model, {
      title: { key: 'applications.status.title', values: { number: model.number } },
    });
  }
}
