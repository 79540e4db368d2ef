import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Flash, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { Institutions } from '../data/institutions.js';
import { Units } from '../data/units.js';
import { institutionName } from '../domain/institution.js';
import { unitsPolicy } from '../domain/units.policy.js';
import { ManageUnits } from '../operations/manage-units.js';
import { NAME_LANGUAGES } from './views/units-views.js';
import type { UnitForm, UnitsView } from './views/units-views.js';

/** Which form came back, with what was typed into it and why it was not taken. */
interface Returned {
  /** An institution to which a unit was to be added, or a unit that was to be renamed. */
  readonly of: Id;
  readonly name: LocalizedText;
  readonly error: DomainError;
}

/** The units of the institutions that the reader administers. */
@ApiExcludeController()
@Controller('admin/units')
export class UnitsPagesController {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
    private readonly units: Units,
    private readonly translator: Translator,
    private readonly manage: ManageUnits,
  ) {}

  @Get()
  @Can('unit.manage')
  list(@Web() web: WebRequest): Promise<View> {
    return this.show(web, null);
  }

  @Post(':institutionId/add')
  @Can('unit.manage')
  add(@Web() web: WebRequest, @Param('institutionId') institutionId: string): Promise<View | Redirect> {
    const name = nameIn(web.body);
    return this.attempt(web, institutionId, name, 'added', async () => {
      await this.manage.add(web.ctx, { institutionId, name });
    });
  }

  @Post(':unitId/rename')
  @Can('unit.manage')
  rename(@Web() web: WebRequest, @Param('unitId') unitId: string): Promise<View | Redirect> {
    const name = nameIn(web.body);
    return this.attempt(web, unitId, name, 'renamed', () => this.manage.rename(web.ctx, { unitId, name }));
  }

  @Post(':unitId/close')
  @Can('unit.manage')
  async close(@Web() web: WebRequest, @Param('unitId') unitId: string): Promise<Redirect> {
    await this.manage.close(web.ctx, { unitId });
    return redirect('/admin/units', { flash: done('closed') });
  }

  private async attempt(
    web: WebRequest,
    of: Id,
    name: LocalizedText,
    key: string,
    act: () => Promise<void>,
  ): Promise<View | Redirect> {
    try {
      await act();
    } catch (error) {
      const shown = error instanceof DomainError && (error.code === 'invalid' || error.code === 'conflict');
      if (!shown) throw error;
      return this.show(web, { of, name, error });
    }
    return redirect('/admin/units', { flash: done(key) });
  }

  private show(web: WebRequest, returned: Returned | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const ids = ctx.actor.grants.flatMap(({ institutionId }) => institutionId ?? []);
      const administered = [...(await this.institutions.byIds(ctx, ids)).values()].filter(
        ({ id }) =>
          unitsPolicy.decide(ctx.actor, 'unit.manage', { state: 'open', institutionId: id }).allowed,
      );
      const institutions: UnitsView['institutions'][number][] = [];
      for (const institution of administered) {
        const units = await this.units.of(ctx, institution.id, { closed: true });
        institutions.push({
          id: institution.id,
          name: institutionName(ctx.language, institution).text,
          open: units
            .filter(({ closedAt }) => closedAt === null)
            .map(({ id, name }) => ({
              id,
              name: this.translator.localized(ctx.language, name),
              form: formOf(`/admin/units/${id}/rename`, id, name, returned),
              closeHref: `/admin/units/${id}/close`,
            })),
          closed: units
            .filter(({ closedAt }) => closedAt !== null)
            .map(({ name }) => this.translator.localized(ctx.language, name)),
          add: formOf(`/admin/units/${institution.id}/add`, institution.id, NOTHING, returned),
        });
      }
      const model: UnitsView = { institutions };
      return view('access/units.njk', model, {
        title: { key: 'universities.units.title' },
        ...(returned ? { status: STATUS[returned.error.code] } : {}),
      });
    });
  }
}

const NOTHING: LocalizedText = { sr: '', ru: '', en: '' };

function formOf(action: string, of: Id, name: LocalizedText, returned: Returned | null): UnitForm {
  const mine = returned?.of === of ? returned : null;
  const error = mine?.error;
  return {
    action,
    open: mine !== null,
    problem: error && error.fields.length === 0 ? { key: `reasons.${error.reason}` } : null,
    fields: NAME_LANGUAGES.map((language) => {
      const problem = error?.fields.find(({ field }) => field === `name.${language}`);
      return {
        id: `name-${of}-${language}`,
        name: language,
        lang: language === 'sr' ? 'sr-Cyrl' : language,
        label: { key: `universities.units.name.${language}` },
        value: mine ? mine.name[language] : name[language],
        error: problem
          ? { key: `problems.${problem.problem}`, ...(problem.values ? { values: problem.values } : {}) }
          : null,
      };
    }),
  };
}

function nameIn(body: FormFields): LocalizedText {
  const field = (name: string) => {
    const value = body[name];
    return typeof value === 'string' ? value : '';
  };
  return { sr: field('sr'), ru: field('ru'), en: field('en') };
}

function done(key: string): Flash {
  return { kind: 'success', key: `universities.units.done.${key}` };
}
