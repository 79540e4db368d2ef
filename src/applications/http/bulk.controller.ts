import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { PolicyRegistry } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationLists } from '../data/application-lists.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { BulkActRow } from '../data/bulk-act.entity.js';
import { BULK_ACTIONS, BULK_ACTS, BULK_MODES, BULK_MOST } from '../domain/bulk-acts.js';
import type { BulkAct } from '../domain/bulk-acts.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { BulkActs } from '../operations/bulk-acts.js';
import type { BulkInput, BulkVerdict } from '../operations/bulk-acts.js';
import { WorklistFilters } from '../operations/worklist-filter.js';
import { BulkCheckRequest, BulkRequest } from './dto/bulk-requests.js';
import { BulkCheckResource, BulkDoneResource } from './dto/bulk-resources.js';
import { usualFor, workOf } from './office-work.js';
import { presentBulk } from './presenters/present-bulk.js';
import type { BulkReading } from './presenters/present-bulk.js';
import { ReadOffice } from './read-office.js';
import { keptParams, readAddress, wishOf } from './worklist-address.js';

const ENDORSEMENT_MAX = 4000;
/** In place of the id of a unit: the institution as a whole. */
const WHOLE = 'whole';

/** One act with many applications: chosen on the list, checked on a page of its own, done once. */
@Controller('applications/bulk')
export class BulkPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(WorklistFilters) private readonly filters: WorklistFilters,
    @Inject(ReadOffice) private readonly office: ReadOffice,
    @Inject(BulkActs) private readonly acts: BulkActs,
  ) {}

  @Post()
  @Can('application.list')
  async choose(@Web() web: WebRequest): Promise<Redirect> {
    const { act: wanted, select, everything, query } = web.body;
    const address = readAddress(
      new URLSearchParams(typeof query === 'string' ? query : ''),
      usualFor(web.ctx.actor),
    );
    const back = `/applications?${keptParams(address).toString()}`;
    const act = BULK_ACTS.find((each) => each === wanted);
    if (!act || !this.policies.mayEver(web.ctx.actor, BULK_ACTIONS[act]).allowed) {
      return redirect(back, { flash: { kind: 'error', key: 'applications.bulk.choose_act' } });
    }
    const { wish, problems } = wishOf(address, workOf(web.ctx.actor));
    // A day that is none would make the list wider than what was seen.
    if (everything === 'yes' && problems.length > 0) {
      return redirect(back, { flash: { kind: 'error', key: 'problems.not_date' } });
    }
    const ids =
      everything === 'yes'
        ? await this.database.read(web.ctx, async (ctx) => {
            const filter = await this.filters.resolve(ctx, wish);
            const rows = filter ? await this.lists.list(ctx, { ...filter, limit: BULK_MOST + 1 }) : [];
            return rows.map(({ id }) => id);
          })
        : [select ?? []].flat();
    try {
      return redirect(`/applications/bulk/${await this.acts.prepare(web.ctx, act, ids)}`);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return redirect(back, {
        flash: { kind: 'error', key: `reasons.${error.reason}`, values: error.values },
      });
    }
  }

  /** The list of where the selection was made, opened again after a refusal. */
  @Get()
  @Can('application.list')
  list(): Redirect {
    return redirect('/applications');
  }

  /** What would happen, or what did. `?unit=` says which unit the applications would be given to. */
  @Get(':id')
  @Can('application.list')
  page(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.show(web, id, { unit: web.query.unit ?? '', endorsement: '', error: null });
  }

  @Post(':id')
  @Can('application.list')
  async run(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { mode: wanted } = web.body;
    const unit = text(web.body.unit);
    const endorsement = text(web.body.endorsement);
    const mode = BULK_MODES.find((each) => each === wanted);
    try {
      const { act } = await this.database.read(web.ctx, (ctx) => this.acts.find(ctx, id));
      const input = inputOf(act, unit, endorsement);
      if (!mode || !input) {
        throw new DomainError('invalid', {
          fields: [{ field: mode ? 'unit' : 'mode', problem: 'required_choice' }],
        });
      }
      if (endorsement.length > ENDORSEMENT_MAX) {
        const values = { max: ENDORSEMENT_MAX };
        throw new DomainError('invalid', { fields: [{ field: 'endorsement', problem: 'too_long', values }] });
      }
      await this.acts.run(web.ctx, id, input, mode, seenIn(web.body.seen));
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'conflict'].includes(error.code)) throw error;
      return this.show(web, id, { unit, endorsement, error });
    }
    return redirect(`/applications/bulk/${id}`);
  }

  private show(
    web: WebRequest,
    id: string,
    form: { readonly unit: string; readonly endorsement: string; readonly error: DomainError | null },
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const row = await this.acts.find(ctx, id);
      const model = presentBulk(this.translator, ctx.language, await this.reading(ctx, row, form));
      return view('applications/office/bulk.njk', model, {
        status: form.error ? STATUS[form.error.code] : 200,
        title: model.title,
      });
    });
  }

  private async reading(
    ctx: Ctx,
    row: BulkActRow,
    form: { readonly unit: string; readonly endorsement: string; readonly error: DomainError | null },
  ): Promise<BulkReading> {
    const found = await this.applications.findMany(ctx, row.applicationIds);
    const visible = found.filter(
      (application) => applicationsPolicy.decide(ctx.actor, 'application.read', application).allowed,
    );
    const entries = await this.office.entries(ctx, visible, row.act === 'nominate');
    const input = inputOf(row.act, form.unit, '');
    const { outcome } = row;
    const verdicts: readonly BulkVerdict[] | null = outcome
      ? row.applicationIds.map((id) => ({ id, reason: outcome[id] ?? null }))
      : input && (await this.acts.check(ctx, row.act, row.applicationIds, input));
    return {
      row,
      entries: new Map(entries.map((entry) => [entry.application.id, entry])),
      verdicts,
      units: row.doneAt ? [] : await this.units(ctx, row, visible),
      form,
    };
  }

  /** Units of the institutions of the chosen applications, on the side of the act. */
  private async units(
    ctx: Ctx,
    { act }: BulkActRow,
    visible: Awaited<ReturnType<ApplicationsRepository['findMany']>>,
  ): Promise<BulkReading['units']> {
    if (act !== 'home_unit' && act !== 'host_unit') return [];
    const institutions = visible
      .filter((row) => applicationsPolicy.decide(ctx.actor, BULK_ACTIONS[act], row).allowed)
      .map((row) => (act === 'home_unit' ? row.homeInstitutionId : row.hostInstitutionId));
    const units: { readonly id: Id; readonly name: BulkReading['units'][number]['name'] }[] = [];
    for (const institution of new Set(institutions)) {
      if (institution) units.push(...(await this.applications.units(ctx, institution)));
    }
    return units;
  }
}

