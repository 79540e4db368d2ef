import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AccessPorts, SignedLinks } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { answerFile, view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { ComposeErasureReceipt } from '../operations/compose-erasure-receipt.js';
import type { ErasureReceipt } from '../operations/compose-erasure-receipt.js';
import { ERASURE_RECEIPT } from '../operations/keep-requests.js';
import { PrivacyPorts } from '../privacy-ports.js';
import { presentErased, presentKept } from './presenters/present-erasure.js';

/** The receipt of an erasure: its holder has no account any more, and comes by the link that was sent to them. */
@ApiExcludeController()
@Controller('erasure-receipts')
export class ErasureReceiptsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(ComposeErasureReceipt) private readonly compose: ComposeErasureReceipt,
    @Inject(AccessPorts) private readonly access: AccessPorts,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get(':token')
  @Public()
  @Limited('link')
  show(@Web() web: WebRequest, @Param('token') token: string): Promise<View> {
    return this.open(web, token, async (ctx, receipt) => {
      const worded = await this.worded(ctx, receipt);
      return view(
        'privacy/erasure-receipt.njk',
        { ...worded, id: receipt.id, download: `/erasure-receipts/${encodeURIComponent(token)}/receipt.pdf` },
        { title: { key: 'privacy.erasure.receipt.title' } },
      );
    });
  }

  @Get(':token/receipt.pdf')
  @Public()
  @Limited('link')
  async file(@Web() web: WebRequest, @Param('token') token: string): Promise<FileResult> {
    const { id, paper } = await this.open(web, token, async (ctx, receipt) => ({
      id: receipt.id,
      paper: this.compose.paper(ctx.language, ctx.clock.now(), receipt, await this.worded(ctx, receipt)),
    }));
    return answerFile({
      content: await this.ports.paper(paper),
      contentType: 'application/pdf',
      fileName: `most-erasure-${id}.pdf`,
    });
  }

  /** Looking uses nothing up. */
  private async open<T>(
    web: WebRequest,
    token: string,
    then: (ctx: Ctx, receipt: ErasureReceipt) => Promise<T>,
  ): Promise<T> {
    const { subject } = await this.links.open(web.ctx, token, ERASURE_RECEIPT);
    return this.database.read(web.ctx, async (ctx) => then(ctx, await this.compose.read(ctx, subject.id)));
  }

  private async worded(ctx: Ctx, receipt: ErasureReceipt) {
    const { translator } = this;
    const { language } = ctx;
    const zone = await this.access.places.timeZone(ctx, receipt.ownerCountry);
    return {
      asked: translator.dateTime(language, receipt.askedAt, zone),
      done: translator.dateTime(language, receipt.endedAt, zone),
      owner: translator.countryName(language, receipt.ownerCountry),
      erased: presentErased(translator, language, receipt.report),
      kept: presentKept({ translator, language, zone }, receipt.report.kept),
    };
  }
}
