import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Translator } from '../../platform/i18n/translator.js';
import { BYTE_ORDER_MARK, csvRow } from '../../platform/tables/csv.js';
import { xlsx } from '../../platform/tables/xlsx.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ExportWorklist } from '../operations/export-worklist.js';
import type { ExportFormat } from '../operations/export-worklist.js';
import { PersonalAnswers } from '../operations/personal-answers.js';
import type { WorklistWish } from '../operations/worklist-filter.js';
import type { ExportColumn } from './export-columns.js';
import { exportHeader, exportLine, kindsOf } from './presenters/present-export.js';

import { ReadOffice } from './read-office.js';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: XLSX,
};

/** Makes a file of a worklist as it is read. */
@Injectable()
export class WriteExport {
  constructor(
    @Inject(ExportWorklist) private readonly exports: ExportWorklist,
    @Inject(ReadOffice) private readonly office: ReadOffice,
    @Inject(PersonalAnswers) private readonly answers: PersonalAnswers,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async file(
    request: RequestContext,
    order: {
      readonly wish: WorklistWish;
      readonly columns: readonly ExportColumn[];
      readonly format: ExportFormat;
    },
  ): Promise<FileResult> {
    const { columns, format } = order;
    const { language } = request;
    const kinds = kindsOf(columns);
    const places = columns.includes('field') || columns.includes('level');
    const made = await this.exports.begin(request, order, async (ctx, rows) => {
      const entries = await this.office.entries(ctx, rows, places);
      const answers = await this.answers.of(ctx, rows, kinds);
      return entries.map((entry) =>
        exportLine(this.translator, language, entry, answers.get(entry.application.id), columns),
      );
    });
    const header = exportHeader(this.translator, language, columns);
    const title = this.translator.t(language, 'applications.office.title');
    const day = request.clock.now().toISOString().slice(0, 10);
    return answerFile({
      content: Readable.from(format === 'csv' ? csv(header, made.rows) : xlsx(title, header, made.rows)),
      contentType: MEDIA_TYPES[format],
      fileName: `${title} ${day}.${format}`,
    });
  }
}

async function* csv(
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvRow(header));
  for await (const rows of batches) yield Buffer.from(rows.map((row) => csvRow(row)).join(''));
}
