import { Injectable } from '@nestjs/common';
import type { FileResult } from '../../platform/http/page.js';
import { Translator } from '../../platform/i18n/translator.js';
import { tableFile } from '../../platform/tables/table-file.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { EntryView } from '../data/entries.js';
import type { AsOf, BalanceFilter, BalanceRow } from '../domain/balance.js';
import { isMoney } from '../domain/entry.js';
import { ExportLedger } from '../operations/export-ledger.js';

const COLUMNS = [
  'entry',
  'act',
  'basis',
  'occurred_on',
  'recorded_at',
  'reverses',
  'replaces',
  'reason',
  'home_country',
  'host_country',
  'agreement',
  'year',
  'category',
  'book',
  'payer',
  'unit',
  'amount',
  'rate',
  'rate_source',
  'rate_on',
  'stay',
] as const;

const BALANCE_COLUMNS = [
  'on',
  'known_on',
  'home_country',
  'host_country',
  'agreement',
  'year',
  'category',
  'basis',
  'unit',
  'amount',
] as const;

/** Makes a file of the ledger as it is read: a row for each line of each entry, in codes, so that two files can be compared. */
@Injectable()
export class WriteLedger {
  constructor(
    private readonly exports: ExportLedger,
    private readonly translator: Translator,
  ) {}

  async file(request: RequestContext, filter: BalanceFilter, format: TableFormat): Promise<FileResult> {
    const batches = rowsOf(await this.exports.begin(request, filter, format));
    return this.answer(request, request.clock.now().toISOString().slice(0, 10), format, COLUMNS, batches);
  }

  /** What it comes to on a day: a row for each sum, each currency by itself. */
  async balance(
    request: RequestContext,
    asOf: AsOf,
    filter: BalanceFilter,
    format: TableFormat,
  ): Promise<FileResult> {
    const rows = await this.exports.balance(request, asOf, filter, format);
    return this.answer(request, asOf.on, format, BALANCE_COLUMNS, inOneBatch(asOf, rows));
  }

  private answer(
    { language }: RequestContext,
    day: string,
    format: TableFormat,
    columns: readonly string[],
    batches: AsyncIterable<readonly (readonly string[])[]>,
  ): FileResult {
    const title = this.translator.t(language, 'ledger.title');
    return tableFile({ title, day, format, columns, batches });
  }
}

async function* inOneBatch(
  { on, knownOn }: AsOf,
  rows: readonly BalanceRow[],
): AsyncGenerator<readonly (readonly string[])[]> {
  yield rows.map(({ homeCountry, hostCountry, agreementId, academicYear, category, basis, unit, amount }) => [
    on,
    knownOn ?? '',
    homeCountry,
    hostCountry,
    agreementId ?? '',
    academicYear ?? '',
    category ?? '',
    basis,
    unit,
    isMoney(unit) ? inUnits(amount) : String(amount),
  ]);
}

async function* rowsOf(
  batches: AsyncIterable<readonly EntryView[]>,
): AsyncGenerator<readonly (readonly string[])[]> {
  for await (const entries of batches) {
    yield entries.flatMap((entry) =>
      entry.lines.map(({ book, payer, unit, amount }) => [
        entry.id,
        entry.act,
        entry.basis,
        entry.occurredOn,
        entry.recordedAt.toISOString(),
        entry.reverses ?? '',
        entry.replaces ?? '',
        entry.reason ?? '',
        entry.homeCountry,
        entry.hostCountry,
        entry.agreementId,
        entry.academicYear,
        entry.category,
        book,
        payer ?? '',
        unit,
        isMoney(unit) ? inUnits(amount) : String(amount),
        entry.rate ?? '',
        entry.rateSource ?? '',
        entry.rateOn ?? '',
        entry.stayId ?? '',
      ]),
    );
  }
}

/** Minor units as a decimal number, by their digits. */
function inUnits(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
