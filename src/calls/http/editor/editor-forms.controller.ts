import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Agreements } from '../../../agreements/public.js';
import { Gates } from '../../../gates/public.js';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { storageProblems } from '../../domain/call-draft.js';
import { EditCall } from '../../operations/edit-call.js';
import { baseOf, presentEditorForm } from '../presenters/present-editor-form.js';
import { typedFromForm } from './editor-entries.js';
import type { Typed } from './editor-entries.js';
import { EDITOR_FORMS } from './editor-forms.js';
import { EditorShell } from './editor-shell.js';
import { presentSelectionLists } from './present-selection-page.js';
import { selectionForm } from './selection-form.js';

const PAGES = { ...EDITOR_FORMS, selection: selectionForm } as const;
type FormStep = keyof typeof PAGES;

/** A form that came back: what was typed, and why it could not be taken. */
interface Refused {
  readonly typed: Typed;
  readonly problems: readonly FieldProblem[];
  readonly stale: boolean;
}

/** The pages of the editor that are one form each: the basics, the texts, the dates, how it selects. */
@ApiExcludeController()
@Controller('admin/calls/:id')
export class EditorFormsController {
  constructor(
    private readonly database: Database,
    private readonly shell: EditorShell,
    private readonly agreements: Agreements,
    private readonly edit: EditCall,
    private readonly gates: Gates,
  ) {}

  @Get('basics')
  @Can('call.edit')
  basics(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, 'basics');
  }

  @Post('basics')
  @Can('call.edit')
  saveBasics(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.save(web, id, 'basics');
  }

  @Get('texts')
  @Can('call.edit')
  texts(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, 'texts');
  }

  @Post('texts')
  @Can('call.edit')
  saveTexts(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.save(web, id, 'texts');
  }

  @Get('selection')
  @Can('call.edit')
  selection(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, 'selection');
  }

  @Post('selection')
  @Can('call.edit')
  saveSelection(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.save(web, id, 'selection');
  }

  @Get('dates')
  @Can('call.edit')
  dates(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, 'dates');
  }

  @Post('dates')
  @Can('call.edit')
  saveDates(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.save(web, id, 'dates');
  }

  private async save(web: WebRequest, id: string, step: FormStep): Promise<View | Redirect> {
    const form = PAGES[step];
    const typed = typedFromForm(web.body);
    const editor = await this.shell.load(web, id, step);
    if (!editor.editable) throw new DomainError('wrong_state');
    const { patch, problems } = form.read(typed, web.ctx.clock.now(), editor.draft);
    if (problems.length > 0) {
      // Of what could be read the draft says itself what is wrong, so that all of it is told at once.
      const fields = new Set(problems.map(({ field }) => field));
      const more = storageProblems({ ...editor.draft, ...patch }).filter(
        ({ field }) => !fields.has(field) && fieldOf(field) in patch,
      );
      return this.page(web, id, step, { typed, problems: [...problems, ...more], stale: false });
    }
    const on = redirect(typed['then'] === 'overview' ? editor.href : editor.nextHref, {
      flash: { kind: 'success', key: 'calls.editor.saved' },
    });
    const before = baseOf(form.typed(editor.draft));
    // An instant has seconds that nobody types: what looks the same is the same.
    if (baseOf(form.typed({ ...editor.draft, ...patch })) === before) return on;
    const said = Number(typed['version']);
    // Somebody else changed another page: nothing that is said here is touched by it.
    const untouched = editor.version !== said && typed['base'] === before;
    try {
      await this.edit.editCall(web.ctx, id, untouched ? editor.version : said, patch);
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'stale'].includes(error.code)) throw error;
      return this.page(web, id, step, { typed, problems: error.fields, stale: error.code === 'stale' });
    }
    return on;
  }

  private page(web: WebRequest, id: string, step: FormStep, refused?: Refused): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, step);
      const kept = refused ? null : web.takeStash();
      const model = presentEditorForm(editor, PAGES[step], {
        agreements: await this.choosable(ctx, editor.call.agreementId),
        gateRules: step === 'dates' ? await this.gates.rules(ctx) : [],
        typed: refused?.typed ?? (kept && typedFromForm(kept)),
        problems: refused?.problems ?? [],
        stale: refused?.stale ?? false,
      });
      const lists = step === 'selection' ? presentSelectionLists(editor) : {};
      const template = step === 'selection' ? 'calls/editor/selection.njk' : 'calls/editor/fields.njk';
      return view(
        template,
        { ...model, ...lists },
        {
          status: refused ? STATUS[refused.stale ? 'stale' : 'invalid'] : 200,
          title: model.heading,
        },
      );
    });
  }

  /** What is in force or was, and what the call stands on already. */
  private async choosable(ctx: Parameters<Agreements['published']>[0], agreementId: string) {
    const published = await this.agreements.published(ctx);
    if (published.some(({ id }) => id === agreementId)) return published;
    const own = await this.agreements.byId(ctx, agreementId);
    return own ? [own, ...published] : published;
  }
}

function fieldOf(field: string): string {
  return field.split('.')[0] ?? '';
}
