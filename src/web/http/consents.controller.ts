import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Consents } from '../../privacy/public.js';
import type { Language } from '../../shared/language.js';

/** One's own receipts of consent. */
@ApiExcludeController()
@Controller('account/consents')
export class ConsentsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const receipts = await this.consents.mine(ctx);
      const when = (instant: Date) => this.translator.dateTime(ctx.language, instant, 'UTC');
      return view(
        'web/consents.njk',
        {
          receipts: receipts.map((receipt) => ({
            purpose: { key: purposeKey(this.translator, ctx.language, receipt.purpose) },
            version: receipt.textVersion,
            language: this.translator.languageName(ctx.language, receipt.language),
            given: when(receipt.givenAt),
            withdrawn: receipt.withdrawnAt && when(receipt.withdrawnAt),
          })),
        },
        { title: { key: 'web.consents.title' } },
      );
    });
  }
}

/** A call may ask for consents of its own, which have their words there and no name here. */
function purposeKey(translator: Translator, language: Language, purpose: string): string {
  const key = `web.consents.purposes.${purpose}`;
  return translator.has(language, key) ? key : 'web.consents.purpose_of_call';
}
