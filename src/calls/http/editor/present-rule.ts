import type { Message } from '../../../platform/http/page.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { InstitutionView } from '../../../universities/public.js';
import { COUNTRY_CODES } from '../../../shared/countries-of-the-world.js';
import { judge, ruleProblems } from '../../domain/eligibility.js';
import type { Condition, ConditionKind, Outcome, Rule } from '../../domain/eligibility.js';
import { asGroup, DEEPEST_GROUP, isGroup, withoutEmptyGroups, writePath } from '../../domain/rule-editing.js';
import type { RuleGroup, RulePath } from '../../domain/rule-editing.js';
import { conditionWords } from '../presenters/present-conditions.js';
import { Blocks, differences, problemLinks } from './blocks.js';
import type {
  AddPage,
  Block,
  BlockGroup,
  ConditionsPage,
  EntryPage,
  Moves,
  OutcomeView,
  PartView,
} from './composer-views.js';
import type { Editor } from './editor-shell.js';
import { problemWords } from './editor-words.js';
import { institutionModel } from './institution-model.js';
import { CONDITION_KINDS, LEVELS } from './read-condition-entry.js';
import { CEFR, factFor, personQuery } from './try-on-person.js';
import type { TriedPerson } from './try-on-person.js';

const say = (key: string, values?: Message['values']): Message => ({
  key: `calls.composer.${key}`,
  ...(values ? { values } : {}),
});

export interface ConditionsState {
  readonly editor: Editor;
  readonly person: TriedPerson;
  /** Of the institutions that conditions and the person name. */
  readonly names: ReadonlyMap<Id, string>;
  readonly institutions: readonly InstitutionView[];
}

export const conditionsHref = (editor: Pick<Editor, 'href'>) => `${editor.href}/conditions`;

/** Countries from which the call sends, in their order. */
export function homesOf({ call }: Pick<Editor, 'call'>): readonly string[] {
  return [...new Set(call.directions.map(({ homeCountry }) => homeCountry))];
}

export function presentConditions(state: ConditionsState): ConditionsPage {
  const { editor, person } = state;
  const rule = editor.form.eligibility;
  const query = personQuery(person);
  const whole = rule && withoutEmptyGroups(rule);
  return {
    editor,
    problems: [],
    stale: null,
    rule: rule ? partView(state, asGroup(rule), []) : null,
    addHref: `${conditionsHref(editor)}/add${query}`,
    faults: editor.problems.filter(({ problem }) => problem === 'form_condition_hidden').map(problemWords),
    trial: {
      action: `${conditionsHref(editor)}#try`,
      clearHref: person.tried ? `${conditionsHref(editor)}#try` : null,
      outcome: whole && person.tried ? verdict(judge(whole, person.facts).outcome) : null,
      blocks: trialBlocks(state),
    },
  };
}

