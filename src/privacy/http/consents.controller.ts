import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { textOf } from '../../platform/http/form-fields.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { ConsentReceipt } from '../consent-keepers.js';
import { ComposeReceipt, purposeKey } from '../operations/compose-receipt.js';
import { Consents } from '../operations/consents.js';
import { RevokeConsent } from '../operations/revoke-consent.js';
import { PrivacyPorts } from '../privacy-ports.js';

/** One's own consents: receipts, what is asked, and taking one back on a page that says what follows. */
@ApiExcludeController()
@Controller('account/consents')
export class ConsentsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(RevokeConsent) private readonly revoking: RevokeConsent,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(ComposeReceipt) private readonly compose: ComposeReceipt,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const receipts = await this.consents.mine(ctx);
      const asked = await this.revoking.asked(ctx);
      return view(
        'privacy/consents.njk',
        {
          asked: asked.map(({ purpose, ...each }) => ({
            ...each,
            purpose,
            title: this.purpose(ctx, purpose),
          })),
          receipts: await Promise.all(
            receipts.map(async ({ id }) => this.present(ctx, await this.revoking.one(ctx, id))),
          ),
        },
        { title: { key: 'web.consents.title' } },
      );
    });
  }

  @Post()
  @Can('account.change')
  async give(@Web() web: WebRequest): Promise<Redirect> {
    const field = (name: string) => textOf(web.body, name);
    await this.revoking.give(
      web.ctx,
      { subjectKind: field('subjectKind'), subjectId: field('subjectId'), purpose: field('purpose') },
      field('version'),
    );
    return redirect('/account/consents', { flash: { kind: 'success', key: 'privacy.consents.given' } });
  }

  @Get(':id')
  @Can('account.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, 'privacy/consent.njk', 'privacy.receipt.title');
  }

  @Get(':id/receipt.pdf')
  @Can('account.read')
  @Limited('export')
  async receipt(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    const paper = await this.database.read(web.ctx, async (ctx) => {
      const receipt = await this.revoking.one(ctx, id);
      const person = await this.people.personById(ctx, receipt.personId);
      return this.compose.of(ctx.language, ctx.clock.now(), receipt, {
        person: person ? `${person.nativeGiven} ${person.nativeFamily}` : '',
        record: (await this.named(ctx, receipt))?.name ?? receipt.subjectId,
        wording: (await this.ports.consents.get(receipt.subjectKind)?.wording(ctx, receipt)) ?? null,
      });
    });
    return answerFile({
      content: await this.ports.paper(paper),
      contentType: 'application/pdf',
      fileName: `most-consent-${id}.pdf`,
    });
  }

  @Get(':id/withdraw')
  @Can('account.change')
  ask(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, 'privacy/consent-withdraw.njk', 'privacy.consents.withdraw_title');
  }

  @Post(':id/withdraw')
  @Can('account.change')
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.revoking.run(web.ctx, id, textOf(web.body, 'told'));
    return redirect(`/account/consents/${id}`, {
      flash: { kind: 'success', key: 'privacy.consents.withdrawn' },
    });
  }

  private page(web: WebRequest, id: string, template: string, title: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const receipt = await this.revoking.one(ctx, id);
      const outlook = await this.revoking.outlook(ctx, receipt);
      return view(
        template,
        {
          ...(await this.present(ctx, receipt)),
          wording: (await this.ports.consents.get(receipt.subjectKind)?.wording(ctx, receipt)) ?? null,
          follows: { key: `privacy.consequences.${outlook.code}` },
          told: outlook.code,
          grave: outlook.grave,
        },
        { title: { key: title } },
      );
    });
  }

  private async present(ctx: Ctx, receipt: ConsentReceipt) {
    const when = (instant: Date) => this.translator.dateTime(ctx.language, instant, 'UTC');
    return {
      id: receipt.id,
      purpose: this.purpose(ctx, receipt.purpose),
      record: await this.named(ctx, receipt),
      version: receipt.textVersion,
      language: this.translator.languageName(ctx.language, receipt.language),
      wordingLanguage: receipt.language,
      given: when(receipt.givenAt),
      withdrawn: receipt.withdrawnAt && when(receipt.withdrawnAt),
    };
  }

  private named(ctx: Ctx, { subjectKind, subjectId }: ConsentReceipt) {
    return this.ports.consents.get(subjectKind)?.named(ctx, subjectId) ?? Promise.resolve(null);
  }

  private purpose(ctx: Ctx, purpose: string) {
    return { key: purposeKey(this.translator, ctx.language, purpose) };
  }
}
