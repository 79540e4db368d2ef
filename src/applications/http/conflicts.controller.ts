import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { CONFLICT_KINDS, Conflicts } from '../../access/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { DeclareConflict } from '../operations/declare-conflict.js';
import { ConflictRequest } from './dto/conflict-request.js';
import type { ConflictFormView } from './views/office-views.js';

/** Where an official says that they are bound to the applicant. */
@Controller('applications')
export class ConflictFormController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
    @Inject(DeclareConflict) private readonly declareConflict: DeclareConflict,
  ) {}

  @Get(':id/review/conflict')
  @Can('application.declare_conflict')
  form(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, (ctx) => this.page(ctx, id, null));
  }

  @Post(':id/review/conflict')
  @Can('application.declare_conflict')
  async declare(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { value, problems } = parseForm(ConflictRequest, web.body);
    if (problems.length > 0) {
      return this.database.read(web.ctx, (ctx) => this.page(ctx, id, { key: 'problems.required_choice' }));
    }
    try {
      await this.declareConflict.run(web.ctx, id, value.kind);
    } catch (error) {
      // Sent twice: it stands, and that is what was wanted.
      if (!(error instanceof DomainError) || error.reason !== 'conflict_declared') throw error;
    }
    const reads = await this.database.read(web.ctx, (ctx) => this.stillReads(ctx, id));
    return redirect(reads ? `/applications/${id}/review` : '/applications', {
      flash: { kind: 'success', key: 'applications.office.conflict.done' },
    });
  }

  /** A reviewer who is bound to the applicant does not see the file any more. */
  private async stillReads(ctx: Ctx, id: string): Promise<boolean> {
    return (await this.applications.findMany(ctx, [id])).length > 0;
  }

  private async page(ctx: Ctx, id: string, error: Message | null): Promise<View> {
    const application = await this.applications.find(ctx, id);
    authorise(ctx, applicationsPolicy, 'application.declare_conflict', application, 'application.read');
    const declared = await this.conflicts.declaredAbout(ctx, application.applicantId);
    const model: ConflictFormView = {
      number: application.number,
      action: `/applications/${application.id}/review/conflict`,
      cancelHref: `/applications/${application.id}/review`,
      declared: declared.map((kind) => ({ key: `access.conflicts.kinds.${kind}` })),
      problems: error ? [{ message: error, href: '#field-kind' }] : [],
      field: {
        kind: 'radios',
        name: 'kind',
        label: { key: 'applications.office.conflict.kind' },
        value: '',
        options: CONFLICT_KINDS.filter((kind) => !declared.includes(kind)).map((kind) => ({
          value: kind,
          label: { key: `access.conflicts.kinds.${kind}` },
          hint: { key: `access.conflicts.hints.${kind}` },
        })),
        ...(error ? { error } : {}),
      },
    };
    return view('applications/office/conflict.njk', model, {
      status: error ? STATUS.invalid : 200,
      title: { key: 'applications.office.conflict.title' },
    });
  }
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class ConflictsOnApplicationsApiController {
  constructor(@Inject(DeclareConflict) private readonly declareConflict: DeclareConflict) {}

  @Post(':id/conflicts')
  @Can('application.declare_conflict')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Declares that one is bound to the applicant: one decides on no application of theirs any more',
  })
  @ApiNoContentResponse()
  @ApiForbiddenResponse({ description: 'Not for this role or token, or one’s own application' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  @ApiConflictResponse({ description: 'It stands already' })
  @ApiUnprocessableEntityResponse({ description: 'No such kind' })
  declare(@Web() web: WebRequest, @Param('id') id: string, @Body() { kind }: ConflictRequest): Promise<void> {
    return this.declareConflict.run(web.ctx, id, kind);
  }
}