/** Ids with the versions that the page showed, as `<id> <version>`. */
function seenIn(value: string | readonly string[] | undefined): ReadonlyMap<Id, number> {
  return new Map(
    [value ?? []].flat().flatMap((line) => {
      const [id = '', version = ''] = line.split(' ');
      return isId(id) && /^\d{1,9}$/.test(version) ? [[id, Number(version)] as const] : [];
    }),
  );
}

/** Null where the act needs a unit and none is chosen yet. */
function inputOf(act: BulkAct, unit: string, endorsement: string): BulkInput | null {
  if (act !== 'home_unit' && act !== 'host_unit') return { unitId: null, endorsement };
  if (unit === WHOLE) return { unitId: null, endorsement: '' };
  return isId(unit) ? { unitId: unit, endorsement: '' } : null;
}

const text = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value.trim() : '';

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class BulkApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BulkActs) private readonly acts: BulkActs,
  ) {}

  @Post('bulk-checks')
  @HttpCode(200)
  @Can('application.list')
  @ApiOperation({ summary: 'Of many applications, whether an act would go through with each, and why not' })
  @ApiOkResponse({ type: BulkCheckResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiUnprocessableEntityResponse({ description: 'Nothing is chosen, or too much, or there is no such act' })
  check(@Web() web: WebRequest, @Body() body: BulkCheckRequest): Promise<BulkCheckResource> {
    const { act, applications, unitId = null } = body;
    return this.database.read(web.ctx, async (ctx) => {
      const verdicts = await this.acts.check(ctx, act, applications, { unitId, endorsement: '' });
      return { items: verdicts.map(({ id, reason }) => ({ id, possible: reason === null, reason })) };
    });
  }

  @Post('bulk-acts')
  @HttpCode(200)
  @Can('application.list')
  @Idempotent()
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({
    summary: 'Does an act with many applications: with all that it goes through with, or with all or none',
  })
  @ApiOkResponse({ type: BulkDoneResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiConflictResponse({ description: 'In mode `all`: one of them does not go through, so nothing was done' })
  @ApiUnprocessableEntityResponse({ description: 'Nothing is chosen, or too much, or there is no such act' })
  async run(@Web() web: WebRequest, @Body() body: BulkRequest): Promise<BulkDoneResource> {
    const { act, applications, unitId = null, endorsement = '', mode } = body;
    const input = { unitId, endorsement };
    const verdicts = await this.acts.runAtOnce(web.ctx, act, applications, input, mode);
    return { items: verdicts.map(({ id, reason }) => ({ id, done: reason === null, reason })) };
  }
}
