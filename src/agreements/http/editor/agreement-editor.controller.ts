import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../../platform/database/context.js';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { textOf } from '../../../platform/http/form-fields.js';
import { AcceptsFile } from '../../../platform/http/multipart.interceptor.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { AgreementPorts } from '../../agreement-ports.js';
import { Agreements } from '../../data/agreements.js';
import type { AgreementContent, VersionView } from '../../domain/agreement.js';
import { agreementsPolicy } from '../../domain/agreements.policy.js';
import { EDITOR_STEPS, WRITTEN_LANGUAGES, missingOf, stepOf } from '../../domain/draft.js';
import type { EditorStep, FormStep } from '../../domain/draft.js';
import { factsOf } from '../../operations/agreement-record.js';
import type { AgreementRecord } from '../../operations/agreement-record.js';
import { EditAgreement } from '../../operations/edit-agreement.js';
import { KeepAnnexes, titleProblems } from '../../operations/keep-annexes.js';
import { ReadAgreement } from '../read-agreement.js';
import { EDITOR_FORMS, control } from './editor-forms.js';
import type { EditorWorld } from './editor-forms.js';
import { editorHref, presentFields, presentFrame, problemLink } from './present-editor.js';
import { Entries, baseOf, typedFromForm } from './typed.js';
import type { Typed } from './typed.js';
import { presentAnnexes } from '../agreement-presenter.js';
import type { EditorAnnexesView, EditorOverviewView } from '../views/editor-views.js';

interface Refused {
  readonly typed: Typed;
  readonly problems: readonly FieldProblem[];
  readonly stale: boolean;
}

type Editable = AgreementRecord & { readonly open: VersionView };

