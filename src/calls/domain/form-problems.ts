import type { FieldProblem } from '../../shared/domain-error.js';
import { MOST_ROWS } from '../../shared/compound-entry.js';
import { IDENTIFIERS } from '../../shared/identifiers.js';
import type { LocalizedText } from '../../shared/language.js';
import { ANSWERED_BY, conditionsOf } from './eligibility.js';
import { isStatistical, statisticsProblems } from './gender.js';
import type {
  FormDefinition,
  FormQuestion,
  FormSection,
  QuestionOption,
  TableColumn,
  VisibleIf,
} from './form.js';

const MOST_SECTIONS = 30;
const MOST_QUESTIONS = 60;
const MOST_OPTIONS = 300;
const MOST_COLUMNS = 8;
/** In characters, and in words: a form that lets one write more asks for a book. */
const LONGEST_TEXT = 50_000;
const MOST_WORDS = 10_000;
const MOST_FROZEN_DAYS = 365;
/** So long after the closing a document may come at most. */
const MOST_LATE_DAYS = 365;

/** Becomes part of the names of controls, where a hyphen parts it from what it is a part of. */
const ID = /^[a-z][a-z0-9_]{0,39}$/;

/** Pages of an application that stand at the place where a section of this name would. */
const TAKEN_BY_PAGES: ReadonlySet<string> = new Set([
  'answer',
  'awards',
  'check',
  'conflict',
  'custody',
  'dossier',
  'eligibility',
  'export',
  'file',
  'letter',
  'messages',
  'notes',
  'nominate',
  'offer',
  'receipt',
  'review',
  'revive',
  'screen',
  'start',
  'status',
  'submit',
  'units',
  'withdraw',
]);
/** Controls that every page of the form has, and those of the choice of places. */
const TAKEN_BY_CONTROLS = /^(from|then|revision|choice_\d+)$/;

/** Questions whose answers are one of a list that the form or the world's list of countries gives. */
const DECIDING = ['choice', 'country'];

/**
 * What is wrong with a form by itself. The field says where: `form`, `form.<section>`, `form.<section>.<question or
 * document>`, each with what of it as the last part (`.visibleIf`, `.options`, `.columns`, `.label` …). A form of before
 * there were conditions and columns has no problems.
 */
