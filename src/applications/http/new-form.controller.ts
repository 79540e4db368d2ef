import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Calls, formDifference } from '../../calls/public.js';
import type { FormThing } from '../../calls/public.js';
import { Database } from '../../platform/database/database.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { LocalizedText } from '../../shared/language.js';
import { carriedAnswers } from '../domain/carried-answers.js';
import { TakeNewForm } from '../operations/take-new-form.js';
import { OpenApplications } from './own-application.js';
import { isOnOlderForm } from './presenters/present-tasks.js';
import { presentHead } from './presenters/present-head.js';
import type { NewFormView } from './views/applicant-views.js';

const TITLE: Message = { key: 'applications.new_form.title' };

/** The form of a call was amended: an applicant reads what is another, and decides whether their draft goes over to it. */
@Controller('applications')
export class NewFormController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(TakeNewForm) private readonly takeNewForm: TakeNewForm,
  ) {}

  @Get(':id/new-form')
  @Can('application.read')
  ask(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      if (!isOnOlderForm(open)) return redirect(`/applications/${id}`);
      const { call, wholeForm, sections } = open.file;
      const next = await this.calls.form(ctx, call.id, call.formVersion);
      if (!next) throw new DomainError('not_found');
      const answered = new Map([...sections].map(([section, { answers }]) => [section, answers]));
      const { lost } = carriedAnswers(wholeForm, next, answered, ctx.clock.now().toISOString().slice(0, 10));
      const { translator, language } = open.reader;
      const say = ({ label }: { readonly label: LocalizedText }) => translator.localized(language, label);
      const difference = formDifference(wholeForm, next);
      const line = (what: string, things: readonly FormThing[]) => ({
        what: { key: `applications.new_form.${what}` },
        things: things.map(say),
      });
      const model: NewFormView = {
        head: presentHead(open),
        lines: [
          line('added', difference.added),
          line('removed', difference.removed),
          line('changed', difference.changed),
        ].filter(({ things }) => things.length > 0),
        lost: lost.map(say),
      };
      return view('applications/new-form.njk', model, { title: TITLE });
    });
  }

  @Post(':id/new-form')
  @Can('application.edit')
  async take(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    try {
      await this.takeNewForm.run(web.ctx, id);
    } catch (error) {
      // A second click, or the deadline: the page of the application says where it stands.
      if (!(error instanceof DomainError)) throw error;
      if (!['wrong_state', 'too_late', 'conflict'].includes(error.code)) throw error;
      return redirect(`/applications/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
    return redirect(`/applications/${id}`, {
      flash: { kind: 'success', key: 'applications.new_form.done' },
    });
  }
}
