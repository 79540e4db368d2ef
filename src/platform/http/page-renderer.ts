import { Injectable } from '@nestjs/common';
import nunjucks from 'nunjucks';
import type { Language, LocalizedText } from '../../shared/language.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Money } from '../../shared/money.js';
import type { TextValues } from '../i18n/translator.js';
import { Translator } from '../i18n/translator.js';
import { templateEnvironment } from '../templates/template-environment.js';
import { figureRows } from './figure-rows.js';
import type { FigureRows } from './figure-rows.js';
import { HttpPorts } from './http-ports.js';
import type { View } from './page.js';
import type { WebRequest } from './web-request.js';
import { selectOptions, wordsOf, worklistRows } from './worklist-rows.js';
import type { WorklistTable } from './worklist-rows.js';

/** Turns a view into HTML: the template with its model `m`, the shell `page`, and the words of the reader's language. */
@Injectable()
export class PageRenderer {
  private readonly environments: ReadonlyMap<Language, nunjucks.Environment>;

  constructor(
    private readonly translator: Translator,
    private readonly ports: HttpPorts,
  ) {
    this.environments = new Map(LANGUAGES.map((language) => [language, this.environment(language)]));
  }

  /** The page as HTML. */
  async render(web: WebRequest, view: View): Promise<string> {
    const page = this.ports.pageShell
      ? await this.ports.pageShell(web, view)
      : { language: web.ctx.language, path: web.url };
    return this.renderTemplate(web.ctx.language, view.template, { page, m: view.model });
  }

  private renderTemplate(language: Language, template: string, context: object): Promise<string> {
    const environment = this.environments.get(language);
    if (!environment) throw new Error(`no templates in ${language}`);
    return new Promise((resolve, reject) => {
      environment.render(template, context, (error, html) => {
        if (error) reject(error);
        else resolve(html ?? '');
      });
    });
  }

  private environment(language: Language): nunjucks.Environment {
    const { translator } = this;
    const t = (key: string, values?: TextValues) => translator.t(language, key, values);
    return templateEnvironment({
      lang: language,
      t,
      // As the macro of components/message.njk, without the frame that each call of a macro makes; escaped by the template.
      say: (words: Parameters<typeof wordsOf>[0]) => (words === undefined ? undefined : wordsOf(words, t)),
      // Escaped by what writes them.
      worklistRows: (table: WorklistTable) => new nunjucks.runtime.SafeString(worklistRows(table, t)),
      figureRows: (table: FigureRows) => new nunjucks.runtime.SafeString(figureRows(table, t)),
      selectOptions: (options: Parameters<typeof selectOptions>[0], chosen: string) =>
        new nunjucks.runtime.SafeString(selectOptions(options, chosen, t)),
      localized: (text: LocalizedText) => translator.localized(language, text),
      formatDate: (instant: Date | string, zone: string) =>
        translator.date(language, new Date(instant), zone),
      formatDateTime: (instant: Date | string, zone: string) =>
        translator.dateTime(language, new Date(instant), zone),
      formatNumber: (value: number) => translator.number(language, value),
      formatMoney: (amount: Money) => translator.money(language, amount),
      formatList: (items: readonly string[]) => translator.list(language, items),
      countryName: (code: string) => translator.countryName(language, code),
      languageName: (tag: string) => translator.languageName(language, tag),
    });
  }
}
