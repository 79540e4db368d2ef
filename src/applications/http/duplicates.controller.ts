import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { AskToJoin } from '../operations/ask-to-join.js';
import { SettleDuplicate } from '../operations/settle-duplicate.js';
import {
  DuplicateForm,
  DuplicateRequest,
  DuplicateVerdictResource,
  DuplicatesResource,
  duplicatesResource,
  verdictResource,
} from './dto/duplicates.js';
import { presentDuplicates, presentSettling } from './presenters/present-duplicates.js';
import type { DuplicatesReading } from './presenters/present-duplicates.js';
import { ReadOffice } from './read-office.js';

interface Settling {
  readonly typed: WebRequest['body'];
  readonly problems: readonly FieldProblem[];
  readonly stale: boolean;
}

/** Which other applications may be the same person's, and where an officer settles it. */
@Controller('applications')
export class DuplicatePagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ReadOffice) private readonly office: ReadOffice,
    @Inject(SettleDuplicate) private readonly duplicates: SettleDuplicate,
    @Inject(AskToJoin) private readonly asking: AskToJoin,
  ) {}

  @Get(':id/review/duplicates')
  @Can('application.read_duplicates')
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('applications/office/duplicates.njk', presentDuplicates(await this.reading(ctx, id)), {
        title: { key: 'applications.duplicates.title' },
      }),
    );
  }

  @Get(':id/review/duplicates/:other')
  @Can('application.settle_duplicate')
  form(@Web() web: WebRequest, @Param('id') id: string, @Param('other') other: string): Promise<View> {
    return this.page(web, id, other, { typed: {}, problems: [], stale: false });
  }

  @Post(':id/review/duplicates/:other')
  @Can('application.settle_duplicate')
  async settle(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('other') other: string,
  ): Promise<View | Redirect> {
    const { value, problems } = parseForm(DuplicateForm, web.body);
    if (problems.length > 0) return this.page(web, id, other, { typed: web.body, problems, stale: false });
    try {
      await this.duplicates.run(web.ctx, id, other, value);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'stale') throw error;
      return this.page(web, id, other, { typed: web.body, problems: [], stale: true });
    }
    return redirect(`/applications/${id}/review/duplicates`, {
      flash: { kind: 'success', key: `applications.duplicates.done.${value.verdict}` },
    });
  }

  /** Asks the person of both accounts to make them one. */
  @Post(':id/review/duplicates/:other/join')
  @Can('application.settle_duplicate')
  async ask(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('other') other: string,
  ): Promise<Redirect> {
    const back = `/applications/${id}/review/duplicates`;
    try {
      await this.asking.run(web.ctx, id, other);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
      return redirect(back, { flash: { kind: 'error', key: `reasons.${error.reason}` } });
    }
    return redirect(back, { flash: { kind: 'success', key: 'applications.duplicates.join.done' } });
  }

  private page(web: WebRequest, id: string, otherId: string, state: Settling): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const reading = await this.reading(ctx, id);
      const other = reading.found.others.find(
        ({ maySettle, applications }) =>
          maySettle && applications.some(({ application }) => application.id === otherId),
      );
      const model = other ? presentSettling(reading, other, { ...state, otherId }) : null;
      if (!model) throw new DomainError('not_found');
      return view('applications/office/duplicate.njk', model, {
        status: state.problems.length > 0 ? STATUS.invalid : state.stale ? STATUS.stale : 200,
        title: { key: 'applications.duplicates.settle_title' },
      });
    });
  }

  private async reading(ctx: Ctx, id: string): Promise<DuplicatesReading> {
    const found = await this.duplicates.list(ctx, id);
    const application = await this.applications.find(ctx, id);
    const named = [
      application,
      ...found.others.flatMap(({ applications }) => applications.map((each) => each.application)),
      ...found.atTheSameTime,
    ];
    const entries = await this.office.entries(ctx, named, false);
    const [entry] = entries;
    if (!entry) throw new DomainError('not_found');
    return {
      translator: this.translator,
      language: ctx.language,
      zone: entry.homeCountry?.timeZone ?? entry.call.timeZone,
      entry,
      found,
      entries: new Map(entries.map((each) => [each.application.id, each])),
    };
  }
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class DuplicatesApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SettleDuplicate) private readonly duplicates: SettleDuplicate,
  ) {}

  @Get(':id/duplicates')
  @Can('application.read_duplicates')
  @ApiOperation({ summary: 'Applications that may be the same person’s, as far as both are open to you' })
  @ApiOkResponse({ type: DuplicatesResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<DuplicatesResource> {
    return this.database.read(web.ctx, async (ctx) =>
      duplicatesResource(await this.duplicates.list(ctx, id)),
    );
  }

  @Post(':id/duplicates/:other')
  @Can('application.settle_duplicate')
  @Idempotent()
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({
    summary: 'Settles whether two applications are one person’s; nothing else follows from it',
  })
  @ApiCreatedResponse({ type: DuplicateVerdictResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'One of the two is not there, or not open to you' })
  @ApiConflictResponse({ description: 'Nothing makes the two alike' })
  @ApiPreconditionFailedResponse({ description: 'Somebody else settled it since' })
  @ApiUnprocessableEntityResponse({ description: 'No reason, or no such answer' })
  async settle(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('other') other: string,
    @Body() body: DuplicateRequest,
  ): Promise<DuplicateVerdictResource> {
    return verdictResource(await this.duplicates.run(web.ctx, id, other, body));
  }
}
