import { Controller, Get, Param, Post } from '@nestjs/common';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { Web } from '../../../platform/http/web.decorator.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { hostsOf } from '../../domain/call-draft.js';
import { selectionProblems, standardSelection } from '../../domain/selection.js';
import type { QuotaGroup, SelectionRules } from '../../domain/selection.js';
import {
  addCriterion,
  changeCriterion,
  criterionOf,
  groupAt,
  moveCriterion,
  putGroup,
  removeCriterion,
  removeGroup,
} from '../../domain/selection-editing.js';
import { EditCall } from '../../operations/edit-call.js';
import { ComposerEntries } from './composer-entries.js';
import { EditorShell } from './editor-shell.js';
import type { Editor } from './editor-shell.js';
import { pageOptions, refusalOf, requireSound, stepPressed } from './form-edits.js';
import type { EntryState } from './present-entry.js';
import {
  criterionHref,
  groupHref,
  groupProblemWords,
  presentCriterion,
  presentGroup,
  selectionHref,
} from './present-selection-page.js';
import {
  criterionFields,
  groupFields,
  newCriterionFields,
  readCriterion,
  readGroup,
} from './selection-entries.js';
import { rowsAfter } from './write-item-entry.js';

/** The criteria by which a ranked call selects, and the groups of places that share a limit. */
@Controller('admin/calls/:id/selection')
export class SelectionController {
  constructor(
    private readonly shell: EditorShell,
    private readonly editCall: EditCall,
  ) {}

  /** With the usual rules, from which one goes on. */
  @Post('begin')
  @Can('call.edit')
  begin(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    return this.press(web, id, '', async () => {
      const editor = await this.current(web, id);
      if (editor.draft.selection) return;
      await this.editCall.editCall(web.ctx, id, editor.version, { selection: standardSelection() });
    });
  }

  @Get('criteria/new')
  @Can('call.edit')
  async newCriterion(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const editor = await this.shell.load(web, id, 'selection');
    rulesOf(editor);
    return criterionPage(editor, null, newCriterionFields(), null);
  }

  @Post('criteria')
  @Can('call.edit')
  async addCriterion(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    const rows = rowsAfter(web.body, entries.text('act'));
    if (rows) return criterionPage(await this.shell.load(web, id, 'selection'), null, rows, null);
    let added = '';
    try {
      await this.change(web, id, (rules) => {
        const criterion = readCriterion(entries);
        requireSound(entries);
        const result = addCriterion(rules, criterion);
        added = result.id;
        return result.rules;
      });
    } catch (error) {
      return criterionPage(await this.shell.load(web, id, 'selection'), null, web.body, refusalOf(error));
    }
    const another = entries.text('act') === 'another';
    return redirect(
      another
        ? `/admin/calls/${id}/selection/criteria/new`
        : `/admin/calls/${id}/selection#criterion-${added}`,
      { flash: { kind: 'success', key: 'calls.composer.added' } },
    );
  }

  @Get('criteria/:criterion')
  @Can('call.edit')
  async criterion(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('criterion') criterion: string,
  ): Promise<View> {
    return criterionPage(await this.shell.load(web, id, 'selection'), criterion, null, null);
  }

