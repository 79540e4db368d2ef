import { Controller, Get, Param, Post } from '@nestjs/common';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { Web } from '../../../platform/http/web.decorator.js';
import { DomainError } from '../../../shared/domain-error.js';
import {
  addConsent,
  addDocument,
  addQuestion,
  changeConsent,
  changeDocument,
  changeQuestion,
  itemOf,
  moveItem,
  questionsBefore,
  questionsBeforeSection,
  removeItem,
  sectionOf,
} from '../../domain/form-editing.js';
import type { Added, FormItem } from '../../domain/form-editing.js';
import { hasReadOptions, isFixed, relianceOn } from '../../domain/form-reliance.js';
import type { FormDefinition, FormSection, QuestionType } from '../../domain/form.js';
import { isStatistical } from '../../domain/gender.js';
import { knownItems } from '../../domain/known-items.js';
import type { EntryPage } from './composer-views.js';
import { EditorShell } from './editor-shell.js';
import type { Editor } from './editor-shell.js';
import { ComposerEntries } from './composer-entries.js';
import { FormEdits, pageOptions, refusalOf, requireSound, stepPressed } from './form-edits.js';
import { presentConsentEntry, presentDocumentEntry, presentQuestionEntry } from './present-entry.js';
import type { EntryState } from './present-entry.js';
import { itemHref, presentKnown, presentQuestionTypes, presentRemoval, sectionHref } from './present-form.js';
import {
  QUESTION_TYPES,
  checkVisibleIf,
  readConsent,
  readDocument,
  readQuestion,
} from './read-item-entry.js';
import {
  consentFields,
  documentFields,
  newDocumentFields,
  newQuestionFields,
  questionFields,
  rowsAfter,
} from './write-item-entry.js';

const NEW = { optional: false, sensitivity: false, options: false };

/** The questions, documents and consents of a form: added, changed, moved, removed. */
@Controller('admin/calls/:id/form')
export class FormItemsController {
  constructor(
    private readonly shell: EditorShell,
    private readonly edits: FormEdits,
  ) {}

  @Get('sections/:section/add')
  @Can('call.edit')
  async add(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    const section = sectionOf(editor.form, sectionId);
    const type = typeOf(web.query.type);
    if (section.kind === 'questions' && !type) {
      const page = presentQuestionTypes(editor, section);
      return view('calls/editor/form-add.njk', page, pageOptions(page.heading, null));
    }
    const fields = section.kind === 'documents' ? newDocumentFields() : newQuestionFields(type ?? 'text');
    return this.newPage(editor, section, type, fields, null);
  }

  @Post('sections/:section/add')
  @Can('call.edit')
  async create(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
  ): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    const type = typeOf(entries.text('type'));
    const rows = rowsAfter(web.body, entries.text('act'));
    if (rows) {
      const editor = await this.shell.load(web, id, 'form');
      return this.newPage(editor, sectionOf(editor.form, sectionId), type, rows, null);
    }
    let added = '';
    try {
      await this.edits.edit(web, id, 'form', (form, editor) => {
        const result = entries.ticked('known')
          ? addKnown(editor, sectionId, entries.text('known'))
          : addNew(form, sectionOf(form, sectionId), type, entries, today(editor));
        added = result.id;
        return result.form;
      });
    } catch (error) {
      const editor = await this.shell.load(web, id, 'form');
      return this.newPage(editor, sectionOf(editor.form, sectionId), type, web.body, refusalOf(error));
    }
    const another = entries.text('act') === 'another';
    return redirect(
      another
        ? `/admin/calls/${id}/form/sections/${sectionId}/add`
        : `/admin/calls/${id}/form?done=${added}#item-${added}`,
      another ? { flash: { kind: 'success', key: 'calls.composer.added' } } : {},
    );
  }

  @Get('items/:item')
  @Can('call.edit')
  async item(@Web() web: WebRequest, @Param('id') id: string, @Param('item') itemId: string): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    return this.page(editor, itemOf(editor.form, itemId), null, null);
  }

  @Post('items/:item')
  @Can('call.edit')
  async change(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') itemId: string,
  ): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    const rows = rowsAfter(web.body, entries.text('act'));
    try {
      if (!rows) {
        await this.edits.edit(web, id, 'form', (form, editor) =>
          changed(form, itemOf(form, itemId), entries, today(editor)),
        );
        return redirect(`/admin/calls/${id}/form?done=${itemId}#item-${itemId}`);
      }
    } catch (error) {
      const editor = await this.shell.load(web, id, 'form');
      return this.page(editor, itemOf(editor.form, itemId), web.body, refusalOf(error));
    }
    const editor = await this.shell.load(web, id, 'form');
    return this.page(editor, itemOf(editor.form, itemId), rows, null);
  }

  @Post('items/:item/move')
  @Can('call.edit')
  move(@Web() web: WebRequest, @Param('id') id: string, @Param('item') itemId: string): Promise<Redirect> {
    const back = `/admin/calls/${id}/form#item-${itemId}`;
    return this.edits.press(web, id, 'form', back, (form) => moveItem(form, itemId, stepPressed(web)));
  }

  @Get('items/:item/remove')
  @Can('call.edit')
  async confirm(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') itemId: string,
  ): Promise<View> {
    const editor = await this.shell.load(web, id, 'form');
    const page = presentRemoval(editor, 'item', itemId);
    return view('calls/editor/form-remove.njk', page, pageOptions(page.what, null));
  }

  @Post('items/:item/remove')
  @Can('call.edit')
  async remove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') itemId: string,
  ): Promise<Redirect> {
    const { form } = await this.shell.load(web, id, 'form');
    const section = form.sections.find(
      ({ questions, documents, consents }) =>
        [...questions, ...documents].some((each) => each.id === itemId) ||
        consents.some(({ purpose }) => purpose === itemId),
    );
    const back = `/admin/calls/${id}/form${section ? `#section-${section.id}` : ''}`;
    return this.edits.press(web, id, 'form', back, (current) => removeItem(current, itemId));
  }

  private newPage(
    editor: Editor,
    section: FormSection,
    type: QuestionType | null,
    fields: FormFields,
    error: DomainError | null,
  ): View {
    const known = section.kind === 'documents' ? knownItems(editor.form, editor.call.category).documents : [];
    const state: EntryState = {
      editor,
      fields,
      saved: null,
      error,
      action: `${sectionHref(editor, section.id)}/add`,
      anchor: `section-${section.id}`,
      hidden: type ? [{ name: 'type', value: type }] : [],
      known: presentKnown(editor, known),
    };
    if (section.kind === 'documents') return entryView(presentDocumentEntry(state, section, null), error);
    if (section.kind === 'consents') return entryView(presentConsentEntry(state, null), error);
    if (section.kind !== 'questions' || !type) throw new DomainError('not_found');
    return entryView(presentQuestionEntry(state, section, type, null), error);
  }

  private page(editor: Editor, found: FormItem, typed: FormFields | null, error: DomainError | null): View {
    const saved = savedFields(found);
    const itemId = found.kind === 'consent' ? found.item.purpose : found.item.id;
    const state: EntryState = {
      editor,
      fields: typed ?? saved,
      saved,
      error,
      action: itemHref(editor, itemId),
      anchor: `item-${itemId}`,
      hidden: [],
      known: [],
    };
    switch (found.kind) {
      case 'question':
        return entryView(presentQuestionEntry(state, found.section, found.item.type, found.item), error);
      case 'document':
        return entryView(presentDocumentEntry(state, found.section, found.item), error);
      case 'consent':
        return entryView(presentConsentEntry(state, itemId), error);
    }
  }
}

