import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Calls, institutionsInPlaces } from '../../calls/public.js';
import type { FormSection } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { Institutions } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import { AttachDocument } from '../operations/attach-document.js';
import { EditApplication } from '../operations/edit-application.js';
import { FreezeContent } from '../operations/freeze-content.js';
import { GiveConsents } from '../operations/give-consents.js';
import { SaveSection } from '../operations/save-section.js';
import { OpenApplications, isEditable } from './own-application.js';
import type { OpenApplication } from './own-application.js';
import { closedBecause, closedByClock } from './presenters/present-closed.js';
import {
  presentChoices,
  presentConsents,
  presentDocuments,
  pageSection,
  presentQuestions,
} from './presenters/present-section.js';
import type { SectionState, Typed } from './presenters/present-section.js';

/** More institutions than the register of any country holds. */
const ALL_INSTITUTIONS = 2000;

/** Refusals after which the page comes back with what was typed; any other has no page of the form to come back to. */
const KEPT: readonly ErrorCode[] = [
  'invalid',
  'stale',
  'too_late',
  'wrong_state',
  'forbidden',
  'conflict',
  'unavailable',
  'too_large',
];
/** Refusals that end the editing; what was typed is shown to be copied. */
const CLOSING: readonly ErrorCode[] = ['too_late', 'wrong_state', 'forbidden'];

interface Refused {
  readonly typed: Typed | null;
  readonly error: DomainError | null;
}

