import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { AnswerInterview } from '../operations/answer-interview.js';
import { ArrangeInterviews } from '../operations/arrange-interviews.js';
import type { TypedSlot } from '../operations/arrange-interviews.js';
import { ReadInterviews } from '../operations/read-interviews.js';
import { presentChangeTime, presentInterviews } from './presenters/present-interviews.js';
import type { ReviewReader } from './presenters/present-reviews.js';

type Typed = Readonly<Record<string, string>>;

/** Interviews of a panel: times, who is invited to them, whether they came, and what members noted. */
@ApiExcludeController()
@Controller('reviews/panels/:id/interviews')
export class InterviewPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadInterviews,
    private readonly arranging: ArrangeInterviews,
    private readonly answering: AnswerInterview,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('panel.read')
  interviews(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, {}, null);
  }

  @Post('times')
  @Can('panel.assign')
  offer(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, typedIn(web.body), 'offered', () =>
      this.arranging.offer(web.ctx, id, slotIn(web.body)),
    );
  }

  @Get('times/:slot')
  @Can('panel.assign')
  askToChange(@Web() web: WebRequest, @Param('id') id: string, @Param('slot') slot: string): Promise<View> {
    return this.changePage(web, id, slot, null, null);
  }

  @Post('times/:slot')
  @Can('panel.assign')
  async change(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('slot') slot: string,
  ): Promise<View | Redirect> {
    try {
      await this.arranging.change(web.ctx, id, slot, slotIn(web.body));
    } catch (error) {
      return this.changePage(web, id, slot, typedIn(web.body), told(error));
    }
    return done(id, 'changed');
  }

  @Post('times/:slot/withdraw')
  @Can('panel.assign')
  withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('slot') slot: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, {}, 'withdrawn', () => this.arranging.withdraw(web.ctx, id, slot));
  }

  @Post('invite')
  @Can('panel.assign')
  invite(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, eachOnce(web.body), 'invited', () =>
      this.arranging.invite(web.ctx, id, {
        applicationId: textOf(web.body, 'application'),
        slotId: textOf(web.body, 'slot'),
      }),
    );
  }

  @Post(':interview/move')
  @Can('interview.arrange')
  move(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, {}, 'moved', () =>
      this.arranging.move(web.ctx, interview, textOf(web.body, 'slot')),
    );
  }

  @Post(':interview/cancel')
  @Can('interview.arrange')
  cancel(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, {}, 'cancelled', () =>
      this.arranging.cancel(web.ctx, interview, textOf(web.body, 'reason')),
    );
  }

  @Post(':interview/attendance')
  @Can('interview.attend')
  attend(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, {}, 'attended', () =>
      this.arranging.attend(web.ctx, interview, textOf(web.body, 'came') === 'yes'),
    );
  }

  @Post(':interview/notes')
  @Can('interview.note')
  note(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, eachOnce(web.body), 'noted', () =>
      this.answering.note(web.ctx, interview, {
        text: textOf(web.body, `text-${interview}`),
        language: textOf(web.body, `language-${interview}`),
      }),
    );
  }

  private async act(
    web: WebRequest,
    id: string,
    typed: Typed,
    what: string,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      return this.page(web, id, typed, told(error));
    }
    return done(id, what);
  }

  private page(web: WebRequest, id: string, typed: Typed, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'reviews/interviews.njk',
        presentInterviews(this.reader(ctx), await this.reading.ofPanel(ctx, id), typed, error),
        { title: { key: 'reviews.interviews.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      ),
    );
  }

  private changePage(
    web: WebRequest,
    id: string,
    slotId: string,
    typed: Typed | null,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.reading.ofPanel(ctx, id);
      const slot = open.slots.find((each) => each.id === slotId && each.cancelledAt === null);
      if (!slot) throw new DomainError('not_found');
      return view(
        'reviews/interview-time.njk',
        presentChangeTime(this.reader(ctx), open, slot, typed, error),
        { title: { key: 'reviews.interviews.change' }, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

function done(id: string, what: string): Redirect {
  return redirect(`/reviews/panels/${id}/interviews`, {
    flash: { kind: 'success', key: `reviews.interviews.done.${what}` },
  });
}

function membersIn(fields: FormFields): readonly string[] {
  const { members } = fields;
  if (members === undefined) return [];
  return typeof members === 'string' ? [members] : members;
}

function typedIn(fields: FormFields): Typed {
  return { ...eachOnce(fields), members: membersIn(fields).join('\n') };
}

function slotIn(fields: FormFields): TypedSlot {
  const text = (name: string) => textOf(fields, name);
  return {
    date: `${text('date-day')} ${text('date-month')} ${text('date-year')}`,
    time: text('time'),
    minutes: text('minutes'),
    place: text('place'),
    link: text('link'),
    members: membersIn(fields),
  };
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'wrong_state'];

function told(error: unknown): DomainError {
  if (error instanceof DomainError && TOLD.includes(error.code)) return error;
  throw error;
}
