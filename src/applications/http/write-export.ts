import { Inject, Injectable } from '@nestjs/common';
import type { FileResult } from '../../platform/http/page.js';
import { Translator } from '../../platform/i18n/translator.js';
import { tableFile } from '../../platform/tables/table-file.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ExportWorklist } from '../operations/export-worklist.js';
import { PersonalAnswers } from '../operations/personal-answers.js';
import type { WorklistWish } from '../operations/worklist-filter.js';
import type { ExportColumn } from './export-columns.js';
import { exportHeader, exportLine, kindsOf } from './presenters/present-export.js';

import { ReadOffice } from './read-office.js';

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
      readonly format: TableFormat;
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
    return tableFile({ title, day, format, columns: header, batches: made.rows });
  }
}