export function formProblems(form: FormDefinition): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field, problem, ...(values ? { values } : {}) });
  const { sections } = form;

  if (sections.length === 0) add('form', 'form_empty');
  if (sections.length > MOST_SECTIONS) add('form', 'form_too_many', { max: MOST_SECTIONS });
  for (const id of repeated(sections.map((section) => section.id))) add(`form.${id}`, 'form_id_twice');
  const questionIds = repeated(sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
  const documentIds = repeated(sections.flatMap(({ documents }) => documents.map(({ id }) => id)));
  const purposes = repeated(sections.flatMap(({ consents }) => consents.map(({ purpose }) => purpose)));
  if (sections.filter(({ kind }) => kind === 'choices').length > 1) add('form', 'form_choices_twice');

  const earlier = new Map<string, FormQuestion>();
  let choicesBefore = false;
  for (const section of sections) {
    const at = `form.${section.id}`;
    const conditionProblems = (where: string, visibleIf: VisibleIf | undefined) => {
      const problem = visibleIf && visibleIfProblem(visibleIf, earlier);
      if (problem) add(`${where}.visibleIf`, problem);
    };
    if (!ID.test(section.id) || TAKEN_BY_PAGES.has(section.id)) add(at, 'form_id');
    if (!isWorded(section.title)) add(`${at}.title`, 'form_wording');
    if (section.intro && !isWorded(section.intro)) add(`${at}.intro`, 'form_wording');
    if (hasForeignParts(section)) add(at, 'form_section_kind');
    if (section.questions.length > MOST_QUESTIONS) add(at, 'form_too_many', { max: MOST_QUESTIONS });
    conditionProblems(at, section.visibleIf);

    for (const question of section.questions) {
      const where = `${at}.${question.id}`;
      if (questionIds.has(question.id)) add(where, 'form_id_twice');
      for (const { part, problem, values } of questionProblems(question)) {
        add(part ? `${where}.${part}` : where, problem, values);
      }
      conditionProblems(where, question.visibleIf);
      if (question.places && !choicesBefore) add(`${where}.places`, 'form_places_before_choices');
      // On what comes before it only, and never on itself.
      if (!earlier.has(question.id)) earlier.set(question.id, question);
    }
    for (const document of section.documents) {
      const where = `${at}.${document.id}`;
      if (documentIds.has(document.id)) add(where, 'form_id_twice');
      if (!ID.test(document.id)) add(where, 'form_id');
      if (!isWorded(document.label)) add(`${where}.label`, 'form_wording');
      if (document.hint && !isWorded(document.hint)) add(`${where}.hint`, 'form_wording');
      if (isStatistical(document)) add(`${where}.sensitivity`, 'form_statistics');
      conditionProblems(where, document.visibleIf);
      const { dueDaysAfterClose: days } = document;
      if (days !== undefined && !isCount(days, 1, MOST_LATE_DAYS)) {
        add(`${where}.dueDaysAfterClose`, 'form_late_days', { max: MOST_LATE_DAYS });
      }
    }
    for (const { purpose, version, text } of section.consents) {
      if (purposes.has(purpose)) add(`${at}.${purpose}`, 'form_id_twice');
      if (!ID.test(purpose) || version.trim() === '') add(`${at}.${purpose}`, 'form_id');
      if (!isWorded(text)) add(`${at}.${purpose}.text`, 'form_wording');
    }
    choicesBefore ||= section.kind === 'choices';
  }
  if (asksConditionally(form)) add('form', 'form_condition_hidden');
  return problems;
}

function repeated(ids: readonly string[]): ReadonlySet<string> {
  return new Set(ids.filter((id, place) => ids.indexOf(id) !== place));
}

function isWorded({ sr, ru, en }: LocalizedText): boolean {
  return [sr, ru, en].every((wording) => wording.trim() !== '');
}

/** A page of one kind shows the parts of that kind alone: others would be asked for and never seen. */
function hasForeignParts({ kind, questions, documents, consents }: FormSection): boolean {
  return (
    (kind !== 'questions' && questions.length > 0) ||
    (kind !== 'documents' && documents.length > 0) ||
    (kind !== 'consents' && consents.length > 0)
  );
}

function visibleIfProblem(
  { question: id, is }: VisibleIf,
  earlier: ReadonlyMap<string, FormQuestion>,
): string | undefined {
  const question = earlier.get(id);
  if (question && isStatistical(question)) return 'form_visible_if_statistics';
  if (!question || !DECIDING.includes(question.type)) return 'form_visible_if_unknown';
  const exists = (value: string) =>
    question.type === 'country'
      ? /^[A-Z]{2}$/.test(value)
      : (question.options ?? []).some((option) => option.value === value);
  return is.length > 0 && new Set(is).size === is.length && is.every(exists)
    ? undefined
    : 'form_visible_if_values';
}

interface PartProblem {
  readonly part: string | null;
  readonly problem: string;
  readonly values?: FieldProblem['values'];
}

