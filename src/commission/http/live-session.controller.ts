import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Can, ReadsNow } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { CommissionRepository } from '../data/commission.repository.js';
import { commissionSessionsPolicy } from '../domain/commission.policy.js';
import { WatchSessions } from '../operations/watch-sessions.js';

/** Says to a page that its session changed, as server-sent events: a version, and nothing of what. */
@ApiExcludeController()
@Controller('commission/sessions/:id/live')
@ReadsNow()
export class LiveSessionController {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly watching: WatchSessions,
  ) {}

  @Get()
  @Can('commission_session.read')
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  async live(@Web() web: WebRequest, @Param('id') id: string): Promise<StreamableFile> {
    const version = () =>
      this.database.read(web.ctx, async (ctx) => {
        const { session, facts } = await this.commission.session(ctx, id);
        authorise(ctx, commissionSessionsPolicy, 'commission_session.read', facts, 'commission_session.read');
        return session.version;
      });
    // Whoever may not look is refused before anything is held open.
    await version();
    const told = await this.watching.watch(id, web.ctx.actor.personId ?? '', version);
    return new StreamableFile(Readable.from(told));
  }
}
