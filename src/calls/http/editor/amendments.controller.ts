import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Decisions } from '../../../approvals/public.js';
import { authorise } from '../../../platform/database/authorise.js';
import type { Ctx } from '../../../platform/database/context.js';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { ErrorCode } from '../../../shared/domain-error.js';
import { CallPorts } from '../../call-ports.js';
import { Amendments } from '../../data/amendments.js';
import { Calls } from '../../data/calls.js';
import { changesOf } from '../../domain/amendment.js';
import { callsPolicy } from '../../domain/calls.policy.js';
import { AmendCall, amendmentSubject, hashAsAmended } from '../../operations/amend-call.js';
import { ApplyAmendment } from '../../operations/apply-amendment.js';
import { factsOf } from '../../operations/call-record.js';
import { presentAmendments } from '../presenters/present-amendment.js';
import { presentAmendmentPage } from '../presenters/present-amendment-page.js';
import type { AmendmentState } from '../presenters/present-amendment-page.js';
import { Entries, typedFromForm } from './editor-entries.js';
import type { Typed } from './editor-entries.js';
import { EditorShell } from './editor-shell.js';
import type { Editor } from './editor-shell.js';

/** Refusals after which the page comes back and says why. */
const TOLD: readonly ErrorCode[] = ['invalid', 'wrong_state', 'conflict', 'stale'];

/** The amendment of a published call: what would change, whom it touches, what both countries say of it. */
@ApiExcludeController()
@Controller('admin/calls/:id/amendment')
export class AmendmentsController {
  constructor(
    private readonly database: Database,
    private readonly shell: EditorShell,
    private readonly calls: Calls,
    private readonly amendments: Amendments,
    private readonly decisions: Decisions,
    private readonly ports: CallPorts,
    private readonly amending: AmendCall,
    private readonly applying: ApplyAmendment,
  ) {}

  @Get()
  @Can('call.amend')
  show(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post()
  @Can('call.amend')
  begin(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'begun', () => this.amending.begin(web.ctx, id));
  }

  @Post('reason')
  @Can('call.amend')
  explain(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    const entries = new Entries(typed);
    const reason = {
      sr: entries.text('reason.sr'),
      ru: entries.text('reason.ru'),
      en: entries.text('reason.en'),
    };
    return this.act(web, id, 'explained', () =>
      this.amending.explain(web.ctx, id, Number(typed['version']), reason),
    );
  }

  @Post('propose')
  @Can('call.amend')
  propose(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { version } = typedFromForm(web.body);
    return this.act(web, id, 'proposed', () => this.amending.propose(web.ctx, id, Number(version)));
  }

  @Post('apply')
  @Can('call.amend')
  apply(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'applied', () => this.applying.applyAmendment(web.ctx, id));
  }

  @Post('discard')
  @Can('call.amend')
  discard(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'discarded', () => this.amending.discard(web.ctx, id));
  }

  private async act(
    web: WebRequest,
    id: string,
    done: string,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, id, { typed: typedFromForm(web.body), error });
    }
    return redirect(`/admin/calls/${id}/amendment`, {
      flash: { kind: 'success', key: `calls.amendment.done.${done}` },
    });
  }

  private page(
    web: WebRequest,
    id: string,
    refused: { readonly typed: Typed; readonly error: DomainError } | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, null);
      authorise(ctx, callsPolicy, 'call.amend', factsOf(editor.call), 'call.read');
      const forms = new Map(
        (await this.calls.forms(ctx, id)).map(({ version, definition }) => [version, definition]),
      );
      const model = presentAmendmentPage(
        editor,
        await this.ports.applications.begun(ctx, id),
        await this.state(ctx, editor),
        presentAmendments(editor.reader, await this.amendments.texts(ctx, id), forms, editor.call.timeZone),
        refused,
      );
      return view('calls/editor/amendment.njk', model, {
        status: refused ? STATUS[refused.error.code] : 200,
        title: { key: 'calls.amendment.title' },
      });
    });
  }

  private async state(ctx: Ctx, editor: Editor): Promise<AmendmentState | null> {
    const { call, form } = editor;
    const amendment = await this.amendments.draft(ctx, call.id);
    if (!amendment) return null;
    const decision = await this.decisions.ofSubject(ctx, amendmentSubject(amendment.id));
    return {
      amendment,
      changes: changesOf(call, form, amendment),
      decision,
      onThisText: decision?.subjectHash === hashAsAmended(editor, amendment),
    };
  }
}