function partView(state: ConditionsState, part: Rule, path: RulePath): PartView {
  const { editor, person, names } = state;
  const { translator, language } = editor.reader;
  const at = writePath(path);
  const href = `${conditionsHref(editor)}/${at}`;
  const query = personQuery(person);
  const common = {
    path: at,
    anchor: `part-${at}`,
    moves: movesOf(editor, path, `${href}/move${query}`),
    removeAction: editor.editable && path.length > 0 ? `${href}/remove${query}` : null,
  };
  if (isGroup(part)) {
    const whole = withoutEmptyGroups(part);
    return {
      ...common,
      kind: part.kind,
      text: translator.t(language, `calls.conditions.${part.kind}`),
      faults: part.of.length === 0 ? [say('empty_group')] : [],
      askHref: null,
      outcome: person.tried && whole ? outcomeOf(judge(whole, person.facts).outcome, null) : null,
      href: null,
      of: part.of.map((each, place) => partView(state, each, [...path, place])),
      group: groupActs(editor, path, part, query),
    };
  }
  const asked = new Set(editor.form.sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
  const problems = ruleProblems(part, asked);
  return {
    ...common,
    kind: 'condition',
    text: conditionWords(translator, language, part, names),
    faults: problems.map((each) => (isNotAsked(each) ? say('not_asked') : problemWords(each))),
    askHref: problems.some(isNotAsked) ? askHref(editor) : null,
    outcome: person.tried ? outcomeOf(judge(part, person.facts).outcome, reasonOf(state, part)) : null,
    href: fieldsOf(part.kind) && editor.editable ? `${href}${query}` : null,
    of: [],
    group: null,
  };
}

function isNotAsked({ problem }: FieldProblem): boolean {
  return problem === 'condition_not_asked';
}

/** Whether a condition of this kind has anything to be filled in. */
function fieldsOf(kind: ConditionKind): boolean {
  return kind !== 'language' && kind !== 'no_other_award';
}

/** The first section of questions after the person's own, where one that is missing is likely to belong. */
function askHref({ form, href }: Editor): string {
  const sections = form.sections.filter(({ kind }) => kind === 'questions');
  const section = sections[1] ?? sections[0];
  return section ? `${href}/form/sections/${section.id}/add` : `${href}/form`;
}

function movesOf(editor: Editor, path: RulePath, action: string): Moves {
  const place = path.at(-1);
  if (place === undefined || !editor.editable) return { action, up: false, down: false };
  const parent = path
    .slice(0, -1)
    .reduce<Rule>(
      (part, at) => (isGroup(part) ? (part.of[at] ?? part) : part),
      asGroup(editor.form.eligibility),
    );
  return { action, up: place > 0, down: isGroup(parent) && place < parent.of.length - 1 };
}

function groupActs(editor: Editor, path: RulePath, group: RuleGroup, query: string): PartView['group'] {
  if (!editor.editable) return null;
  const at = writePath(path);
  const href = conditionsHref(editor);
  const next = query ? `${query}&in=${at}` : `?in=${at}`;
  return {
    addHref: `${href}/add${next}`,
    groupAction: path.length + 1 < DEEPEST_GROUP ? `${href}/${at}/group${query}` : null,
    switchAction: `${href}/${at}/switch${query}`,
    empty: group.of.length === 0,
  };
}

function outcomeOf(outcome: Outcome, because: Message | null): OutcomeView {
  const kinds = { met: 'leaf', not_met: 'brick', unknown: 'grey' } as const;
  return { kind: kinds[outcome], text: say(`outcome.${outcome}`), because };
}

function verdict(outcome: Outcome): OutcomeView {
  return { ...outcomeOf(outcome, null), text: say(`verdict.${outcome}`) };
}

/** What of the person a condition was judged by. */
function reasonOf({ editor, person, names }: ConditionsState, condition: Condition): Message | null {
  const { translator, language } = editor.reader;
  const fact = factFor(condition.kind, person.facts);
  if (!fact) {
    const bound = condition.kind === 'grade_average' && !(person.facts.homeCountry in condition.least);
    return bound
      ? say('because.no_bound', { country: translator.countryName(language, person.facts.homeCountry) })
      : say('because.nothing');
  }
  const entered = (value: string) => say('because.entered', { value });
  switch (fact.is) {
    case 'country':
      return entered(translator.countryName(language, fact.value));
    case 'institution':
      return entered(names.get(fact.value) ?? fact.value);
    case 'text':
      return entered(fact.value);
    case 'number':
      return entered(translator.number(language, fact.value));
    case 'level':
      return entered(levelWords(editor, fact.value));
    case 'age':
      return say('because.age', {
        count: fact.value,
        day: translator.dateInSentence(language, new Date(`${person.facts.stayFrom}T00:00:00Z`), 'UTC'),
      });
    case 'language':
      return say('because.language', {
        own: fact.own ? cefrWords(editor, fact.own) : '—',
        asked: fact.asked ? cefrWords(editor, fact.asked) : '—',
      });
    case 'other':
      return say(fact.value ? 'because.other_award' : 'because.no_other_award');
  }
}

function levelWords({ reader: { translator, language } }: Pick<Editor, 'reader'>, level: number): string {
  const key = `calls.levels.${level}`;
  return translator.has(language, key)
    ? translator.t(language, key)
    : translator.t(language, 'calls.levels.other', { level });
}

function cefrWords({ reader: { translator, language } }: Editor, level: string): string {
  return level === 'NS' ? translator.t(language, 'calls.native_speaker') : level;
}

/** What one enters of a made-up person. */
function trialBlocks(state: ConditionsState): readonly Block[] {
  const { editor, person, institutions } = state;
  const { reader, places } = editor;
  const { translator, language } = reader;
  const blocks = new Blocks(person.typed, person.entries.problems);
  const homes = homesOf(editor);
  const country = (code: string) => ({ value: code, label: translator.countryName(language, code) });
  const cefr = (values: readonly string[]) =>
    values.map((value) => ({ value, label: cefrWords(editor, value) }));
  const asked = CEFR.filter((level) => places.some(({ languageLevel }) => languageLevel === level));
  return [
    ...(homes.length > 1
      ? [blocks.field('select', 't-home', say('facts_of.home'), { options: homes.map(country) })]
      : []),
    blocks.field('select', 't-citizenship', say('facts_of.citizenship'), {
      options: countriesOffered(editor, citizenshipsIn(editor.form.eligibility)).map(country),
    }),
    blocks.field('date', 't-birth', say('facts_of.birth'), {
      value: {
        day: blocks.one('t-birth-day'),
        month: blocks.one('t-birth-month'),
        year: blocks.one('t-birth-year'),
      },
    }),
    blocks.field('select', 't-level', say('facts_of.level'), {
      options: LEVELS.map((level) => ({ value: String(level), label: levelWords(editor, level) })),
    }),
    blocks.field('number', 't-year', say('facts_of.year'), { width: 3 }),
    blocks.field('number', 't-average', say('facts_of.average'), { width: 4 }),
    blocks.field('select', 't-language', say('facts_of.language'), { options: cefr(CEFR) }),
    blocks.field('select', 't-place', say('facts_of.place'), {
      options: cefr(asked.length > 0 ? asked : CEFR),
    }),
    {
      kind: 'institution',
      q: institutionModel(reader, institutions, {
        name: 't-institution',
        label: say('facts_of.institution'),
        value: blocks.one('t-institution'),
      }),
    },
    blocks.field('number', 't-experience', say('facts_of.experience'), { width: 3 }),
    blocks.field('radios', 't-other', say('facts_of.other'), {
      value: blocks.one('t-other') || 'no',
      options: ['no', 'yes'].map((value) => ({ value, label: say(`facts_of.other_${value}`) })),
    }),
  ];
}

function citizenshipsIn(rule: Rule | undefined): readonly string[] {
  if (!rule) return [];
  if (isGroup(rule)) return rule.of.flatMap(citizenshipsIn);
  return rule.kind === 'citizenship' ? rule.countries : [];
}

/** The countries of the programme, then those that are named already, then the others by the reader's alphabet. */
function countriesOffered(editor: Editor, named: readonly string[]): readonly string[] {
  const { translator, language, countries } = editor.reader;
  const near = [...new Set([...countries.map(({ code }) => code), ...named])];
  const compare = translator.compare(language);
  const name = (code: string) => translator.countryName(language, code);
  const others = COUNTRY_CODES.filter((code) => !near.includes(code));
  return [...near, ...others.toSorted((a, b) => compare(name(a), name(b)))];
}

// One condition ------------------------------------------------------------------------------------------------------

export interface ConditionState extends ConditionsState {
  readonly fields: FormFields;
  readonly saved: FormFields | null;
  readonly error: DomainError | null;
  readonly action: string;
  readonly anchor: string;
  /** The group that a new one is added to. */
  readonly into: string | null;
}

export function presentCondition(state: ConditionState, kind: ConditionKind): EntryPage {
  const { editor, fields, saved, error, action, anchor, person } = state;
  const { reader } = editor;
  const problems = error?.fields ?? [];
  const draw = (blocks: Blocks): readonly BlockGroup[] => [
    { title: null, blocks: conditionBlocks(state, kind, blocks) },
  ];
  const groups = draw(new Blocks(fields, problems));
  const stale = error?.code === 'stale';
  return {
    editor,
    problems: [
      ...problemLinks(reader, groups, problems),
      ...(error?.code === 'conflict' ? [{ message: { key: `reasons.${error.reason}` }, href: null }] : []),
    ],
    stale:
      stale && saved
        ? { rows: differences(reader, groups, draw(new Blocks(saved, []))), href: action }
        : null,
    notice: stale && !saved ? say('stale_new') : null,
    action,
    heading: say(`condition_kinds.${kind}.title`),
    back: {
      href: `${conditionsHref(editor)}${personQuery(person)}#${anchor}`,
      text: say('back_to_conditions'),
    },
    lead: say(`condition_kinds.${kind}.hint`),
    kept: null,
    hidden: [
      ...(state.into === null
        ? []
        : [
            { name: 'kind', value: kind },
            { name: 'in', value: state.into },
          ]),
      ...(kind === 'grade_average'
        ? gradedCountries(editor, new Blocks(fields, [])).map((value) => ({ name: 'grading', value }))
        : []),
    ],
    another: false,
    known: [],
    groups,
    button: say(saved ? 'save' : 'add_condition'),
  };
}

function conditionBlocks(state: ConditionState, kind: ConditionKind, blocks: Blocks): readonly Block[] {
  const { editor, names, institutions } = state;
  const { translator, language, countries } = editor.reader;
  const country = (code: string) => ({ value: code, label: translator.countryName(language, code) });
  switch (kind) {
    case 'citizenship': {
      const named = blocks.all('countries');
      const listed = [...new Set([...countries.map(({ code }) => code), ...named])];
      return [
        blocks.field('checkboxes', 'countries', say('fields.countries'), { options: listed.map(country) }),
        blocks.field('select', 'country', say('fields.another_country'), {
          optional: true,
          hint: say('hints.another_country'),
          options: countriesOffered(editor, named)
            .filter((code) => !listed.includes(code))
            .map(country),
        }),
      ];
    }
    case 'age':
      return [
        blocks.number('min', say('fields.min_age')),
        blocks.number('max', say('fields.max_age'), say('hints.age')),
      ];
    case 'level':
      return [
        blocks.field('checkboxes', 'levels', say('fields.levels'), {
          options: LEVELS.map((level) => ({ value: String(level), label: levelWords(editor, level) })),
        }),
      ];
    case 'year':
      return [blocks.field('number', 'min', say('fields.min_year'), { width: 3 })];
    case 'experience':
      return [blocks.field('number', 'min', say('fields.min_experience'), { width: 3 })];
    case 'grade_average':
      return gradedCountries(editor, blocks).map((code) =>
        blocks.field(
          'number',
          `least-${code}`,
          say('fields.least', { country: translator.countryName(language, code) }),
          { width: 5, optional: true, hint: say('hints.least') },
        ),
      );
    case 'home_institution': {
      const named = blocks.all('institutions');
      return [
        ...(named.length > 0
          ? [
              blocks.field('checkboxes', 'institutions', say('fields.institutions'), {
                options: named.map((id) => ({ value: id, label: names.get(id) ?? id })),
              }),
            ]
          : []),
        {
          kind: 'institution' as const,
          q: institutionModel(editor.reader, institutions, {
            name: 'institution',
            label: say(named.length > 0 ? 'fields.another_institution' : 'fields.institution'),
            hint: say('hints.another_institution'),
            value: blocks.one('institution'),
            error: blocks.error('institution'),
          }),
        },
      ];
    }
    case 'language':
    case 'no_other_award':
      return [];
  }
}

/** Those that the call sends from, and whichever have a bound already. */
function gradedCountries(editor: Editor, blocks: Blocks): readonly string[] {
  return [...new Set([...homesOf(editor), ...blocks.all('grading')])];
}

/** What kind of condition is to be added. */
export function presentConditionKinds(state: ConditionsState, into: RulePath): AddPage {
  const { editor, person } = state;
  const href = `${conditionsHref(editor)}/add`;
  const query = new URLSearchParams(person.typed);
  query.set('in', writePath(into));
  return {
    editor,
    problems: [],
    stale: null,
    heading: say('add_condition'),
    lead: say('add_condition_lead'),
    back: {
      href: `${conditionsHref(editor)}${personQuery(person)}#part-${writePath(into)}`,
      text: say('back_to_conditions'),
    },
    kinds: CONDITION_KINDS.map((kind) => {
      query.set('kind', kind);
      return {
        href: `${href}?${query.toString()}`,
        title: say(`condition_kinds.${kind}.title`),
        hint: say(`condition_kinds.${kind}.hint`),
      };
    }),
    known: [],
    knownAction: '',
  };
}
