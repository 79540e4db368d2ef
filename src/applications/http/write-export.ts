import { Inject, Injectable } from '@nestjs/common';
import type { FileResult } from '../../platform/http/page.js';
import { Translator } from '../../platform/i18n/translator.js';
import { tableFile } from '../../platform/tables/table-file.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { ExportWorklist } from '../operations/export-worklist.js';
import type { AskedBefore, LinesOf } from '../operations/export-worklist.js';
import { PersonalAnswers } from '../operations/personal-answers.js';
import type { WorklistWish } from '../operations/worklist-filter.js';
import type { ExportColumn } from './export-columns.js';
import { ExportLines, exportHeader, kindsOf } from './presenters/present-export.js';
import { ReadLines } from './read-lines.js';

/** Of an export that was asked for before: `told` hears how much is written, of 1, and may throw to end it. */
export interface WrittenBeside extends AskedBefore {
  readonly told: (share: number) => void;
}

/** Makes a file of a worklist as it is read. */
@Injectable()
export class WriteExport {
  constructor(
    @Inject(ExportWorklist) private readonly exports: ExportWorklist,
    @Inject(ReadLines) private readonly reading: ReadLines,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
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
    beside?: WrittenBeside,
  ): Promise<FileResult> {
    const { columns, format } = order;
    const { language, clock } = request;
    const made = await this.exports.begin(request, order, this.lines(request, columns), beside);
    return tableFile({
      title: this.translator.t(language, 'applications.office.title'),
      day: clock.now().toISOString().slice(0, 10),
      format,
      columns: exportHeader(this.translator, language, columns),
      batches: beside ? followed(made.rows, made.count, beside.told) : made.rows,
    });
  }

  /** For one file: the cells of its rows, batch after batch. */
  private lines({ language }: RequestContext, columns: readonly ExportColumn[]): LinesOf<readonly string[]> {
    const kinds = kindsOf(columns);
    const write = new ExportLines(this.translator, language, columns);
    const linesOf = this.reading.of({ custody: columns.includes('holder') || columns.includes('due') });
    return async (ctx, rows) => {
      const lines = await linesOf(ctx, rows);
      if (kinds.length === 0) return lines.map((line) => write.line(line, undefined));
      // Which answers are for whose eyes is asked of the application as a whole.
      const whole = await this.applications.findMany(
        ctx,
        rows.map(({ id }) => id),
      );
      const answers = await this.answers.of(ctx, whole, kinds);
      return lines.map((line) => write.line(line, answers.get(line.application.id)));
    };
  }
}

/** The same batches; who follows them hears of each. */
async function* followed<Line>(
  batches: AsyncGenerator<readonly Line[]>,
  count: number,
  told: (share: number) => void,
): AsyncGenerator<readonly Line[]> {
  let taken = 0;
  for await (const lines of batches) {
    taken += lines.length;
    told(Math.min(taken / count, 1));
    yield lines;
  }
}
