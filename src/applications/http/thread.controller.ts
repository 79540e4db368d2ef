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
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { Institutions } from '../../universities/public.js';
import { THREAD_OFFICES } from '../domain/thread.js';
import { ApplicationThread } from '../operations/application-thread.js';
import type { ThreadMessage } from '../operations/application-thread.js';
import { MessageRequest, MessageResource, MessagesResource, messageResource } from './dto/thread.js';
import { OpenApplications } from './own-application.js';
import { presentThread } from './presenters/present-thread.js';
import type { ThreadState } from './presenters/present-thread.js';

/** What an applicant and the offices write to one another: one page for all of them. */
@Controller('applications')
export class ThreadPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly opened: OpenApplications,
    @Inject(ApplicationThread) private readonly thread: ApplicationThread,
    @Inject(People) private readonly people: People,
    @Inject(Institutions) private readonly institutions: Institutions,
  ) {}

  @Get(':id/messages')
  @Can('application.read_messages')
  async messages(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const { page, shown } = await this.database.read(web.ctx, (ctx) => this.page(ctx, id, null));
    await this.thread.markRead(web.ctx, id, shown);
    return page;
  }

  @Post(':id/messages')
  @Can('application.write_message')
  async write(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const office = THREAD_OFFICES.find((each) => each === web.body.office);
    if (!office)
      throw new DomainError('invalid', { fields: [{ field: 'office', problem: 'required_choice' }] });
    // The names of the two forms of the page differ, so that the error summary leads to one of them.
    const given = web.body[`text-${office}`] ?? web.body.text;
    const typed = typeof given === 'string' ? given : '';
    try {
      await this.thread.write(web.ctx, id, { office, text: typed });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      if (code !== 'invalid' && code !== 'conflict' && code !== 'too_many_requests') throw error;
      const state: ThreadState = {
        office,
        typed,
        problem: error.fields[0] ?? null,
        refusal: { key: `reasons.${error.reason}`, values: error.values },
      };
      const { page } = await this.database.read(web.ctx, (ctx) => this.page(ctx, id, state, STATUS[code]));
      return page;
    }
    return redirect(`/applications/${id}/messages#thread-${office}`, {
      flash: { kind: 'success', key: 'applications.thread.sent' },
    });
  }

  private async page(
    ctx: Ctx,
    id: string,
    state: ThreadState | null,
    status = 200,
  ): Promise<{ readonly page: View; readonly shown: readonly ThreadMessage[] }> {
    const messages = await this.thread.list(ctx, id);
    const open = await this.opened.open(ctx, id);
    const authors = messages.flatMap(({ authorId, actingFor }) => [authorId, actingFor]);
    // Officials sign what they write, though they are not in each other's sight; whose file it is, is said to whoever may know.
    const named = authors.filter(
      (person) =>
        person !== null && (person !== open.file.application.applicantId || open.file.sight.sees('identity')),
    );
    const names = await withSystemRights(ctx, () =>
      this.people.displayNames(
        ctx,
        named.filter((person) => person !== null),
      ),
    );
    const institutions = await this.institutions.byIds(
      ctx,
      messages.flatMap(({ institutionId }) => institutionId ?? []),
    );
    const model = presentThread(ctx.actor, { open, messages, names, institutions }, state);
    return {
      page: view('applications/messages.njk', model, {
        status,
        title: { key: 'applications.thread.title' },
      }),
      shown: messages,
    };
  }
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@ApiForbiddenResponse({ description: 'Not for this role or token' })
@ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
@Controller('api/v1/applications')
export class ThreadApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationThread) private readonly thread: ApplicationThread,
  ) {}

  @Get(':id/messages')
  @Can('application.read_messages')
  @ApiOperation({
    summary:
      'What the applicant and the offices wrote to one another, the oldest first; reading here marks nothing',
  })
  @ApiOkResponse({ type: MessagesResource })
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<MessagesResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.thread.list(ctx, id)).map(messageResource),
    }));
  }

  @Post(':id/messages')
  @Can('application.write_message')
  @Idempotent()
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({ summary: 'Writes to the applicant or to the office; it cannot be changed afterwards' })
  @ApiCreatedResponse({ type: MessageResource })
  @ApiConflictResponse({ description: 'The office does not have the file, or is not yours' })
  @ApiUnprocessableEntityResponse({ description: 'No text, or too long a one' })
  async write(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { office, text }: MessageRequest,
  ): Promise<MessageResource> {
    const written = await this.thread.write(web.ctx, id, { office, text });
    return messageResource({ ...written, fresh: false });
  }
}