/** The pages of the form: questions, choices, documents, consents. Nothing that was typed is ever lost. */
@Controller('applications')
export class FormPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(FreezeContent) private readonly freeze: FreezeContent,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(SaveSection) private readonly saveSection: SaveSection,
    @Inject(GiveConsents) private readonly giveConsents: GiveConsents,
    @Inject(AttachDocument) private readonly attachDocument: AttachDocument,
  ) {}

  @Get(':id/:section')
  @Can('application.read')
  section(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const section = sectionOf(open, sectionId);
      if (!isEditable(open.file) || isOfAnotherRoom(section) || !isAsked(open, section)) {
        return redirect(`/applications/${id}`);
      }
      const stash = web.takeStash();
      return this.page(ctx, open, section, web, { typed: stash && eachOnce(stash), error: null });
    });
  }

  @Post(':id/:section')
  @Can('application.edit')
  async save(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View | Redirect> {
    const typed = withoutRow(eachOnce(web.body));
    const section = await this.database.read(web.ctx, async (ctx) =>
      sectionOf(await this.applications.own(ctx, id), sectionId),
    );
    try {
      if (section.kind === 'consents') {
        const purposes = section.consents
          .map(({ purpose }) => purpose)
          .filter((purpose) => `consent-${purpose}` in typed);
        await this.giveConsents.run(web.ctx, id, sectionId, purposes);
      } else if (section.kind !== 'documents' && !isOfAnotherRoom(section)) {
        const revision = Number(typed.revision);
        await this.saveSection.run(web.ctx, id, sectionId, typed, Number.isInteger(revision) ? revision : 0);
      }
    } catch (error) {
      return this.refused(web, id, sectionId, typed, error);
    }
    return this.next(web, id, sectionId, typed);
  }

  @Post(':id/documents/:requirement')
  @Can('application.edit')
  @AcceptsFile()
  @Limited('upload')
  async attach(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<View | Redirect> {
    const sectionId = await this.sectionOfRequirement(web, id, requirement);
    try {
      const file = await web.file();
      if (!file) {
        throw new DomainError('invalid', { fields: [{ field: requirement, problem: 'required_file' }] });
      }
      await this.attachDocument.attach(web.ctx, id, requirement, file);
    } catch (error) {
      return this.refused(web, id, sectionId, null, error);
    }
    return redirect(documentsPath(web, id, sectionId), {
      flash: { kind: 'success', key: 'applications.form.documents.attached' },
    });
  }

  @Post(':id/documents/:requirement/remove')
  @Can('application.edit')
  async remove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<View | Redirect> {
    const sectionId = await this.sectionOfRequirement(web, id, requirement);
    try {
      await this.attachDocument.remove(web.ctx, id, requirement);
    } catch (error) {
      // Removed already, by a second click or in another tab: then it is as the person wanted it.
      if (!(error instanceof DomainError) || error.code !== 'not_found') {
        return this.refused(web, id, sectionId, null, error);
      }
    }
    return redirect(documentsPath(web, id, sectionId), {
      flash: { kind: 'success', key: 'applications.form.documents.removed' },
    });
  }

  /** The page again, with what was typed and why it could not be taken. */
  private refused(
    web: WebRequest,
    id: string,
    sectionId: string,
    typed: Typed | null,
    error: unknown,
  ): Promise<View> {
    if (!(error instanceof DomainError) || !KEPT.includes(error.code)) throw error;
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      return this.page(ctx, open, sectionOf(open, sectionId), web, { typed, error });
    });
  }

  private async page(
    ctx: Ctx,
    open: OpenApplication,
    section: FormSection,
    web: WebRequest,
    { typed, error }: Refused,
  ): Promise<View> {
    const { application, call } = open.file;
    const stored = open.file.sections.get(section.id)?.answers ?? {};
    const frozen = new Set(
      section.questions
        .filter(
          (question) =>
            this.edit.mayAnswer(ctx, { application, call, section }, question, stored[question.id]) ===
            'frozen',
        )
        .map(({ id }) => id),
    );
    const closed = error && CLOSING.includes(error.code) ? closedBecause(error) : closedByClock(open);
    const state: SectionState = {
      typed,
      problems: error?.fields ?? [],
      closed,
      refusal:
        error && error.fields.length === 0 && error.code !== 'stale' && !CLOSING.includes(error.code)
          ? { key: `reasons.${error.reason}`, values: error.values }
          : null,
      stale: error?.code === 'stale',
      fromCheck: (web.query.from ?? typed?.from) === 'check',
      // Where nothing can be saved any more, all that was typed is shown as it was typed.
      isUnlocked: (field) =>
        (closed !== null && typed !== null) ||
        (this.edit.isUnlocked(application, section.id, field) && !frozen.has(field)),
    };
    const options = {
      title: {
        key: 'applications.form.section_title',
        values: { section: open.reader.translator.localized(ctx.language, section.title) },
      },
      ...(error ? { status: STATUS[error.code] } : {}),
    };
    switch (section.kind) {
      case 'questions': {
        const shown = pageSection(open, section);
        return view(
          'applications/questions.njk',
          presentQuestions(
            open,
            shown,
            state,
            await this.institutionsFor(ctx, open, shown),
            await this.shownAnswers(ctx, open, shown),
          ),
          options,
        );
      }
      case 'choices': {
        const places = await this.placesFor(ctx, open);
        const names = await this.institutions.names(ctx, institutionsInPlaces(places));
        return view('applications/choices.njk', presentChoices(open, section, state, places, names), options);
      }
      case 'documents':
        return view('applications/documents.njk', presentDocuments(open, section, state), options);
      case 'consents':
        return view('applications/consents.njk', presentConsents(open, section, state), options);
      case 'references':
      case 'co_applicants':
        throw new DomainError('not_found');
    }
  }

  /** On to the following page; after a correction, or when asked for, to the overview; and back to the check from there. */
  private next(web: WebRequest, id: string, sectionId: string, typed: Typed): Promise<Redirect> {
    const overview = `/applications/${id}`;
    const saved = { flash: { kind: 'success' as const, key: 'applications.form.saved' } };
    return this.database.read(web.ctx, async (ctx) => {
      const { file } = await this.applications.own(ctx, id);
      if (typed.then === 'overview') return redirect(overview, saved);
      const table = rowAct(typed.then)?.question;
      if (table) {
        const from = typed.from === 'check' ? '?from=check' : '';
        return redirect(`${overview}/${sectionId}${from}#field-${table}`, saved);
      }
      if (typed.from === 'check') return redirect(`${overview}/check`, saved);
      if (file.application.state === 'returned') return redirect(overview, saved);
      const { sections } = file.form;
      const here = sections.findIndex((section) => section.id === sectionId);
      // The page itself fell away with an answer of another tab.
      if (here === -1) return redirect(overview, saved);
      const following = sections[here + 1];
      return redirect(following ? `${overview}/${following.id}` : `${overview}/check`);
    });
  }

  private sectionOfRequirement(web: WebRequest, id: string, requirement: string): Promise<string> {
    return this.database.read(web.ctx, async (ctx) => {
      const { file } = await this.applications.own(ctx, id);
      const section = file.wholeForm.sections.find((candidate) =>
        candidate.documents.some((document) => document.id === requirement),
      );
      if (!section) throw new DomainError('not_found');
      return section.id;
    });
  }

  private async institutionsFor(
    ctx: Ctx,
    open: OpenApplication,
    section: FormSection,
  ): Promise<readonly InstitutionView[]> {
    const asked = section.questions.filter(({ type }) => type === 'institution');
    if (asked.length === 0) return [];
    const homeOnly = asked.every(({ institutionCountry }) => institutionCountry === 'home');
    const { items } = await this.institutions.search(ctx, {
      limit: ALL_INSTITUTIONS,
      ...(homeOnly ? { country: open.file.application.homeCountry } : {}),
    });
    return items;
  }

  private async placesFor(ctx: Ctx, { file }: OpenApplication) {
    const { application, call } = file;
    const hosts = call.directions
      .filter(({ homeCountry }) => homeCountry === application.homeCountry)
      .map(({ hostCountry }) => hostCountry);
    const places = await this.calls.places(ctx, call.id);
    return places.filter(({ institution }) => hosts.includes(institution.country));
  }

  private async shownAnswers(
    ctx: Ctx,
    { file }: OpenApplication,
    section: FormSection,
  ): Promise<Readonly<Record<string, string>>> {
    const answers = file.sections.get(section.id)?.answers ?? {};
    const shown: Record<string, string> = {};
    for (const question of section.questions) {
      const value = answers[question.id];
      if (value) shown[question.id] = await this.freeze.shown(ctx, ctx.language, question, value);
    }
    return shown;
  }
}

