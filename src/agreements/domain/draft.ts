import type { FieldProblem } from '../../shared/domain-error.js';
import type { LocalizedText } from '../../shared/language.js';
import type { AgreementContent } from './agreement.js';
import { quotaKey } from './quota.js';

export const WRITTEN_LANGUAGES = ['sr', 'ru', 'en'] as const;
/** English is a help to readers; the texts that bind are these. */
export const BINDING_LANGUAGES = ['sr', 'ru'] as const;
export const CATEGORIES = ['student', 'professor', 'researcher', 'expert', 'staff', 'joint_project'] as const;
export const CEFR = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NS'] as const;
export const LONGEST_TITLE = 300;
export const LONGEST_BODY = 20_000;
export const LONGEST_REASON = 2_000;
export const MOST_QUOTAS = 200;
export const MOST_ARTICLES = 60;
export const MOST_ANNEXES = 20;

/** The pages of the editor, in their order. */
export const EDITOR_STEPS = ['basics', 'parties', 'text', 'exchange', 'quotas', 'annexes'] as const;
export type EditorStep = (typeof EDITOR_STEPS)[number];
/** Those that are one form over some fields; files have a page of their own kind. */
export type FormStep = Exclude<EditorStep, 'annexes'>;

/** On which page a field stands. */
export function stepOf(field: string): EditorStep {
  const [first = ''] = field.split('.');
  if (first === 'articles') return 'text';
  return EDITOR_STEPS.find((step) => step === first) ?? 'basics';
}

export const REFERENCE = /^[\p{L}\p{N}][\p{L}\p{N}._-]{2,59}$/u;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What cannot even be kept of a draft, however far from whole it may be. */
export function storageProblems(content: AgreementContent): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field, problem, ...(values ? { values } : {}) });
  const within = (field: string, text: LocalizedText, max: number) => {
    for (const language of WRITTEN_LANGUAGES) {
      if (text[language].length > max) add(`${field}.${language}`, 'too_long', { max });
    }
  };
  if (!REFERENCE.test(content.reference) || content.reference === 'new') add('reference', 'not_reference');
  within('title', content.title, LONGEST_TITLE);
  content.parties.forEach(({ name }, place) => within(`parties.${place}.name`, name, LONGEST_TITLE));
  content.text.articles.forEach(({ title, body }, place) => {
    within(`articles.${place}.title`, title, LONGEST_TITLE);
    within(`articles.${place}.body`, body, LONGEST_BODY);
  });
  if (content.text.articles.length > MOST_ARTICLES) add('articles', 'too_many', { max: MOST_ARTICLES });
  if (content.quotas.length > MOST_QUOTAS) add('quotas', 'too_many', { max: MOST_QUOTAS });
  const annexes = content.annexes ?? [];
  annexes.forEach(({ title }, place) => within(`annexes.${place}.title`, title, LONGEST_TITLE));
  if (annexes.length > MOST_ANNEXES) add('annexes', 'too_many', { max: MOST_ANNEXES });
  const { validFrom, validUntil, noticeDays } = content;
  for (const [field, day] of Object.entries({ validFrom, validUntil })) {
    if (day !== undefined && !DAY.test(day)) add(field, 'not_date');
  }
  if (validFrom && validUntil && validUntil <= validFrom) add('validUntil', 'end_before_start');
  if (noticeDays !== undefined && !(Number.isInteger(noticeDays) && noticeDays >= 0 && noticeDays <= 1_000))
    add('noticeDays', 'out_of_range', { min: 0, max: 1_000 });
  const seen = new Set<string>();
  content.quotas.forEach((quota, place) => {
    const at = `quotas.${place}`;
    if (!/^\d{4}\/\d{2}$/.test(quota.academicYear) || !followsOn(quota.academicYear))
      add(`${at}.academicYear`, 'not_academic_year');
    if (!CATEGORIES.some((category) => category === quota.category)) add(`${at}.category`, 'not_in_list');
    if (quota.homeCountry === quota.hostCountry) add(`${at}.direction`, 'not_in_list');
    for (const [name, count] of Object.entries({
      persons: quota.persons,
      months: quota.months,
      days: quota.days ?? 0,
    })) {
      if (!Number.isInteger(count) || count < 0 || count > 100_000)
        add(`${at}.${name}`, 'out_of_range', { min: 0, max: 100_000 });
    }
    if (seen.has(quotaKey(quota))) add(`${at}.academicYear`, 'quota_twice');
    seen.add(quotaKey(quota));
  });
  return problems;
}

/** What is still missing before it can be put before those who decide. */
export function missingOf(content: AgreementContent): readonly FieldProblem[] {
  const missing: FieldProblem[] = [];
  const required = (field: string, isThere: boolean) => {
    if (!isThere) missing.push({ field, problem: 'required' });
  };
  const binding = (field: string, text: LocalizedText) => {
    for (const language of BINDING_LANGUAGES) required(`${field}.${language}`, text[language].trim() !== '');
  };
  binding('title', content.title);
  content.parties.forEach(({ name }, place) => binding(`parties.${place}.name`, name));
  const countries = new Set(content.parties.map(({ country }) => country));
  required('parties', countries.size >= 2);
  // What stands on paper is not typed anew: its scan is its text.
  required('articles', content.text.articles.length > 0 || content.paper !== undefined);
  content.text.articles.forEach(({ title, body }, place) => {
    binding(`articles.${place}.title`, title);
    binding(`articles.${place}.body`, body);
  });
  if (content.kind === 'inter_institutional' || content.paper) {
    required('validFrom', content.validFrom !== undefined);
  }
  if (content.kind === 'inter_institutional') {
    required('quotas', content.quotas.length > 0 || content.paper !== undefined);
  }
  (content.annexes ?? []).forEach(({ title }, place) => binding(`annexes.${place}.title`, title));
  content.quotas.forEach(({ homeCountry, hostCountry }, place) => {
    if (!countries.has(homeCountry) || !countries.has(hostCountry))
      missing.push({ field: `quotas.${place}.direction`, problem: 'not_in_list' });
  });
  return missing;
}

/** The same agreement for as long again, from the day after its last one; without an end it begins today. */
export function renewed(content: AgreementContent, today: string): AgreementContent {
  const { validFrom, validUntil } = content;
  if (validFrom === undefined || validUntil === undefined) return { ...content, validFrom: today };
  const next = validUntil >= today ? dayAfter(validUntil) : today;
  const term = Date.parse(validUntil) - Date.parse(validFrom);
  return {
    ...content,
    validFrom: next,
    validUntil: new Date(Date.parse(next) + term).toISOString().slice(0, 10),
  };
}

export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function followsOn(year: string): boolean {
  return (Number(year.slice(2, 4)) + 1) % 100 === Number(year.slice(5));
}
