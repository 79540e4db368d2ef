import { textOf } from '../../../platform/http/form-fields.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { LocalizedText } from '../../../shared/language.js';
import { sensitivityOf } from '../../domain/form-sensitivity.js';
import type {
  ConsentText,
  DocumentRequirement,
  FormQuestion,
  FormSection,
  QuestionType,
  VisibleIf,
} from '../../domain/form.js';
import { MOST_ANCHORS } from '../../domain/selection.js';
import { MOST_COLUMNS, MOST_OPTIONS, usualSensitivity, writeLines } from './read-item-entry.js';

/** Empty rows that a list of options or columns begins with, and those that one more press brings. */
const NEW_ROWS = 3;

const MOST_ROWS_OF: Readonly<Record<string, number>> = {
  option: MOST_OPTIONS,
  column: MOST_COLUMNS,
  anchor: MOST_ANCHORS,
};

/** A question as the fields of its page: what `readQuestion` reads back. */
export function questionFields(question: FormQuestion): FormFields {
  return {
    ...words('label', question.label),
    ...words('hint', question.hint),
    ...flag('required', question.required),
    sensitivity: sensitivityOf(question),
    ...visibleIfFields(question.visibleIf),
    ...(question.places ? { places: question.places } : {}),
    frozen: number(question.frozenDaysBeforeClose),
    maxLength: number(question.maxLength),
    maxWords: number(question.maxWords),
    min: number(question.min),
    max: number(question.max),
    dateRange: question.dateRange ?? 'past',
    identifier: question.identifier ?? '',
    minRows: number(question.minRows),
    maxRows: number(question.maxRows),
    ...optionFields(question),
    ...columnFields(question),
  };
}

/** A question of which nothing is said yet. */
export function newQuestionFields(type: QuestionType): FormFields {
  return {
    required: 'yes',
    sensitivity: usualSensitivity(type),
    dateRange: 'past',
    'option-rows': String(NEW_ROWS + 1),
    'column-rows': String(NEW_ROWS),
  };
}

export function newDocumentFields(): FormFields {
  return { required: 'yes', sensitivity: usualSensitivity('document') };
}

export function documentFields(document: DocumentRequirement): FormFields {
  return {
    ...words('label', document.label),
    ...words('hint', document.hint),
    ...flag('required', document.required),
    sensitivity: sensitivityOf(document),
    ...visibleIfFields(document.visibleIf),
    dueDaysAfterClose: number(document.dueDaysAfterClose),
    translation: document.translation ?? '',
    ...flag('legalisation', document.legalisation),
    ...flag('waivable', document.waivable),
  };
}

export function consentFields({ text, required }: Pick<ConsentText, 'text' | 'required'>): FormFields {
  return { ...words('text', text), ...flag('required', required) };
}

export function newSectionFields(): FormFields {
  return { min: '1', max: '2', confidential: 'yes' };
}

export function sectionFields({
  title,
  intro,
  visibleIf,
  references,
  coApplicants,
}: Pick<FormSection, 'title' | 'intro' | 'visibleIf' | 'references' | 'coApplicants'>): FormFields {
  return {
    ...words('title', title),
    ...words('intro', intro),
    ...visibleIfFields(visibleIf),
    min: number((references ?? coApplicants)?.min),
    max: number((references ?? coApplicants)?.max),
    ...words('roles', coApplicants?.roles),
    daysAfterClose: number(references?.daysAfterClose ?? undefined),
    ...flag('confidential', references?.confidential),
  };
}

/**
 * The fields after one of the buttons beside the rows was pressed: `option-more`, `option-up-2`, `column-down-0`,
 * `anchor-remove-1`. Null: the button was another one, so the page is to be saved.
 */
export function rowsAfter(fields: FormFields, act: string): FormFields | null {
  const found = /^(option|column|anchor)-(more|up|down|remove)(?:-(\d{1,3}))?$/.exec(act);
  if (!found) return null;
  const [, name = '', what = '', at = ''] = found;
  const row = Number(at);
  const rows = Number(textOf(fields, `${name}-rows`)) || 0;
  const most = MOST_ROWS_OF[name] ?? 0;
  if (what === 'more') return { ...fields, [`${name}-rows`]: String(Math.min(most, rows + NEW_ROWS)) };
  const order = Array.from({ length: Math.min(rows, most) }, (_, each) => each);
  const other = row + (what === 'up' ? -1 : 1);
  if (what === 'remove') order.splice(row, 1);
  else if (order[row] !== undefined && order[other] !== undefined) [order[row], order[other]] = [other, row];
  return reordered(fields, name, order);
}

function reordered(fields: FormFields, name: string, order: readonly number[]): FormFields {
  const prefix = new RegExp(`^${name}-(\\d+)-(.+)$`);
  const rest = Object.entries(fields).filter(([key]) => !prefix.test(key));
  const rows = order.flatMap((from, to) =>
    Object.entries(fields).flatMap(([key, value]) => {
      const part = prefix.exec(key);
      return part && Number(part[1]) === from ? [[`${name}-${to}-${part[2] ?? ''}`, value] as const] : [];
    }),
  );
  return { ...Object.fromEntries([...rest, ...rows]), [`${name}-rows`]: String(order.length) };
}

function optionFields({ type, options = [] }: FormQuestion): FormFields {
  if (type !== 'choice') return {};
  const fields: Record<string, string> = { 'option-rows': String(options.length) };
  options.forEach(({ value, label }, row) => {
    Object.assign(fields, words(`option-${row}`, label), { [`option-${row}-value`]: value });
  });
  return fields;
}

function columnFields({ type, columns = [] }: FormQuestion): FormFields {
  if (type !== 'table') return {};
  const fields: Record<string, string> = { 'column-rows': String(columns.length) };
  columns.forEach((column, row) => {
    Object.assign(fields, words(`column-${row}`, column.label), {
      [`column-${row}-id`]: column.id,
      [`column-${row}-type`]: column.type,
      [`column-${row}-options`]: writeLines(column.options),
      ...(column.optional ? { [`column-${row}-optional`]: 'yes' } : {}),
    });
  });
  return fields;
}

function visibleIfFields(visibleIf: VisibleIf | undefined): FormFields {
  return visibleIf
    ? { visibleIf: visibleIf.question, [`visibleIf-${visibleIf.question}`]: visibleIf.is }
    : {};
}

function words(name: string, text: LocalizedText | undefined): Readonly<Record<string, string>> {
  if (!text) return {};
  return { [`${name}-sr`]: text.sr, [`${name}-ru`]: text.ru, [`${name}-en`]: text.en };
}

function flag(name: string, value: boolean | undefined): Readonly<Record<string, string>> {
  return value ? { [name]: 'yes' } : {};
}

function number(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
