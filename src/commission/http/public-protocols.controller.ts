import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ReadCommission } from '../operations/read-commission.js';
import { CommissionReaders } from './commission-controller.js';
import { presentPublicProtocol, presentPublicProtocols } from './presenters/present-commission.js';

const MOST = 200;

/** What everybody may read of the commission: how many matters it decided and how, and nothing of anybody. */
@ApiExcludeController()
@Controller('commission/published')
export class PublicProtocolsController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly readers: CommissionReaders,
  ) {}

  @Get()
  @Public()
  all(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'commission/published.njk',
        presentPublicProtocols(await this.readers.of(ctx), await this.reading.allPublished(ctx, MOST)),
        { title: { key: 'commission.public.title' } },
      ),
    );
  }

  @Get(':number')
  @Public()
  one(@Web() web: WebRequest, @Param('number') number: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { protocol, amendments } = await this.reading.published(ctx, number);
      return view(
        'commission/public-protocol.njk',
        presentPublicProtocol(
          await this.readers.of(ctx, protocol.publicContent?.countries[0] ?? null),
          protocol,
          amendments,
        ),
        { title: { key: 'commission.protocol.named', values: { number: protocol.number } } },
      );
    });
  }
}
