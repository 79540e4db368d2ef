import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Agreements } from '../../../agreements/public.js';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Message, Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { authorise } from '../../../platform/database/authorise.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { ErrorCode, FieldProblem } from '../../../shared/domain-error.js';
import { CALL_CATEGORIES } from '../../domain/call.js';
import { callStates } from '../../domain/call.states.js';
import { CALL_MOVES, callsPolicy } from '../../domain/calls.policy.js';
import { Amendments } from '../../data/amendments.js';
import { CallPorts } from '../../call-ports.js';
import { reasonProblems } from '../../domain/deadline-move.js';
import { factsOf } from '../../operations/call-record.js';
import { CopyCall } from '../../operations/copy-call.js';
import { MoveCall } from '../../operations/move-call.js';
import { MoveDeadline } from '../../operations/move-deadline.js';
import { PrepareCall } from '../../operations/prepare-call.js';
import { ProposeCall } from '../../operations/propose-call.js';
import { PublishCall } from '../../operations/publish-call.js';
import { presentDeadlineMove } from '../presenters/present-deadline-move.js';
import { presentNewCall } from '../presenters/present-editor-list.js';
import { presentOverview } from '../presenters/present-overview.js';
import { Entries, typedFromForm } from './editor-entries.js';
import type { Typed } from './editor-entries.js';
import { EditorShell } from './editor-shell.js';
import { ReadEditor } from './read-editor.js';

/** Refusals after which the overview comes back and says why. */
const TOLD: readonly ErrorCode[] = ['invalid', 'blocked', 'wrong_state', 'conflict', 'stale'];

