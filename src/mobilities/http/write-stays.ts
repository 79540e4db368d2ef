import { Injectable } from '@nestjs/common';
import type { FileResult } from '../../platform/http/page.js';
import { Translator } from '../../platform/i18n/translator.js';
import { tableFile } from '../../platform/tables/table-file.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ExportStays } from '../operations/export-stays.js';
import type { ExportFilter, ExportedStay } from '../operations/export-stays.js';

const COLUMNS = [
  'stay',
  'application',
  'call',
  'agreement',
  'category',
  'year',
  'home_country',
  'home',
  'host_country',
  'host',
  'state',
  'since',
  'planned_from',
  'planned_until',
  'arrived_on',
  'departed_on',
] as const;

/** Makes a file of stays: a row for each, in codes and days as the register has them. */
@Injectable()
export class WriteStays {
  constructor(
    private readonly exports: ExportStays,
    private readonly translator: Translator,
  ) {}

  async file(request: RequestContext, filter: ExportFilter, format: TableFormat): Promise<FileResult> {
    const batches = rowsOf(await this.exports.begin(request, filter, format));
    const title = this.translator.t(request.language, 'mobilities.title');
    const day = request.clock.now().toISOString().slice(0, 10);
    return tableFile({ title, day, format, columns: COLUMNS, batches });
  }
}

async function* rowsOf(
  batches: AsyncIterable<readonly ExportedStay[]>,
): AsyncGenerator<readonly (readonly string[])[]> {
  for await (const stays of batches) {
    yield stays.map(({ stay, home, host }) => [
      stay.id,
      stay.applicationId,
      stay.callId,
      stay.agreementId,
      stay.category,
      stay.academicYear,
      stay.homeCountry,
      home,
      stay.hostCountry,
      host,
      stay.state,
      stay.stateSince.toISOString(),
      stay.plannedFrom,
      stay.plannedUntil,
      stay.arrivedOn ?? '',
      stay.departedOn ?? '',
    ]);
  }
}
