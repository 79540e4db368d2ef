import { readFile } from 'node:fs/promises';
import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { RestrictedLists } from '../data/restricted-lists.repository.js';
import type { EntryFault } from '../domain/restricted-list.js';
import { ImportRestrictedList } from '../operations/import-restricted-list.js';
import { countriesOf } from './gate-rules-pages.controller.js';
import { presentLists } from './presenters/present-lists.js';
import { dayParts, typedDay } from './typed-day.js';

/** Lists of restricted parties that the officers of a country keep, with their versions and what differs between them. */
@ApiExcludeController()
@Controller('gates/lists')
export class RestrictedListsController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly lists: RestrictedLists,
    private readonly imports: ImportRestrictedList,
  ) {}

  @Get()
  @Can('gate_rule.edit')
  list(@Web() web: WebRequest): Promise<View> {
    return this.page(web, [], []);
  }

  @Post()
  @Can('gate_rule.edit')
  @AcceptsFile()
  async take(@Web() web: WebRequest): Promise<View | Redirect> {
    const { country, list, issuerCountry, version, listSource } = eachOnce(web.body);
    try {
      const file = await web.file();
      if (!file) throw new DomainError('invalid', { fields: [{ field: 'file', problem: 'required_file' }] });
      const { faults } = await this.imports.run(
        web.ctx,
        {
          country: country ?? '',
          list: list ?? '',
          issuerCountry: (issuerCountry ?? '').toUpperCase(),
          version: version ?? '',
          dated: typedDay(web.body, 'dated'),
          source: listSource ?? '',
        },
        await readFile(file.path, 'utf8'),
      );
      if (faults.length > 0) return await this.page(web, [], faults, STATUS.invalid);
      return redirect('/gates/lists', { flash: { kind: 'success', key: 'gates.lists.done' } });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid') return this.page(web, error.fields, [], STATUS.invalid);
      if (error.reason === 'list_version_known') {
        return this.page(web, [{ field: 'version', problem: 'already_used' }], [], STATUS.conflict);
      }
      throw error;
    }
  }

  private page(
    web: WebRequest,
    problems: readonly FieldProblem[],
    faults: readonly EntryFault[],
    status = 200,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'gates/lists.njk',
        presentLists(this.translator, ctx, await this.lists.versions(ctx), {
          countries: countriesOf(ctx.actor),
          typed: eachOnce(web.body),
          dated: dayParts(web.body, 'dated'),
          problems,
          faults,
        }),
        { status, title: { key: 'gates.lists.title' } },
      ),
    );
  }
}
