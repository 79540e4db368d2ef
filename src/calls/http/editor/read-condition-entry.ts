import type { FormFields } from '../../../platform/http/session-data.js';
import type { CountryCode } from '../../../shared/country.js';
import { isId } from '../../../shared/ids.js';
import type { Condition, ConditionKind } from '../../domain/eligibility.js';
import type { ComposerEntries } from './composer-entries.js';

export const CONDITION_KINDS: readonly ConditionKind[] = [
  'citizenship',
  'age',
  'level',
  'year',
  'grade_average',
  'language',
  'home_institution',
  'experience',
  'no_other_award',
];

/** Levels of the European qualifications framework that one studies at or holds a degree of. */
export const LEVELS = [5, 6, 7, 8] as const;

const OLDEST = 120;
const LAST_YEAR = 6;
const BEST_GRADE = 10;
const LONGEST_WORK = 70;

/** A condition of a kind as it was typed; what keeps it from being sound is in the entries' problems. */
export function readCondition(entries: ComposerEntries, kind: ConditionKind): Condition {
  switch (kind) {
    case 'citizenship': {
      const countries = chosen(entries, 'countries', 'country').filter((code) => /^[A-Z]{2}$/.test(code));
      if (countries.length === 0) entries.add('countries', 'required_choice');
      return { kind, countries };
    }
    case 'age': {
      const min = entries.count('min', 0, OLDEST) ?? null;
      const max = entries.count('max', 0, OLDEST) ?? null;
      if (entries.text('min') === '' && entries.text('max') === '') entries.add('min', 'required');
      if (min !== null && max !== null && min > max) entries.add('max', 'out_of_range', { min, max: OLDEST });
      return { kind, min, max };
    }
    case 'level': {
      const levels = entries.list('levels').map(Number);
      if (!levels.every((level) => LEVELS.some((each) => each === level)))
        entries.add('levels', 'not_in_list');
      if (levels.length === 0) entries.add('levels', 'required_choice');
      return { kind, levels };
    }
    case 'year':
      return { kind, min: required(entries, 'min', 1, LAST_YEAR) };
    case 'experience':
      return { kind, min: required(entries, 'min', 0, LONGEST_WORK) };
    case 'grade_average': {
      const least: Record<CountryCode, number> = {};
      for (const code of entries.list('grading').filter((each) => /^[A-Z]{2}$/.test(each))) {
        const bound = entries.number(`least-${code}`, 0.01, BEST_GRADE);
        if (bound !== undefined) least[code] = bound;
      }
      if (Object.keys(least).length === 0 && entries.problems.length === 0) {
        entries.add(`least-${entries.list('grading')[0] ?? ''}`, 'required');
      }
      return { kind, least };
    }
    case 'home_institution': {
      const institutions = chosen(entries, 'institutions', 'institution').filter(isId);
      if (institutions.length === 0) entries.add('institution', 'required_choice');
      return { kind, institutions };
    }
    case 'language':
    case 'no_other_award':
      return { kind };
  }
}

/** The same condition as the fields of its page. */
export function conditionFields(condition: Condition): FormFields {
  const number = (value: number | null) => (value === null ? '' : String(value));
  switch (condition.kind) {
    case 'citizenship':
      return { countries: condition.countries };
    case 'age':
      return { min: number(condition.min), max: number(condition.max) };
    case 'level':
      return { levels: condition.levels.map(String) };
    case 'year':
    case 'experience':
      return { min: String(condition.min) };
    case 'grade_average':
      return {
        grading: Object.keys(condition.least),
        ...Object.fromEntries(
          Object.entries(condition.least).map(([code, least]) => [`least-${code}`, String(least)]),
        ),
      };
    case 'home_institution':
      return { institutions: condition.institutions };
    case 'language':
    case 'no_other_award':
      return {};
  }
}

/** What is ticked in the list, and what was chosen to be added to it. */
export function chosen(entries: ComposerEntries, list: string, one: string): readonly string[] {
  return [...new Set([...entries.list(list), ...entries.list(one)])].slice(0, 300);
}

function required(entries: ComposerEntries, name: string, least: number, most: number): number {
  const value = entries.count(name, least, most);
  if (entries.text(name) === '') entries.add(name, 'required');
  return value ?? least;
}
