import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { hostsOf } from '../../domain/call-draft.js';
import { MOST_CRITERIA } from '../../domain/selection.js';
import type { Criterion, QuotaGroup, SelectionRules } from '../../domain/selection.js';
import { groupName, groupWords, hostNames, scaleWords, shareWords } from '../presenters/present-selection.js';
import type { AnchorsBlock, EntryPage, Moves, Written } from './composer-views.js';
import type { Blocks } from './blocks.js';
import type { Editor } from './editor-shell.js';
import { problemWords, writtenTitle } from './editor-words.js';
import { entryPage } from './present-entry.js';
import type { EntryState } from './present-entry.js';
import { ANY_HOME, WHOLE_CALL, ofCountry, ofInstitution } from './selection-entries.js';

/** What `calls/editor/selection.njk` needs beside the form of the page. */
export interface SelectionLists {
  /** What stands in the way of a page at all: the call does not rank, or nothing is said yet. */
  readonly aside: 'direct' | 'none' | null;
  /** Of a call that does not rank: whether rules are kept for the day it does. */
  readonly kept: boolean;
  readonly basicsHref: string;
  readonly beginAction: string;
  readonly criteria: readonly CriterionRow[];
  readonly addCriterionHref: string | null;
  /** The groups of places that share a limit. */
  readonly limits: readonly GroupRow[];
  readonly addGroupHref: string;
  /** What is wrong with the criteria or the groups as a whole. */
  readonly faults: readonly Message[];
}

interface CriterionRow {
  readonly id: string;
  readonly anchor: string;
  readonly label: Written;
  readonly share: string;
  readonly facts: readonly Message[];
  readonly href: string;
  readonly moves: Moves;
  readonly removeAction: string;
  readonly faults: readonly Message[];
}

interface GroupRow {
  readonly anchor: string;
  readonly text: Message;
  readonly name: string;
  readonly href: string;
  readonly removeAction: string;
  readonly faults: readonly Message[];
}

const say = (key: string, values?: Message['values']): Message => ({
  key: `calls.selection.${key}`,
  ...(values ? { values } : {}),
});

export const selectionHref = ({ href }: Pick<Editor, 'href'>) => `${href}/selection`;
export const criterionHref = (editor: Pick<Editor, 'href'>, id: string) =>
  `${selectionHref(editor)}/criteria/${id}`;
export const groupHref = (editor: Pick<Editor, 'href'>, place: number) =>
  `${selectionHref(editor)}/groups/${place}`;

export function presentSelectionLists(editor: Editor): SelectionLists {
  const rules = editor.draft.selection ?? null;
  const ranked = editor.call.route === 'ranked';
  const href = selectionHref(editor);
  return {
    aside: !ranked ? 'direct' : rules ? null : 'none',
    kept: rules !== null,
    basicsHref: `${editor.href}/basics#field-route`,
    beginAction: `${href}/begin`,
    criteria: rules && ranked ? rules.criteria.map((_each, place) => criterionRow(editor, rules, place)) : [],
    addCriterionHref: rules && rules.criteria.length < MOST_CRITERIA ? `${href}/criteria/new` : null,
    limits: rules && ranked ? rules.seats.groups.map((_each, place) => groupRow(editor, rules, place)) : [],
    addGroupHref: `${href}/groups/new`,
    faults: faultsAt(editor, rules, 'selection.criteria'),
  };
}

function criterionRow(editor: Editor, rules: SelectionRules, place: number): CriterionRow {
  const criterion = rules.criteria[place] as Criterion;
  const href = criterionHref(editor, criterion.id);
  const { editable, reader } = editor;
  return {
    id: criterion.id,
    anchor: `criterion-${criterion.id}`,
    label: writtenTitle(reader, criterion.label),
    share: shareWords(reader, rules, criterion),
    facts: [
      say('weight', { weight: criterion.weight }),
      scaleWords(criterion),
      ...(criterion.anchors.length > 0 ? [say('anchored', { count: criterion.anchors.length })] : []),
      ...(criterion.comment === 'required' ? [say('commented')] : []),
    ],
    href,
    moves: {
      action: `${href}/move`,
      up: editable && place > 0,
      down: editable && place < rules.criteria.length - 1,
    },
    removeAction: `${href}/remove`,
    faults: faultsWithin(editor, `selection.criteria.${place}.`).map((problem) =>
      say('fault', { field: faultField(editor, problem), problem: told(editor, problem) }),
    ),
  };
}

function groupRow(editor: Editor, rules: SelectionRules, place: number): GroupRow {
  const group = rules.seats.groups[place] as QuotaGroup;
  const href = groupHref(editor, place);
  const names = hostNames(editor.reader, editor.places);
  return {
    anchor: `group-${place}`,
    text: groupWords(editor.reader, group, names),
    name: groupName(editor.reader, group, names),
    href,
    removeAction: `${href}/remove`,
    faults: [
      ...faultsAt(editor, rules, `selection.seats.groups.${place}`),
      ...faultsWithin(editor, `selection.seats.groups.${place}.`).map(problemWords),
    ],
  };
}