/** The calls that an administrator prepares and leads: the list, a new one, and the overview of each. */
@ApiExcludeController()
@Controller('admin/calls')
export class EditorCallsController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadEditor,
    private readonly shell: EditorShell,
    private readonly agreements: Agreements,
    private readonly prepareCall: PrepareCall,
    private readonly proposeCall: ProposeCall,
    private readonly publishCall: PublishCall,
    private readonly moveCall: MoveCall,
    private readonly copyCall: CopyCall,
    private readonly moveDeadline: MoveDeadline,
    private readonly amendments: Amendments,
    private readonly ports: CallPorts,
  ) {}

  @Get()
  @Can('call.prepare')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      authorise(
        ctx,
        callsPolicy,
        'call.prepare',
        { state: callStates.initial, countries: [] },
        'call.prepare',
      );
      return view('calls/editor/list.njk', await this.reading.list(ctx, web.query), {
        title: { key: 'calls.editor.list.title' },
      });
    });
  }

  @Get('new')
  @Can('call.prepare')
  blank(@Web() web: WebRequest): Promise<View> {
    const kept = web.takeStash('/admin/calls');
    return this.newCall(web, kept ? typedFromForm(kept) : {}, []);
  }

  @Post()
  @Can('call.prepare')
  async begin(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    const entries = new Entries(typed);
    try {
      const id = await this.prepareCall.beginCall(web.ctx, {
        title: { sr: entries.text('title.sr'), ru: entries.text('title.ru'), en: entries.text('title.en') },
        category: CALL_CATEGORIES.find((each) => each === entries.text('category')) ?? null,
        agreementId: entries.text('agreementId'),
      });
      return redirect(`/admin/calls/${id}`, { flash: { kind: 'success', key: 'calls.editor.begun' } });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.newCall(web, typed, error.fields);
    }
  }

  @Get(':id')
  @Can('call.edit')
  overview(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null, {});
  }

  @Post(':id/propose')
  @Can('call.propose')
  propose(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const seen = Number(typedFromForm(web.body)['version']);
    return this.act(web, id, 'propose', () =>
      this.proposeCall.proposeCall(web.ctx, id, Number.isInteger(seen) ? seen : undefined),
    );
  }

  @Post(':id/publish')
  @Can('call.publish')
  publish(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'publish', () => this.publishCall.publishCall(web.ctx, id));
  }

  @Post(':id/move')
  @Can('call.move')
  async move(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const entries = new Entries(typedFromForm(web.body));
    const act = CALL_MOVES.find((each) => each === entries.text('act'));
    if (!act) throw new DomainError('not_found');
    return this.act(web, id, act, () => this.moveCall.moveCall(web.ctx, id, act, entries.text('reason')));
  }

  @Post(':id/copy')
  @Can('call.prepare')
  async copy(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    const copied = await this.copyCall.copyCall(web.ctx, id);
    return redirect(`/admin/calls/${copied}`, {
      flash: { kind: 'success', key: 'calls.editor.acts.copy.done' },
    });
  }

  @Get(':id/deadline')
  @Can('call.move_deadline')
  deadline(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.deadlinePage(web, id, null);
  }

  @Post(':id/deadline')
  @Can('call.move_deadline')
  async sendDeadline(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    const entries = new Entries(typed);
    const { call } = await this.shell.load(web, id, null);
    const closesAt = entries.instant('closesAt', call.timeZone);
    const reason = {
      sr: entries.text('reason.sr'),
      ru: entries.text('reason.ru'),
      en: entries.text('reason.en'),
    };
    try {
      // What cannot be read is told together with what is wrong with the rest.
      if (!closesAt) {
        throw new DomainError('invalid', { fields: [...entries.problems, ...reasonProblems(reason)] });
      }
      await this.moveDeadline.moveDeadline(web.ctx, id, Number(typed['version']), {
        closesAt,
        reason,
      });
    } catch (error) {
      if (!(error instanceof DomainError) || (error.code !== 'invalid' && error.code !== 'stale'))
        throw error;
      return this.deadlinePage(web, id, {
        typed,
        problems: error.fields,
        stale: error.code === 'stale',
      });
    }
    return redirect(`/admin/calls/${id}`, {
      flash: { kind: 'success', key: 'calls.editor.acts.move_deadline.done' },
    });
  }

  private deadlinePage(
    web: WebRequest,
    id: string,
    refused: Parameters<typeof presentDeadlineMove>[3],
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, null);
      authorise(ctx, callsPolicy, 'call.move_deadline', factsOf(editor.call), 'call.read');
      const model = presentDeadlineMove(
        editor,
        await this.ports.applications.begun(ctx, id),
        await this.amendments.moves(ctx, id),
        refused,
      );
      return view('calls/editor/deadline.njk', model, {
        status: refused ? STATUS[refused.stale ? 'stale' : 'invalid'] : 200,
        title: { key: 'calls.editor.acts.move_deadline.title' },
      });
    });
  }

  private async act(
    web: WebRequest,
    id: string,
    act: string,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, id, { act, error }, typedFromForm(web.body));
    }
    return redirect(`/admin/calls/${id}`, {
      flash: { kind: 'success', key: `calls.editor.acts.${act}.done` },
    });
  }

  private page(
    web: WebRequest,
    id: string,
    refused: { readonly act: string; readonly error: DomainError } | null,
    typed: Typed,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, null);
      const standing = await this.reading.standing(ctx, editor);
      const model = presentOverview(ctx.actor, editor, standing, refused, typed);
      const title: Message = { key: 'calls.named', values: { title: editor.title.text } };
      return view('calls/editor/overview.njk', model, {
        status: refused ? STATUS[refused.error.code] : 200,
        title,
      });
    });
  }

  private newCall(web: WebRequest, typed: Typed, problems: readonly FieldProblem[]): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      authorise(
        ctx,
        callsPolicy,
        'call.prepare',
        { state: callStates.initial, countries: [] },
        'call.prepare',
      );
      const model = presentNewCall(
        await this.reading.reader(ctx),
        await this.agreements.published(ctx),
        typed,
        problems,
      );
      return view('calls/editor/new.njk', model, {
        status: problems.length > 0 ? STATUS.invalid : 200,
        title: { key: 'calls.editor.new.title' },
      });
    });
  }
}
