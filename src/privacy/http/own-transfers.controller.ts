import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { ReadTransfers } from '../operations/read-transfers.js';
import { presentEnd, presentLine } from './presenters/present-register.js';

/** Where one's own data went; and for offices of the other side, what they see no more. */
@ApiExcludeController()
@Controller('account/transfers')
export class OwnTransfersController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadTransfers) private readonly register: ReadTransfers,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const lines = await this.register.own(ctx);
      const ends = await this.register.ended(ctx);
      return view(
        'privacy/own-transfers.njk',
        {
          lines: lines.map((line) => presentLine(this.translator, ctx.language, line)),
          ends: ends.map((end) => presentEnd(this.translator, ctx.language, end)),
        },
        { title: { key: 'privacy.register.title' } },
      );
    });
  }
}