function faultsWithin({ problems }: Editor, prefix: string): readonly FieldProblem[] {
  return problems.filter(({ field }) => field.startsWith(prefix));
}

function faultsAt(editor: Editor, rules: SelectionRules | null, at: string): readonly Message[] {
  return editor.problems
    .filter(({ field }) => field === at)
    .map((problem) => (rules ? groupProblemWords(editor, rules, problem) : problemWords(problem)));
}

/** "Label, Russian". */
function faultField({ reader: { translator, language } }: Editor, { field }: FieldProblem): string {
  const t = (key: string, values?: Message['values']) => translator.t(language, key, values);
  const parts = field.split('.').slice(3);
  const last = parts.at(-1) ?? '';
  const name = t(`calls.selection.fields.${parts[0] ?? ''}`);
  return ['sr', 'ru', 'en'].includes(last)
    ? t('calls.editor.field_in_language', { field: name, language: t(`calls.editor.languages.${last}`) })
    : name;
}

function told({ reader: { translator, language } }: Editor, problem: FieldProblem): string {
  const { key, values } = problemWords(problem);
  return translator.t(language, key, values);
}

/** Of two groups that cross both are named as they are read. */
export function groupProblemWords(
  { reader, places }: Pick<Editor, 'reader' | 'places'>,
  rules: SelectionRules,
  problem: FieldProblem,
): Message {
  const numbers = [problem.values?.['one'], problem.values?.['other']].map(Number);
  const [one, other] = numbers.map((number) => rules.seats.groups[number - 1]);
  if (problem.problem !== 'groups_cross' || !one || !other) return problemWords(problem);
  const names = hostNames(reader, places);
  return {
    key: 'problems.groups_cross_named',
    values: { one: groupName(reader, one, names), other: groupName(reader, other, names) },
  };
}

/** A criterion, a new one where there is none yet. */
export function presentCriterion(state: EntryState, isNew: boolean): EntryPage {
  return entryPage(state, {
    heading: say(isNew ? 'new_criterion' : 'change_criterion'),
    lead: say('criterion_lead'),
    kept: null,
    groups: (blocks) => [
      {
        title: { key: 'calls.composer.groups.wording' },
        hint: { key: 'calls.composer.groups.wording_hint' },
        blocks: [
          blocks.words('label', say('fields.label')),
          blocks.words('guidance', say('fields.guidance'), {
            optional: true,
            rows: 4,
            hint: say('hints.guidance'),
          }),
        ],
      },
      {
        title: say('titles.points'),
        blocks: [
          blocks.field('number', 'weight', say('fields.weight'), { width: 3, hint: say('hints.weight') }),
          blocks.field('number', 'min', say('fields.min'), { width: 3 }),
          blocks.field('number', 'max', say('fields.max'), { width: 3, hint: say('hints.max') }),
          anchors(blocks),
          blocks.tick('comment', say('fields.comment'), say('fields.comment_text')),
        ],
      },
    ],
    button: isNew ? say('add_criterion') : { key: 'calls.composer.save' },
  });
}

function anchors(blocks: Blocks): AnchorsBlock {
  const count = Math.min(Number(blocks.one('anchor-rows')) || 0, 60);
  return {
    kind: 'anchors',
    rows: Array.from({ length: count }, (_, number) => ({
      number,
      value: blocks.one(`anchor-${number}-value`),
      label: blocks.wording(`anchor-${number}`),
      error: blocks.error(`anchor-${number}-value`),
    })),
  };
}

/** At most so many over several places together. */
export function presentGroup(state: EntryState, isNew: boolean): EntryPage {
  const { draft, places, reader } = state.editor;
  const { translator, language } = reader;
  const country = (code: string) => translator.countryName(language, code);
  const once = (codes: readonly string[]) => [...new Set(codes)];
  const names = hostNames(reader, places);
  return entryPage(state, {
    heading: say(isNew ? 'new_group' : 'change_group'),
    lead: say('group_lead'),
    kept: null,
    groups: (blocks) => [
      {
        title: null,
        blocks: [
          blocks.field('select', 'host', say('fields.host'), {
            hint: say('hints.host'),
            options: [
              { value: WHOLE_CALL, label: say('group_host.call') },
              ...once(draft.directions.map(({ hostCountry }) => hostCountry)).map((code) => ({
                value: ofCountry(code),
                label: say('group_host.country', { name: country(code) }),
              })),
              ...[...hostsOf(places).keys()].map((id) => ({
                value: ofInstitution(id),
                label: say('group_host.institution', { name: names.get(id) ?? '—' }),
              })),
            ],
          }),
          blocks.field('select', 'home', say('fields.home'), {
            options: [
              { value: ANY_HOME, label: say('group_home.any') },
              ...once(draft.directions.map(({ homeCountry }) => homeCountry)).map((code) => ({
                value: code,
                label: say('group_home.country', { name: country(code) }),
              })),
            ],
          }),
          blocks.field('number', 'cap', say('fields.cap'), { width: 4 }),
        ],
      },
    ],
    button: isNew ? say('add_group') : { key: 'calls.composer.save' },
  });
}
