import { Controller, Get, Param, Post } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { Web } from '../../../platform/http/web.decorator.js';
import { DomainError } from '../../../shared/domain-error.js';
import { isId } from '../../../shared/ids.js';
import { Institutions } from '../../../universities/public.js';
import type { ConditionKind } from '../../domain/eligibility.js';
import type { FormDefinition } from '../../domain/form.js';
import {
  addPart,
  asGroup,
  asRule,
  changeCondition,
  changeGroup,
  isGroup,
  movePart,
  partAt,
  readPath,
  removePart,
  writePath,
} from '../../domain/rule-editing.js';
import type { RuleGroup, RulePath } from '../../domain/rule-editing.js';
import { institutionsIn } from '../presenters/present-conditions.js';
import { EditorShell } from './editor-shell.js';
import { ComposerEntries } from './composer-entries.js';
import { FormEdits, pageOptions, refusalOf, requireSound, stepPressed } from './form-edits.js';
import {
  conditionsHref,
  homesOf,
  presentCondition,
  presentConditionKinds,
  presentConditions,
} from './present-rule.js';
import type { ConditionsState } from './present-rule.js';
import { CONDITION_KINDS, chosen, conditionFields, readCondition } from './read-condition-entry.js';
import { personQuery, readPerson } from './try-on-person.js';

/** More than the register of any two countries holds. */
const ALL_INSTITUTIONS = 4000;
const TITLE = { key: 'calls.composer.conditions_title' };

/**
 * The conditions of a call, composed of groups, and tried on a person who is made up in the address of the page. A part of
 * the rule is named by its place, which is that of the version that the page was opened with.
 */
@Controller('admin/calls/:id/conditions')
export class ConditionsController {
  constructor(
    private readonly database: Database,
    private readonly shell: EditorShell,
    private readonly edits: FormEdits,
    private readonly institutions: Institutions,
  ) {}

  @Get()
  @Can('call.edit')
  async conditions(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const state = await this.state(web, id, {});
    return view('calls/editor/conditions.njk', presentConditions(state), pageOptions(TITLE, null));
  }

  @Get('add')
  @Can('call.edit')
  async add(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const into = readPath(web.query.in ?? 'root');
    const kind = kindOf(web.query.kind);
    const state = await this.state(web, id, {});
    if (!kind) {
      const page = presentConditionKinds(state, into);
      return view('calls/editor/form-add.njk', page, pageOptions(page.heading, null));
    }
    return this.newPage(web, id, kind, into, {}, null);
  }

  @Post('add')
  @Can('call.edit')
  async create(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const entries = new ComposerEntries(web.body);
    const kind = kindOf(entries.text('kind'));
    const into = readPath(entries.text('in') || 'root');
    if (!kind) throw new DomainError('not_found');
    let place: RulePath = into;
    try {
      await this.change(web, id, (root) => {
        const condition = readCondition(entries, kind);
        requireSound(entries);
        const group = partAt(root, into);
        place = [...into, isGroup(group) ? group.of.length : 0];
        return addPart(root, into, condition);
      });
    } catch (error) {
      return this.newPage(web, id, kind, into, web.body, refusalOf(error));
    }
    return redirect(this.back(web, id, place));
  }

  @Get(':path')
  @Can('call.edit')
  condition(@Web() web: WebRequest, @Param('id') id: string, @Param('path') at: string): Promise<View> {
    return this.page(web, id, readPath(at), null, null);
  }

  @Post(':path')
  @Can('call.edit')
  async save(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('path') at: string,
  ): Promise<View | Redirect> {
    const path = readPath(at);
    const entries = new ComposerEntries(web.body);
    try {
      await this.change(web, id, (root) => {
        const part = partAt(root, path);
        if (isGroup(part)) throw new DomainError('not_found');
        const condition = readCondition(entries, part.kind);
        requireSound(entries);
        return changeCondition(root, path, condition);
      });
    } catch (error) {
      return this.page(web, id, path, web.body, refusalOf(error));
    }
    return redirect(this.back(web, id, path));
  }

  @Post(':path/group')
  @Can('call.edit')
  group(@Web() web: WebRequest, @Param('id') id: string, @Param('path') at: string): Promise<Redirect> {
    return this.press(web, id, at, (root, path) => {
      const outer = partAt(root, path);
      return addPart(root, path, outer.kind === 'all' ? 'any' : 'all');
    });
  }

  @Post(':path/switch')
  @Can('call.edit')
  turn(@Web() web: WebRequest, @Param('id') id: string, @Param('path') at: string): Promise<Redirect> {
    return this.press(web, id, at, (root, path) =>
      changeGroup(root, path, partAt(root, path).kind === 'all' ? 'any' : 'all'),
    );
  }