/** The editor of a version: short pages, each one form, and an overview that says what is missing. */
@ApiExcludeController()
@Controller('agreements/:reference/edit')
export class AgreementEditorController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadAgreement,
    private readonly agreements: Agreements,
    private readonly ports: AgreementPorts,
    private readonly edit: EditAgreement,
    private readonly keep: KeepAnnexes,
  ) {}

  @Get()
  @Can('agreement.edit')
  overview(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.load(ctx, reference);
      const reader = this.reading.reader(ctx);
      const { open, agreement } = record;
      const editor = presentFrame(reader, open, 'overview');
      const missing = missingOf(open.content);
      const href = `/agreements/${encodeURIComponent(agreement.reference)}`;
      const institutions = agreement.parties.filter(({ institutionId }) => institutionId !== null);
      const model: EditorOverviewView = {
        editor,
        problems: [],
        missing: missing.map((problem) =>
          problemLink(reader, problem, `${editor.href}/${stepOf(problem.field)}#field-${problem.field}`),
        ),
        steps: EDITOR_STEPS.map((step) => ({
          title: { key: `agreements.editor.steps.${step}` },
          href: `${editor.href}/${step}`,
          state: missing.some(({ field }) => stepOf(field) === step) ? 'todo' : 'done',
        })),
        propose: this.reading.may(ctx, 'agreement.propose', record, 'version')
          ? {
              action: `${href}/propose`,
              hash: open.contentHash,
              does: [
                { key: `agreements.does.propose_${institutions.length > 0 ? 'institutions' : 'countries'}` },
                { key: 'agreements.does.propose_fixed' },
              ],
            }
          : null,
        agreementHref: href,
        peopleHref: `${href}/people`,
      };
      return view('agreements/editor/overview.njk', model, {
        title: { key: 'agreements.editor.title', values: { title: editor.title } },
      });
    });
  }

  @Get('annexes')
  @Can('agreement.edit')
  annexes(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    return this.annexPage(web, reference, []);
  }

  @Post('annexes')
  @Can('agreement.edit')
  @AcceptsFile()
  async addAnnex(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    try {
      // Whoever may not write keeps no file in the store.
      const { agreement } = await this.database.read(web.ctx, (ctx) => this.load(ctx, reference));
      const title = new Entries(typedFromForm(web.body)).words('annexTitle');
      const file = await web.file();
      const fields = [
        ...titleProblems(title),
        ...(file ? [] : [{ field: 'file', problem: 'required_file' }]),
      ];
      if (fields.length > 0 || !file) throw new DomainError('invalid', { fields });
      const received = await this.keep.receive(file.path, file.fileName);
      await this.keep.addAnnex(web.ctx, agreement.id, title, received);
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'too_large'].includes(error.code)) throw error;
      return this.annexPage(web, reference, error.fields);
    }
    return redirect(`${editorHref(reference)}/annexes`, {
      flash: { kind: 'success', key: 'agreements.done.annex_added' },
    });
  }

  @Post('annexes/remove')
  @Can('agreement.edit')
  async removeAnnex(@Web() web: WebRequest, @Param('reference') reference: string): Promise<Redirect> {
    const { agreement } = await this.database.read(web.ctx, (ctx) => this.load(ctx, reference));
    await this.keep.removeAnnex(web.ctx, agreement.id, textOf(web.body, 'annex'));
    return redirect(`${editorHref(reference)}/annexes`, {
      flash: { kind: 'success', key: 'agreements.done.annex_removed' },
    });
  }

  @Get(':step')
  @Can('agreement.edit')
  step(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
    @Param('step') step: string,
  ): Promise<View> {
    return this.page(web, reference, stepNamed(step));
  }

  @Post(':step')
  @Can('agreement.edit')
  async save(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
    @Param('step') named: string,
  ): Promise<View | Redirect> {
    const step = stepNamed(named);
    const typed = typedFromForm(web.body);
    const { agreement, open } = await this.database.read(web.ctx, (ctx) => this.load(ctx, reference));
    const form = EDITOR_FORMS[step];
    const { patch, problems } = form.read(typed, open.content);
    if (problems.length > 0) return this.page(web, reference, step, { typed, problems, stale: false });
    const before = form.typed(open.content);
    const after: AgreementContent = { ...open.content, ...patch };
    const on = (content: AgreementContent) => this.next(typed, content.reference, step);
    if (baseOf(form.typed(after)) === baseOf(before)) return on(open.content);
    const said = Number(typed['edit']);
    // Somebody else changed another page: nothing that is said here is touched by it.
    const untouched = open.edit !== said && typed['base'] === baseOf(before);
    try {
      await this.edit.editAgreement(web.ctx, agreement.id, untouched ? open.edit : said, patch);
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'stale'].includes(error.code)) throw error;
      return this.page(web, reference, step, {
        typed,
        problems: error.fields,
        stale: error.code === 'stale',
      });
    }
    return on(after);
  }

  private next(typed: Typed, reference: string, step: EditorStep): Redirect {
    const href = `/agreements/${encodeURIComponent(reference)}/edit`;
    const following = EDITOR_STEPS[EDITOR_STEPS.indexOf(step) + 1];
    const flash = { kind: 'success', key: 'agreements.editor.saved' } as const;
    if (typed['then'] === 'here') return redirect(`${href}/${step}`, { flash });
    return redirect(typed['then'] === 'overview' || !following ? href : `${href}/${following}`, { flash });
  }

  private annexPage(web: WebRequest, reference: string, problems: readonly FieldProblem[]): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { open, agreement } = await this.load(ctx, reference);
      const reader = this.reading.reader(ctx);
      const editor = presentFrame(reader, open, 'annexes');
      const page = { typed: problems.length > 0 ? typedFromForm(web.body) : {}, problems };
      const { translator, language } = reader;
      const model: EditorAnnexesView = {
        editor,
        problems: problems.map((problem) => problemLink(reader, problem, `#field-${problem.field}`)),
        annexes: presentAnnexes(reader, agreement.reference, open, true),
        action: `${editor.href}/annexes`,
        titles: WRITTEN_LANGUAGES.map((written) =>
          control(page, `annexTitle.${written}`, 'text', {
            label: {
              key: 'agreements.editor.in_language',
              values: {
                field: translator.t(language, 'agreements.editor.fields.annexTitle'),
                language: translator.t(language, `agreements.editor.languages.${written}`),
              },
            },
            ...(written === 'en' ? { optional: true } : {}),
          }),
        ),
        file: control(page, 'file', 'file', { hint: { key: 'agreements.editor.hints.file' } }),
      };
      return view('agreements/editor/annexes.njk', model, {
        status: problems.length > 0 ? STATUS.invalid : 200,
        title: { key: 'agreements.editor.steps.annexes' },
      });
    });
  }

  private page(web: WebRequest, reference: string, step: FormStep, refused?: Refused): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { open } = await this.load(ctx, reference);
      const kept = refused ? null : web.takeStash();
      const model = presentFields(this.reading.reader(ctx), open, await this.world(ctx), step, {
        typed: refused?.typed ?? (kept && typedFromForm(kept)),
        problems: refused?.problems ?? [],
        stale: refused?.stale ?? false,
      });
      return view('agreements/editor/fields.njk', model, {
        status: refused ? STATUS[refused.stale ? 'stale' : 'invalid'] : 200,
        title: model.heading,
      });
    });
  }

  /** What is written on, for whoever may. */
  private async load(ctx: Ctx, reference: string): Promise<Editable> {
    const { agreement, open } = await this.reading.inside(ctx, reference);
    const record = { agreement, open };
    agreementsPolicy.require(ctx.actor, 'agreement.edit', factsOf(record, 'version'), 'agreement.read');
    if (!open) throw new DomainError('wrong_state');
    return { agreement, open };
  }

  private async world(ctx: Ctx): Promise<EditorWorld> {
    const day = ctx.clock.now().toISOString().slice(0, 10);
    const inForce = await this.agreements.inForce(ctx, day);
    return {
      memoranda: inForce.filter(({ kind }) => kind === 'memorandum'),
      fields: this.ports.fieldsOfStudy(),
    };
  }
}

function stepNamed(name: string): FormStep {
  const step = EDITOR_STEPS.find((each): each is FormStep => each === name && each !== 'annexes');
  if (!step) throw new DomainError('not_found');
  return step;
}
