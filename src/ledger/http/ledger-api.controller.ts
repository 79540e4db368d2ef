import { Controller, Get, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import type { FileResult } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Balances } from '../data/balances.js';
import { Entries } from '../data/entries.js';
import type { AsOf, BalanceFilter } from '../domain/balance.js';
import {
  BalancesQuery,
  BalancesResource,
  EntriesQuery,
  EntriesResource,
  LedgerExportQuery,
  balanceResource,
  entryResource,
} from './dto/ledger-resources.js';
import { WriteLedger } from './write-ledger.js';
import { XLSX } from '../../platform/tables/table-file.js';

const PAGE = 100;

/** The parity ledger, for programs. */
@ApiTags('ledger')
@ApiBearerAuth('bearer')
@ApiForbiddenResponse({ description: 'Not for this role or token' })
@ApiUnprocessableEntityResponse({ description: 'A filter that there is not' })
@Controller('api/v1/ledger')
export class LedgerApiController {
  constructor(
    private readonly database: Database,
    private readonly balances: Balances,
    private readonly entries: Entries,
    private readonly write: WriteLedger,
  ) {}

  @Get('balances')
  @Can('ledger.read')
  @ApiOperation({ summary: 'What came each way and what it cost: of any day, and as it was known on any' })
  @ApiOkResponse({ type: BalancesResource })
  balance(@Web() web: WebRequest, @Query() query: BalancesQuery): Promise<BalancesResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.balances.of(ctx, asOf(web, query), [query.by ?? 'year'], filterOf(query))).map(
        balanceResource,
      ),
    }));
  }

  @Get('entries')
  @Can('ledger.read')
  @ApiOperation({ summary: 'Every entry, the latest first' })
  @ApiOkResponse({ type: EntriesResource })
  history(@Web() web: WebRequest, @Query() query: EntriesQuery): Promise<EntriesResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const rows = await this.entries.page(ctx, filterOf(query), query.after ?? null, PAGE + 1);
      const shown = rows.slice(0, PAGE);
      return {
        items: shown.map(entryResource),
        next: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null,
      };
    });
  }

  @Get('export')
  @Can('ledger.read')
  @Limited('export')
  @ApiOperation({
    summary:
      'All entries as a file, a row for each line, or what they come to on a day; each export is put on record',
  })
  @ApiProduces('text/csv', XLSX)
  @ApiOkResponse({ description: 'CSV (RFC 4180) or XLSX', schema: { type: 'string', format: 'binary' } })
  file(@Web() web: WebRequest, @Query() query: LedgerExportQuery): Promise<FileResult> {
    return query.what === 'balances'
      ? this.write.balance(web.ctx, asOf(web, query), filterOf(query), query.format)
      : this.write.file(web.ctx, filterOf(query), query.format);
  }
}

/** Of which day, and as known when. */
function asOf(web: WebRequest, { on, knownOn }: { readonly on?: string; readonly knownOn?: string }): AsOf {
  return {
    on: on ?? web.ctx.clock.now().toISOString().slice(0, 10),
    ...(knownOn ? { knownOn } : {}),
  };
}

function filterOf({
  agreement,
  year,
  category,
}: {
  readonly agreement?: string;
  readonly year?: string;
  readonly category?: string;
}): BalanceFilter {
  return {
    ...(agreement ? { agreementId: agreement } : {}),
    ...(year ? { academicYear: year } : {}),
    ...(category ? { category } : {}),
  };
}