  @Post(':path/move')
  @Can('call.edit')
  move(@Web() web: WebRequest, @Param('id') id: string, @Param('path') at: string): Promise<Redirect> {
    return this.press(web, id, at, (root, path) => movePart(root, path, stepPressed(web)));
  }

  @Post(':path/remove')
  @Can('call.edit')
  remove(@Web() web: WebRequest, @Param('id') id: string, @Param('path') at: string): Promise<Redirect> {
    return this.press(web, id, at, removePart);
  }

  private press(
    web: WebRequest,
    id: string,
    at: string,
    change: (root: RuleGroup, path: RulePath) => RuleGroup,
  ): Promise<Redirect> {
    const path = readPath(at);
    const back = this.back(web, id, path.slice(0, -1));
    return this.edits.press(web, id, 'conditions', back, (form) =>
      withRule(form, change(asGroup(form.eligibility), path)),
    );
  }

  private change(web: WebRequest, id: string, change: (root: RuleGroup) => RuleGroup): Promise<void> {
    return this.edits.edit(web, id, 'conditions', (form) =>
      withRule(form, change(asGroup(form.eligibility))),
    );
  }

  /** The page of all conditions, at this part of them, with the person that they are tried on. */
  private back(web: WebRequest, id: string, path: RulePath): string {
    const person = personQuery(readPerson(web.query, '', []));
    return `/admin/calls/${id}/conditions${person}#part-${writePath(path)}`;
  }

  private async newPage(
    web: WebRequest,
    id: string,
    kind: ConditionKind,
    into: RulePath,
    fields: FormFields,
    error: DomainError | null,
  ): Promise<View> {
    const state = await this.state(web, id, fields);
    const action = `${conditionsHref(state.editor)}/add${personQuery(state.person)}`;
    const anchor = `part-${writePath(into)}`;
    const typed = gathered(fields);
    const page = presentCondition(
      { ...state, fields: typed, saved: null, error, action, anchor, into: writePath(into) },
      kind,
    );
    return view('calls/editor/form-entry.njk', page, pageOptions(page.heading, error));
  }

  private async page(
    web: WebRequest,
    id: string,
    path: RulePath,
    typed: FormFields | null,
    error: DomainError | null,
  ): Promise<View> {
    const state = await this.state(web, id, typed ?? {});
    const { editor, person } = state;
    const part = partAt(asGroup(editor.form.eligibility), path);
    if (isGroup(part)) throw new DomainError('not_found');
    const saved = conditionFields(part);
    const at = writePath(path);
    const action = `${conditionsHref(editor)}/${at}${personQuery(person)}`;
    const fields = typed ? gathered(typed) : saved;
    const page = presentCondition(
      { ...state, fields, saved, error, action, anchor: `part-${at}`, into: null },
      part.kind,
    );
    return view('calls/editor/form-entry.njk', page, pageOptions(page.heading, error));
  }

  /** The call with the person who is tried, and the institutions that both name. */
  private state(web: WebRequest, id: string, fields: FormFields): Promise<ConditionsState> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, 'conditions');
      const person = readPerson(web.query, editor.call.stayFrom, homesOf(editor));
      const { items } = await this.institutions.search(ctx, { limit: ALL_INSTITUTIONS });
      const named = [
        ...institutionsIn(editor.form.eligibility),
        ...chosen(new ComposerEntries(fields), 'institutions', 'institution').filter(isId),
        ...(person.facts.homeInstitutionId ? [person.facts.homeInstitutionId] : []),
      ];
      const names = await this.institutions.names(ctx, named);
      return { editor, person, names, institutions: items };
    });
  }
}

/** What was chosen to be added stands in the list when the page comes back. */
function gathered(fields: FormFields): FormFields {
  const entries = new ComposerEntries(fields);
  const { country: _country, institution: _institution, ...rest } = fields;
  return {
    ...rest,
    countries: chosen(entries, 'countries', 'country').filter((code) => /^[A-Z]{2}$/.test(code)),
    institutions: chosen(entries, 'institutions', 'institution').filter(isId),
    grading: entries.list('grading').filter((code) => /^[A-Z]{2}$/.test(code)),
  };
}

function kindOf(text: string | undefined): ConditionKind | null {
  return CONDITION_KINDS.find((kind) => kind === text) ?? null;
}

function withRule(form: FormDefinition, root: RuleGroup): FormDefinition {
  const { eligibility: _before, ...rest } = form;
  const rule = asRule(root);
  return rule ? { ...rest, eligibility: rule } : rest;
}