  @Post('criteria/:criterion')
  @Can('call.edit')
  async saveCriterion(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('criterion') criterionId: string,
  ): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    const rows = rowsAfter(web.body, entries.text('act'));
    if (rows) return criterionPage(await this.shell.load(web, id, 'selection'), criterionId, rows, null);
    try {
      await this.change(web, id, (rules) => {
        const criterion = readCriterion(entries);
        requireSound(entries);
        return changeCriterion(rules, criterionId, criterion);
      });
    } catch (error) {
      const editor = await this.shell.load(web, id, 'selection');
      return criterionPage(editor, criterionId, web.body, refusalOf(error));
    }
    return redirect(`/admin/calls/${id}/selection#criterion-${criterionId}`, SAVED);
  }

  @Post('criteria/:criterion/move')
  @Can('call.edit')
  moveCriterion(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('criterion') criterion: string,
  ): Promise<Redirect> {
    return this.press(web, id, `#criterion-${criterion}`, () =>
      this.change(web, id, (rules) => moveCriterion(rules, criterion, stepPressed(web))),
    );
  }

  @Post('criteria/:criterion/remove')
  @Can('call.edit')
  removeCriterion(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('criterion') criterion: string,
  ): Promise<Redirect> {
    return this.press(web, id, '#criteria', () =>
      this.change(web, id, (rules) => removeCriterion(rules, criterion)),
    );
  }

  @Get('groups/new')
  @Can('call.edit')
  async newGroup(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const editor = await this.shell.load(web, id, 'selection');
    rulesOf(editor);
    return groupPage(editor, null, {}, null);
  }

  @Post('groups')
  @Can('call.edit')
  addGroup(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.putGroup(web, id, null);
  }

  @Get('groups/:place')
  @Can('call.edit')
  async group(@Web() web: WebRequest, @Param('id') id: string, @Param('place') place: string): Promise<View> {
    return groupPage(await this.shell.load(web, id, 'selection'), placeOf(place), null, null);
  }

  @Post('groups/:place')
  @Can('call.edit')
  saveGroup(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('place') place: string,
  ): Promise<View | Redirect> {
    return this.putGroup(web, id, placeOf(place));
  }

  @Post('groups/:place/remove')
  @Can('call.edit')
  removeGroup(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('place') place: string,
  ): Promise<Redirect> {
    return this.press(web, id, '#groups', () =>
      this.change(web, id, (rules) => removeGroup(rules, placeOf(place))),
    );
  }

  private async putGroup(web: WebRequest, id: string, place: number | null): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    try {
      await this.change(web, id, (rules, editor) => {
        const hosts = hostsOf(editor.places);
        const group = readGroup(entries, editor.draft.directions, hosts);
        requireSound(entries);
        const put = putGroup(rules, place, group);
        requireApart(editor, put, place ?? put.seats.groups.length - 1);
        return put;
      });
    } catch (error) {
      const editor = await this.shell.load(web, id, 'selection');
      return groupPage(editor, place, web.body, refusalOf(error));
    }
    return redirect(`/admin/calls/${id}/selection#groups`, SAVED);
  }

  /** The draft that the page was opened on. */
  private async current(web: WebRequest, id: string): Promise<Editor> {
    const editor = await this.shell.load(web, id, 'selection');
    if (Number(web.body.version) !== editor.version) throw new DomainError('stale');
    return editor;
  }

  private async change(
    web: WebRequest,
    id: string,
    change: (rules: SelectionRules, editor: Editor) => SelectionRules,
  ): Promise<void> {
    const editor = await this.current(web, id);
    const selection = change(rulesOf(editor), editor);
    await this.editCall.editCall(web.ctx, id, editor.version, { selection });
  }

  /** An act of one press: a refusal leads back to where it was pressed, with the reason. */
  private async press(
    web: WebRequest,
    id: string,
    anchor: string,
    work: () => Promise<void>,
  ): Promise<Redirect> {
    const back = `/admin/calls/${id}/selection${anchor}`;
    try {
      await work();
      return redirect(back);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'stale') throw error;
      return redirect(back, { flash: { kind: 'error', key: 'calls.composer.stale_act' } });
    }
  }
}

const SAVED = { flash: { kind: 'success', key: 'calls.editor.saved' } } as const;

/** Of a call that does not rank, or of which nothing is said yet, there is no criterion and no group. */
function rulesOf({ draft }: Editor): SelectionRules {
  if (draft.route !== 'ranked' || !draft.selection) throw new DomainError('not_found');
  return draft.selection;
}

function placeOf(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new DomainError('not_found');
  return Number(text);
}

/** Refuses a group that repeats or crosses another one: which of their limits holds would be nobody's to say. */
function requireApart(editor: Editor, rules: SelectionRules, place: number): void {
  const at = `selection.seats.groups.${place}`;
  const { directions } = editor.draft;
  const [own] = [rules.seats.groups[place] as QuotaGroup];
  // Told of the one that is being written, whichever stands first.
  const others = rules.seats.groups.filter((group) => group !== own);
  const put = { ...rules, seats: { ...rules.seats, groups: [...others, own] } };
  const problems = selectionProblems(put, directions, hostsOf(editor.places))
    .filter(({ field }) => field === `selection.seats.groups.${others.length}` || field.startsWith(`${at}.`))
    .map((problem): FieldProblem => ({
      field: problem.problem === 'not_in_list' ? 'home' : 'host',
      problem: groupProblemWords(editor, put, problem).key.replace(/^problems\./, ''),
      values: groupProblemWords(editor, put, problem).values ?? {},
    }));
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
}

function criterionPage(
  editor: Editor,
  criterionId: string | null,
  typed: FormFields | null,
  error: DomainError | null,
): View {
  const saved = criterionId === null ? null : criterionFields(criterionOf(rulesOf(editor), criterionId));
  const page = presentCriterion(
    stateOf(editor, typed ?? saved ?? {}, saved, error, {
      action: criterionId === null ? `${selectionHref(editor)}/criteria` : criterionHref(editor, criterionId),
      anchor: criterionId === null ? 'criteria' : `criterion-${criterionId}`,
    }),
    criterionId === null,
  );
  return view('calls/editor/form-entry.njk', page, pageOptions(page.heading, error));
}

function groupPage(
  editor: Editor,
  place: number | null,
  typed: FormFields | null,
  error: DomainError | null,
): View {
  const saved = place === null ? null : groupFields(groupAt(rulesOf(editor), place));
  const page = presentGroup(
    stateOf(editor, typed ?? saved ?? {}, saved, error, {
      action: place === null ? `${selectionHref(editor)}/groups` : groupHref(editor, place),
      anchor: 'groups',
    }),
    place === null,
  );
  return view('calls/editor/form-entry.njk', { ...page, another: false }, pageOptions(page.heading, error));
}

function stateOf(
  editor: Editor,
  fields: FormFields,
  saved: FormFields | null,
  error: DomainError | null,
  { action, anchor }: { readonly action: string; readonly anchor: string },
): EntryState {
  return {
    editor,
    fields,
    saved,
    error,
    action,
    anchor,
    back: { href: `${selectionHref(editor)}#${anchor}`, text: { key: 'calls.selection.back' } },
    hidden: [],
    known: [],
  };
}
