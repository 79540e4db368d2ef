import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { Conditions } from '../../approvals/public.js';
import type { ConditionView } from '../../approvals/public.js';
import { Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { ApplicationFiles } from '../operations/application-file.js';
import { MeetCondition } from '../operations/meet-condition.js';
import { OpenApplications } from './own-application.js';
import { presentOwnConditions } from './presenters/present-own-conditions.js';
import type { EvidenceState } from './presenters/present-own-conditions.js';

/** What a country asks of an applicant before their place is certain, and what they give for it. */
@Controller('applications')
export class ConditionPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(Conditions) private readonly conditions: Conditions,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(MeetCondition) private readonly meetCondition: MeetCondition,
  ) {}

  @Get(':id/conditions')
  @Can('application.read')
  own(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  /** Reloaded after a refusal, or opened in another language: the page that the forms stand on. */
  @Get(':id/conditions/:condition')
  @Can('application.read')
  beforeGiving(@Param('id') id: string, @Param('condition') condition: string): Redirect {
    return redirect(`/applications/${id}/conditions#condition-${encodeURIComponent(condition)}`);
  }

  @Post(':id/conditions/:condition')
  @Can('application.meet_condition')
  @AcceptsFile()
  @Limited('upload')
  async give(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('condition') condition: string,
  ): Promise<View | Redirect> {
    const words = typeof web.body.words === 'string' ? web.body.words : '';
    try {
      await this.meetCondition.run(web.ctx, id, condition, words, await web.file());
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (['invalid', 'too_large', 'unavailable'].includes(error.code)) {
        return this.page(web, id, { condition, words, error });
      }
      // Settled meanwhile, or the application has come to its end: its page says where it stands.
      if (error.code !== 'wrong_state') throw error;
      return redirect(`/applications/${id}/conditions`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
    return redirect(`/applications/${id}/conditions`, {
      flash: { kind: 'success', key: 'applications.own_conditions.given' },
    });
  }

  /** What was given for a condition, for everybody who reads the application. */
  @Get(':id/conditions/:condition/file')
  @Can('application.read')
  async file(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('condition') conditionId: string,
  ): Promise<FileResult> {
    const found = await this.database.read(web.ctx, async (ctx) => {
      const subject = await this.subjectOf(ctx, id);
      const { evidenceUploadId } = await this.conditions.oneOf(ctx, subject, conditionId);
      if (!evidenceUploadId) throw new DomainError('not_found');
      return this.uploads.open(ctx, subject, evidenceUploadId);
    });
    return answerFile({
      content: await found.content(),
      contentType: found.mediaType,
      fileName: found.fileName,
      length: found.sizeBytes,
    });
  }

  private async subjectOf(ctx: Ctx, id: string) {
    const { application } = await this.files.load(ctx, id);
    return { kind: 'application', id: application.id };
  }

  private page(web: WebRequest, id: string, state: EvidenceState | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const conditions = await this.conditions.ofSubject(ctx, {
        kind: 'application',
        id: open.file.application.id,
      });
      return view('applications/conditions.njk', presentOwnConditions(open, conditions, state), {
        title: { key: 'applications.own_conditions.title' },
        ...(state ? { status: STATUS[state.error.code] } : {}),
      });
    });
  }
}

class ConditionOfApplicationResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Which side set it, ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty()
  text: string;

  @ApiProperty({ format: 'date-time' })
  dueAt: string;

  @ApiProperty({ enum: ['open', 'met', 'not_met', 'waived'] })
  state: string;

  @ApiProperty({ type: String, nullable: true })
  evidence: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What the side said when it settled it' })
  note: string | null;
}

class ConditionsOfApplicationResource {
  @ApiProperty({ type: [ConditionOfApplicationResource] })
  items: ConditionOfApplicationResource[];
}

class EvidenceBody {
  @ApiProperty({ maxLength: 4000, description: 'How the condition is met; a file is given on the page' })
  @IsString()
  words: string;
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class ConditionsApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(Conditions) private readonly conditions: Conditions,
    @Inject(MeetCondition) private readonly meetCondition: MeetCondition,
  ) {}

  @Get(':id/conditions')
  @Can('application.read')
  @ApiOperation({ summary: 'What both countries ask before the place is certain' })
  @ApiOkResponse({ type: ConditionsOfApplicationResource })
  @ApiNotFoundResponse({ description: 'There is no such application in one’s sight' })
  of(@Web() web: WebRequest, @Param('id') id: string): Promise<ConditionsOfApplicationResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { application } = await this.files.load(ctx, id);
      const conditions = await this.conditions.ofSubject(ctx, { kind: 'application', id: application.id });
      return { items: conditions.map(conditionResource) };
    });
  }

  @Post(':id/conditions/:condition/evidence')
  @HttpCode(204)
  @Can('application.meet_condition')
  @ApiOperation({ summary: 'The applicant says how they meet a condition' })
  @ApiNotFoundResponse({ description: 'There is no such condition in one’s sight' })
  @ApiUnprocessableEntityResponse({ description: 'Nothing was given' })
  async give(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('condition') condition: string,
    @Body() { words }: EvidenceBody,
  ): Promise<void> {
    await this.meetCondition.run(web.ctx, id, condition, words, null);
  }
}

function conditionResource(condition: ConditionView): ConditionOfApplicationResource {
  const { id, country, text, dueAt, state, evidenceText, settledNote } = condition;
  return {
    id,
    country,
    text,
    dueAt: dueAt.toISOString(),
    state,
    evidence: evidenceText,
    note: settledNote,
  };
}
