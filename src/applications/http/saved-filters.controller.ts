import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { SavedFilters } from '../operations/saved-filters.js';
import { presentSavedFilters } from './presenters/present-saved-filters.js';
import { usualFor } from './office-work.js';
import { keptParams, paramsOf, readAddress } from './worklist-address.js';

const PAGE = '/applications/filters';

/** The filters that somebody keeps under a name: to save, order and delete them, and to say which is shown first. */
@Controller('applications/filters')
export class SavedFiltersController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SavedFilters) private readonly filters: SavedFilters,
  ) {}

  /** `?save=` holds the address of a worklist that is to be kept. */
  @Get()
  @Can('application.list')
  page(@Web() web: WebRequest): Promise<View> {
    const kept = web.takeStash();
    const save = web.query.save ?? text(kept?.query);
    return this.show(web, { save, name: text(kept?.name), error: null });
  }

  @Post()
  @Can('application.list')
  async save(@Web() web: WebRequest): Promise<View | Redirect> {
    const name = text(web.body.name);
    const query = this.canonical(web, text(web.body.query));
    try {
      await this.filters.save(web.ctx, { name, query });
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'blocked'].includes(error.code)) throw error;
      return this.show(web, { save: query, name, error });
    }
    return redirect(`/applications?${query}`, {
      flash: { kind: 'success', key: 'applications.office.saved.done' },
    });
  }

  @Post('default')
  @Can('application.list')
  async noDefault(@Web() web: WebRequest): Promise<Redirect> {
    await this.filters.setDefault(web.ctx, null);
    return redirect(PAGE);
  }

  @Post(':id/default')
  @Can('application.list')
  async makeDefault(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.filters.setDefault(web.ctx, id);
    return redirect(PAGE);
  }

  @Post(':id/up')
  @Can('application.list')
  async up(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.filters.moveUp(web.ctx, id);
    return redirect(PAGE);
  }

  @Post(':id/delete')
  @Can('application.list')
  async remove(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.filters.remove(web.ctx, id);
    return redirect(PAGE, { flash: { kind: 'success', key: 'applications.office.saved.deleted' } });
  }

  /** Only what a worklist understands is kept. */
  private canonical(web: WebRequest, query: string): string {
    return keptParams(readAddress(paramsOf(`?${query}`), usualFor(web.ctx.actor))).toString();
  }

  private show(
    web: WebRequest,
    form: { readonly save: string; readonly name: string; readonly error: DomainError | null },
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const own = await this.filters.list(ctx);
      const save = form.save && this.canonical(web, form.save);
      return view('applications/office/saved-filters.njk', presentSavedFilters(own, { ...form, save }), {
        status: form.error ? STATUS[form.error.code] : 200,
        title: { key: 'applications.office.saved.title' },
      });
    });
  }
}

const text = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : '';
