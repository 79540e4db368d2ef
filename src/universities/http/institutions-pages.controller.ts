import { Controller, Get, Param } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { Countries } from '../data/countries.js';
import { Institutions } from '../data/institutions.js';
import {
  presentInstitution,
  presentInstitutionList,
  readInstitutionListQuery,
} from './institution-presenter.js';

const PAGE_SIZE = 50;

/** The public register of institutions. */
@Controller('institutions')
export class InstitutionsPagesController {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
    private readonly countries: Countries,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Public()
  async list(@Web() web: WebRequest): Promise<View> {
    const model = await this.database.read(web.ctx, async (ctx) => {
      const countries = await this.countries.all(ctx);
      const query = readInstitutionListQuery(web.query, countries);
      const after = web.query['after'];
      const page = await this.institutions.search(ctx, {
        ...(query.text ? { text: query.text } : {}),
        ...(query.country ? { country: query.country } : {}),
        ...(query.kind ? { kind: query.kind } : {}),
        ...(after ? { after } : {}),
        limit: PAGE_SIZE,
      });
      const reader = { translator: this.translator, language: ctx.language, countries };
      return presentInstitutionList(reader, query, page);
    });
    return view('universities/list.njk', model, { title: { key: 'universities.title' } });
  }

  @Get(':slug')
  @Public()
  async institution(@Web() web: WebRequest, @Param('slug') slug: string): Promise<View> {
    const model = await this.database.read(web.ctx, async (ctx) => {
      const institution = await this.institutions.bySlug(ctx, slug);
      if (!institution) throw new DomainError('not_found');
      const countries = await this.countries.all(ctx);
      return presentInstitution(
        { translator: this.translator, language: ctx.language, countries },
        institution,
      );
    });
    return view('universities/institution.njk', model, {
      title: { key: 'universities.named', values: { name: model.name.text } },
    });
  }
}
