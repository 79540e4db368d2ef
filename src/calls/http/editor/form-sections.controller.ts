import { Controller, Get, Param, Post } from '@nestjs/common';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { Web } from '../../../platform/http/web.decorator.js';
import { DomainError } from '../../../shared/domain-error.js';
import {
  ADDED_SECTIONS,
  addSection,
  moveSection,
  questionsBeforeSection,
  removeSection,
  rewordSection,
  sectionOf,
} from '../../domain/form-editing.js';
import type { AddedSection } from '../../domain/form-editing.js';
import { EditorShell } from './editor-shell.js';
import type { Editor } from './editor-shell.js';
import { ComposerEntries } from './composer-entries.js';
import { FormEdits, pageOptions, refusalOf, requireSound, stepPressed } from './form-edits.js';
import { presentSectionEntry } from './present-entry.js';
import { formHref, presentForm, presentRemoval, presentSectionKinds, sectionHref } from './present-form.js';
import { checkVisibleIf, readSection } from './read-item-entry.js';
import { newSectionFields, sectionFields } from './write-item-entry.js';

/** The form of a call as a whole, and its sections: added, worded, moved, removed. */
@Controller('admin/calls/:id/form')
export class FormSectionsController {
  constructor(
    private readonly shell: EditorShell,
    private readonly edits: FormEdits,
  ) {}

  @Get()
  @Can('call.edit')
  async form(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    return view('calls/editor/form.njk', { ...presentForm(editor), done: web.query.done ?? '' }, TITLE);
  }

  @Get('add-section')
  @Can('call.edit')
  async add(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    const kind = ADDED_SECTIONS.find((each) => each === web.query.kind);
    if (!kind) return view('calls/editor/form-add.njk', presentSectionKinds(editor), TITLE);
    return this.newPage(editor, kind, newSectionFields(), null);
  }

  @Post('sections')
  @Can('call.edit')
  async create(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    const kind = ADDED_SECTIONS.find((each) => each === entries.text('kind'));
    if (!kind) throw new DomainError('not_found');
    const wording = readSection(entries, kind);
    let added = '';
    try {
      await this.edits.edit(web, id, 'form', (form) => {
        checkVisibleIf(entries, wording.visibleIf, questionsBeforeSection(form, null));
        requireSound(entries);
        const result = addSection(form, kind, wording);
        added = result.id;
        return result.form;
      });
    } catch (error) {
      return this.newPage(await this.shell.load(web, id, 'form'), kind, web.body, refusalOf(error));
    }
    return redirect(`/admin/calls/${id}/form?done=${added}#section-${added}`);
  }

  @Get('sections/:section')
  @Can('call.edit')
  async section(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    return this.page(editor, sectionId, sectionFields(sectionOf(editor.form, sectionId)), null);
  }

  @Post('sections/:section')
  @Can('call.edit')
  async reword(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    try {
      await this.edits.edit(web, id, 'form', (form) => {
        const { kind } = sectionOf(form, sectionId);
        const wording = readSection(entries, kind);
        checkVisibleIf(entries, wording.visibleIf, questionsBeforeSection(form, sectionId));
        requireSound(entries);
        return rewordSection(form, sectionId, wording);
      });
    } catch (error) {
      return this.page(await this.shell.load(web, id, 'form'), sectionId, web.body, refusalOf(error));
    }
    return redirect(`/admin/calls/${id}/form?done=${sectionId}#section-${sectionId}`);
  }

  @Post('sections/:section/move')
  @Can('call.edit')
  move(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<Redirect> {
    const back = `/admin/calls/${id}/form#section-${sectionId}`;
    return this.edits.press(web, id, 'form', back, (form) => moveSection(form, sectionId, stepPressed(web)));
  }

  @Get('sections/:section/remove')
  @Can('call.edit')
  async confirm(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    return view('calls/editor/form-remove.njk', presentRemoval(editor, 'section', sectionId), TITLE);
  }

  @Post('sections/:section/remove')
  @Can('call.edit')
  remove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<Redirect> {
    return this.edits.press(web, id, 'form', `/admin/calls/${id}/form`, (form) =>
      removeSection(form, sectionId),
    );
  }

  private newPage(editor: Editor, kind: AddedSection, fields: FormFields, error: DomainError | null): View {
    const page = presentSectionEntry(
      {
        editor,
        fields,
        saved: null,
        error,
        action: `${formHref(editor)}/sections`,
        anchor: 'add',
        hidden: [{ name: 'kind', value: kind }],
        known: [],
      },
      kind,
      null,
    );
    return view('calls/editor/form-entry.njk', { ...page, another: false }, pageOptions(page.heading, error));
  }

  private page(editor: Editor, sectionId: string, fields: FormFields, error: DomainError | null): View {
    const section = sectionOf(editor.form, sectionId);
    const saved = sectionFields(section);
    const action = sectionHref(editor, sectionId);
    const anchor = `section-${sectionId}`;
    const page = presentSectionEntry(
      { editor, fields, saved, error, action, anchor, hidden: [], known: [] },
      section.kind,
      section,
    );
    return view('calls/editor/form-entry.njk', page, pageOptions(page.heading, error));
  }
}

const TITLE = pageOptions({ key: 'calls.composer.form_title' }, null);