/** A page as it is asked; one that fell away is still known, because an answer to it may be under way. */
function sectionOf({ file }: OpenApplication, sectionId: string): FormSection {
  const section = [...file.form.sections, ...file.wholeForm.sections].find(({ id }) => id === sectionId);
  if (!section) throw new DomainError('not_found');
  return section;
}

/** Letters of reference and co-applicants have pages of their own, in their own rooms. */
function isOfAnotherRoom({ kind }: FormSection): boolean {
  return kind === 'references' || kind === 'co_applicants';
}

function isAsked({ file }: OpenApplication, section: FormSection): boolean {
  return file.form.sections.includes(section);
}

function documentsPath(web: WebRequest, id: string, sectionId: string): string {
  return `/applications/${id}/${sectionId}${web.body.from === 'check' ? '?from=check' : ''}`;
}

/** The buttons of a table, for whoever has no scripts: save and give me more rows, or save without this row. */
function rowAct(then: string | undefined): { readonly question: string; readonly row: string } | null {
  const [, question, row = ''] = /^rows?-([a-z0-9_]+)(?:-(\d+))?$/.exec(then ?? '') ?? [];
  return question === undefined ? null : { question, row };
}

function withoutRow(typed: Typed): Typed {
  const act = rowAct(typed.then);
  if (!act?.row) return typed;
  return Object.fromEntries(
    Object.entries(typed).filter(([name]) => !name.startsWith(`${act.question}-${act.row}-`)),
  );
}