function entryView(page: EntryPage, error: DomainError | null): View {
  return view('calls/editor/form-entry.njk', page, pageOptions(page.heading, error));
}

function savedFields(found: FormItem): FormFields {
  switch (found.kind) {
    case 'question':
      return questionFields(found.item);
    case 'document':
      return documentFields(found.item);
    case 'consent':
      return consentFields(found.item);
  }
}

function typeOf(text: string | undefined): QuestionType | null {
  return QUESTION_TYPES.find((type) => type === text) ?? null;
}

/** By the calendar of the call. */
function today({ reader, call }: Editor): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: call.timeZone }).format(reader.now);
}

function addNew(
  form: FormDefinition,
  section: FormSection,
  type: QuestionType | null,
  entries: ComposerEntries,
  day: string,
): Added {
  if (section.kind === 'documents') {
    const document = readDocument(entries, null);
    checkVisibleIf(entries, document.visibleIf, questionsBeforeSection(form, section.id));
    requireSound(entries);
    return addDocument(form, section.id, document);
  }
  if (section.kind === 'consents') {
    const consent = readConsent(entries, false);
    requireSound(entries);
    return addConsent(form, section.id, consent, day);
  }
  if (!type) throw new DomainError('not_found');
  const question = readQuestion(entries, type, null, NEW);
  checkVisibleIf(entries, question.visibleIf, questionsBefore(form, { section: section.id, item: null }));
  requireSound(entries);
  return addQuestion(form, section.id, question);
}

function addKnown({ form, call }: Editor, sectionId: string, itemId: string): Added {
  const { questions, documents } = knownItems(form, call.category);
  const question = questions.find(({ id }) => id === itemId);
  if (question) return addQuestion(form, sectionId, question, itemId);
  const document = documents.find(({ id }) => id === itemId);
  if (document) return addDocument(form, sectionId, document, itemId);
  throw new DomainError('conflict', { reason: 'already_asked' });
}

function changed(
  form: FormDefinition,
  found: FormItem,
  entries: ComposerEntries,
  day: string,
): FormDefinition {
  switch (found.kind) {
    case 'question': {
      const { item, section } = found;
      const fixed = isFixed(item.id) || isStatistical(item);
      const question = readQuestion(entries, item.type, item, {
        optional: fixed,
        sensitivity: fixed,
        options: hasReadOptions(item.id),
      });
      checkVisibleIf(
        entries,
        question.visibleIf,
        questionsBefore(form, { section: section.id, item: item.id }),
      );
      requireSound(entries);
      return changeQuestion(form, item.id, question);
    }
    case 'document': {
      const document = readDocument(entries, found.item);
      checkVisibleIf(entries, document.visibleIf, questionsBeforeSection(form, found.section.id));
      requireSound(entries);
      return changeDocument(form, found.item.id, document);
    }
    case 'consent': {
      const { purpose } = found.item;
      const consent = readConsent(entries, relianceOn(form, purpose) !== null);
      requireSound(entries);
      return changeConsent(form, purpose, consent, day);
    }
  }
}
