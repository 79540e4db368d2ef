import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Agreements } from '../../agreements/public.js';
import type { AgreementView } from '../../agreements/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { textOf } from '../../platform/http/form-fields.js';
import { view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { TABLE_FORMATS } from '../../platform/tables/table-file.js';
import { DomainError } from '../../shared/domain-error.js';
import { Balances } from '../data/balances.js';
import { Entries } from '../data/entries.js';
import { publishedAsOf } from '../domain/published.js';
import { LedgerPorts } from '../ledger-ports.js';
import { readLedgerAddress } from './ledger-address.js';
import type { LedgerAddress } from './ledger-address.js';
import { presentEntry, presentLedger } from './present-ledger.js';
import { presentYears } from './present-years.js';
import { WriteLedger } from './write-ledger.js';

const PAGE = 50;

/** How the exchange stands between the countries: balances of any day, and every entry that they come from. */
@ApiExcludeController()
@Controller('ledger')
export class LedgerPagesController {
  constructor(
    private readonly database: Database,
    private readonly balances: Balances,
    private readonly entries: Entries,
    private readonly agreements: Agreements,
    private readonly ports: LedgerPorts,
    private readonly write: WriteLedger,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('ledger.read')
  balance(@Web() web: WebRequest): Promise<View> {
    const address = this.address(web);
    return this.database.read(web.ctx, async (ctx) => {
      const { asOf, by, filter } = address;
      const known = await this.entries.known(ctx);
      const model = presentLedger(
        { translator: this.translator, language: ctx.language },
        {
          address,
          rows: await this.balances.of(ctx, asOf, [by], filter),
          payers: await this.balances.payers(ctx, asOf, filter),
          known,
          agreements: await this.agreementsOf(ctx, known.agreements),
        },
      );
      return view('ledger/balance.njk', model, {
        title: { key: 'ledger.title' },
        ...(address.problems.length > 0 ? { status: 422 } : {}),
      });
    });
  }

  @Get('entries')
  @Can('ledger.read')
  history(@Web() web: WebRequest): Promise<View> {
    const address = this.address(web);
    const { before = '' } = web.query;
    return this.database.read(web.ctx, async (ctx) => {
      const from = /^\d{1,18}$/.test(before) ? before : null;
      const rows = await this.entries.page(ctx, address.filter, from, PAGE + 1);
      const shown = rows.slice(0, PAGE);
      const agreements = await this.agreementsOf(
        ctx,
        shown.map(({ agreementId }) => agreementId),
      );
      const inSight = await this.ports.staysInSight(
        ctx,
        shown.flatMap(({ stayId }) => stayId ?? []),
      );
      const reader = { translator: this.translator, language: ctx.language };
      const next = new URLSearchParams(address.query);
      next.set('before', shown.at(-1)?.id ?? '');
      const model = {
        entries: shown.map((entry) => presentEntry(reader, entry, agreements, inSight)),
        next: rows.length > PAGE ? `/ledger/entries?${next.toString()}` : null,
        back: `/ledger?${address.query.toString()}`,
      };
      return view('ledger/entries.njk', model, { title: { key: 'ledger.entries.title' } });
    });
  }

  @Post('export')
  @Can('ledger.read')
  @Limited('export')
  export(@Web() web: WebRequest): Promise<FileResult> {
    const format = TABLE_FORMATS.find((each) => each === textOf(web.body, 'format'));
    if (!format)
      throw new DomainError('invalid', { fields: [{ field: 'format', problem: 'required_choice' }] });
    const query = Object.fromEntries(new URLSearchParams(textOf(web.body, 'query')));
    const { asOf, filter } = readLedgerAddress(query, this.today(web));
    return textOf(web.body, 'what') === 'balances'
      ? this.write.balance(web.ctx, asOf, filter, format)
      : this.write.file(web.ctx, filter, format);
  }

  /** Years that are over, by directions, for everybody, as of the last half-year; what is too few to hide anybody in is not told. */
  @Get('years')
  @Public()
  years(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const rows = await this.balances.published(ctx, publishedAsOf(this.today(web)));
      return view(
        'ledger/years.njk',
        presentYears({ translator: this.translator, language: ctx.language }, rows, this.today(web)),
        { title: { key: 'ledger.years.title' } },
      );
    });
  }

  private address(web: WebRequest): LedgerAddress {
    return readLedgerAddress(web.query, this.today(web));
  }

  private today(web: WebRequest): string {
    return web.ctx.clock.now().toISOString().slice(0, 10);
  }

  private async agreementsOf(ctx: Ctx, ids: readonly string[]): Promise<ReadonlyMap<string, AgreementView>> {
    const found = await this.agreements.byIds(ctx, [...new Set(ids)]);
    return new Map(found.map((agreement) => [agreement.id, agreement]));
  }
}
