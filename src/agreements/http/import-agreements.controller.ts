import { readFile } from 'node:fs/promises';
import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { csvFile } from '../../platform/tables/table-file.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { IMPORT_COLUMNS, IMPORT_EXAMPLES, MOST_IMPORTED, REQUIRED_COLUMNS } from '../domain/import-rows.js';
import { ImportAgreements } from '../operations/import-agreements.js';
import type { ImportReport } from '../operations/import-agreements.js';
import { problemWords } from './editor/editor-forms.js';
import type { ImportPageView } from './views/import-views.js';

/** A file goes with the page that asks whether to take it, where it is no longer than this once it is written into a form. */
const LONGEST_KEPT = 800_000;
const MARKS = { new: 'leaf', changed: 'sky', unchanged: 'grey', refused: 'brick' } as const;

/** Agreements that were signed on paper, taken from a file: looked at first, then taken as a whole. */
@ApiExcludeController()
@Controller('agreements/import')
export class ImportAgreementsController {
  constructor(
    private readonly imports: ImportAgreements,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('agreement.import')
  form(@Web() web: WebRequest): View {
    return this.page(web, null, '', []);
  }

  /** An empty table with every column, as spreadsheets of both countries open it. */
  @Get('columns.csv')
  @Can('agreement.import')
  columns(): FileResult {
    return csvFile('agreements.csv', [IMPORT_COLUMNS]);
  }

  @Post()
  @Can('agreement.import')
  @AcceptsFile()
  async take(@Web() web: WebRequest): Promise<View | Redirect> {
    try {
      const file = await web.file();
      const text = file ? await readFile(file.path, 'utf8') : textOf(web.body, 'content');
      if (text === '')
        throw new DomainError('invalid', { fields: [{ field: 'file', problem: 'required_file' }] });
      const dryRun = textOf(web.body, 'act') !== 'import';
      const asDrafts = textOf(web.body, 'drafts') === 'yes';
      const report = await this.imports.importAgreements(web.ctx, text, { dryRun, asDrafts });
      if (!report.done) return this.page(web, report, text, report.problems);
      const count = report.rows.filter(({ outcome }) => outcome !== 'unchanged').length;
      return redirect('/agreements/import', {
        flash: { kind: 'success', key: 'agreements.import.done', values: { count } },
      });
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'too_large'].includes(error.code)) throw error;
      return this.page(web, null, '', error.fields);
    }
  }

  private page(
    web: WebRequest,
    report: ImportReport | null,
    text: string,
    problems: readonly FieldProblem[],
  ): View {
    const { language } = web.ctx;
    const rows = report?.rows ?? [];
    const count = (outcome: keyof typeof MARKS) => rows.filter((row) => row.outcome === outcome).length;
    const refused = count('refused');
    const keeps = encodeURIComponent(text).length <= LONGEST_KEPT;
    const fileProblem = problems[0];
    const model: ImportPageView = {
      problems: problems.map((problem) => ({ message: problemWords(problem), href: '#field-file' })),
      fileError: fileProblem ? problemWords(fileProblem) : null,
      drafts: textOf(web.body, 'drafts') === 'yes',
      columns: IMPORT_COLUMNS.map((column) => ({
        column,
        about: { key: `agreements.import.columns.${column}`, values: examplesOf(column) },
        required: REQUIRED_COLUMNS.some((required) => required === column),
      })),
      most: MOST_IMPORTED,
      fields: 'externalReference, reference, kind, signedOn',
      result:
        rows.length === 0
          ? null
          : {
              counts: (['new', 'changed', 'unchanged', 'refused'] as const).map((outcome) => ({
                text: { key: `agreements.import.counts.${outcome}`, values: { count: count(outcome) } },
              })),
              rows: rows.map(({ line, externalReference, reference, outcome, problems: found }) => ({
                line,
                externalReference,
                reference,
                tag: { kind: MARKS[outcome], text: { key: `agreements.import.outcomes.${outcome}` } },
                problems: found.map(({ field, problem, values }) => ({
                  key: 'agreements.editor.named_problem',
                  values: {
                    field: this.fieldWords(web, field),
                    problem: this.translator.t(language, `problems.${problem}`, values),
                  },
                })),
              })),
              // What stands in the way is mended in the file, which then is another one.
              content: refused === 0 && rows.length > count('unchanged') && keeps ? text : null,
              again: refused === 0 && rows.length > count('unchanged') && !keeps,
            },
    };
    const wrong = problems.length > 0 || refused > 0;
    return view('agreements/import.njk', model, {
      status: wrong ? STATUS.invalid : 200,
      title: { key: 'agreements.import.title' },
    });
  }

  /** A column is named in words; a place in a list as the file has it. */
  private fieldWords(web: WebRequest, field: string): string {
    const snake = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const column = IMPORT_COLUMNS.find((each) => each === snake);
    return column ? this.translator.t(web.ctx.language, `agreements.import.names.${column}`) : field;
  }
}

function examplesOf(column: string): Readonly<Record<string, string>> {
  const { countries, organisation } = IMPORT_EXAMPLES;
  const example = Object.entries(IMPORT_EXAMPLES).find(([name]) => name === column)?.[1];
  return { countries, organisation, ...(example ? { example } : {}) };
}
