import { Controller, Get, Param } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { Agreements } from '../data/agreements.js';
import { isPublished } from '../domain/agreement.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { presentAgreement, presentAgreementCard } from './agreement-presenter.js';

/** What both countries agreed, for everybody to read. */
@Controller('agreements')
export class AgreementsPagesController {
  constructor(
    private readonly database: Database,
    private readonly agreements: Agreements,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Public()
  async list(@Web() web: WebRequest): Promise<View> {
    const agreements = await this.database.read(web.ctx, (ctx) => this.agreements.published(ctx));
    const reader = { translator: this.translator, language: web.ctx.language };
    const model = { agreements: agreements.map((agreement) => presentAgreementCard(reader, agreement)) };
    return view('agreements/list.njk', model, { title: { key: 'agreements.title' } });
  }

  @Get(':reference')
  @Public()
  async agreement(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    const agreement = await this.database.read(web.ctx, (ctx) => this.agreements.byReference(ctx, reference));
    const readable =
      agreement &&
      (isPublished(agreement.state) ||
        agreementsPolicy.decide(web.ctx.actor, 'agreement.read', {
          state: agreement.state,
          countries: agreement.parties.map(({ country }) => country),
        }).allowed);
    if (!readable) throw new DomainError('not_found');
    const reader = { translator: this.translator, language: web.ctx.language };
    const model = presentAgreement(reader, agreement);
    return view('agreements/agreement.njk', model, {
      title: { key: 'agreements.named', values: { title: model.title } },
    });
  }
}