function questionProblems(question: FormQuestion): PartProblem[] {
  const { id, type, label, hint, options, places } = question;
  const problems: PartProblem[] = [];
  const add = (part: string | null, problem: string, values?: FieldProblem['values']) =>
    problems.push({ part, problem, ...(values ? { values } : {}) });

  if (!ID.test(id) || TAKEN_BY_CONTROLS.test(id)) add(null, 'form_id');
  if (!isWorded(label)) add('label', 'form_wording');
  if (hint && !isWorded(hint)) add('hint', 'form_wording');
  if (type === 'choice' ? !areOptions(options) : options !== undefined) add('options', 'form_options');

  const { min, max, maxLength, maxWords } = question;
  if ([min, max].some((bound) => bound !== undefined && !Number.isFinite(bound)) || isAbove(min, max)) {
    add('min', 'form_bounds');
  }
  if (maxLength !== undefined && !isCount(maxLength, 1, LONGEST_TEXT)) add('maxLength', 'form_bounds');
  if (maxWords !== undefined && !isCount(maxWords, 1, MOST_WORDS)) add('maxWords', 'form_bounds');

  if (type === 'table') {
    for (const problem of tableProblems(question)) problems.push(problem);
  } else if (question.columns || question.minRows !== undefined || question.maxRows !== undefined) {
    add('columns', 'form_columns');
  }
  if (type === 'identifier') {
    const { identifier, sensitivity } = question;
    if (!identifier || !IDENTIFIERS.includes(identifier)) add('identifier', 'form_identifier');
    // An ORCID iD is public by its nature; any other number names a person or an account for good.
    else if (identifier !== 'orcid' && sensitivity === 'open') add('sensitivity', 'form_identifier_open');
  } else if (question.identifier !== undefined) {
    add('identifier', 'form_identifier');
  }
  for (const { part, problem } of statisticsProblems(question)) add(part, problem);
  if (question.dateRange !== undefined && type !== 'date') add('dateRange', 'form_bounds');
  const { frozenDaysBeforeClose: frozen } = question;
  if (frozen !== undefined && !isCount(frozen, 0, MOST_FROZEN_DAYS)) {
    add('frozenDaysBeforeClose', 'form_frozen', { max: MOST_FROZEN_DAYS });
  }
  if (places && (places.length === 0 || new Set(places).size !== places.length)) {
    add('places', 'form_places');
  }
  return problems;
}

function tableProblems({ columns = [], minRows, maxRows }: FormQuestion): PartProblem[] {
  const problems: PartProblem[] = [];
  const ids = columns.map(({ id }) => id);
  const sound =
    isCount(columns.length, 1, MOST_COLUMNS) &&
    ids.every((id) => ID.test(id)) &&
    repeated(ids).size === 0 &&
    columns.some(({ optional }) => !optional) &&
    columns.every(isSoundColumn);
  if (!sound) problems.push({ part: 'columns', problem: 'form_columns', values: { max: MOST_COLUMNS } });
  if (!columns.every(({ label }) => isWorded(label))) {
    problems.push({ part: 'columns', problem: 'form_wording' });
  }
  const rows = [minRows, maxRows].filter((count) => count !== undefined);
  if (rows.some((count) => !isCount(count, 1, MOST_ROWS)) || isAbove(minRows, maxRows)) {
    problems.push({ part: 'minRows', problem: 'form_rows', values: { max: MOST_ROWS } });
  }
  return problems;
}

function isSoundColumn({ type, options }: TableColumn): boolean {
  return type === 'choice' ? areOptions(options) : options === undefined;
}

function areOptions(options: readonly QuestionOption[] | undefined): boolean {
  const values = (options ?? []).map(({ value }) => value);
  return (
    isCount(values.length, 1, MOST_OPTIONS) &&
    repeated(values).size === 0 &&
    values.every((value) => value.trim() !== '' && value.length <= 60) &&
    (options ?? []).every(({ label }) => isWorded(label))
  );
}

function isCount(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function isAbove(low: number | undefined, high: number | undefined): boolean {
  return low !== undefined && high !== undefined && low > high;
}

/** A condition of the call that only some are asked about could never be answered by the others. */
function asksConditionally({ eligibility, sections }: FormDefinition): boolean {
  if (!eligibility) return false;
  const asked = sections.flatMap((section) =>
    section.questions.map((question) => ({
      id: question.id,
      always: !(section.visibleIf ?? question.visibleIf ?? question.places),
    })),
  );
  return conditionsOf(eligibility).some(({ kind }) => {
    // The first that the form asks is the one that answers: see `answeredAt`.
    const first = ANSWERED_BY[kind].map((id) => asked.find((each) => each.id === id)).find(Boolean);
    return first !== undefined && !first.always;
  });
}
