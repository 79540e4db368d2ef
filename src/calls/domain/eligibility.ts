import type { CountryCode } from '../../shared/country.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';

// Types and not interfaces, because only of a type TypeScript knows that it is plain data that can be hashed.

/**
 * What a call asks of whoever applies. A small set on purpose: each can be said in words, answered from the form, and is
 * the same for everybody.
 */
export type Condition =
  | { readonly kind: 'citizenship'; readonly countries: readonly CountryCode[] }
  /** In whole years on the first day of the stay; null: no bound on that side. */
  | { readonly kind: 'age'; readonly min: number | null; readonly max: number | null }
  /** Of the studies, or of the highest degree: levels of the European qualifications framework. */
  | { readonly kind: 'level'; readonly levels: readonly number[] }
  | { readonly kind: 'year'; readonly min: number }
  /** On the scale of the home country, which is why each has a bound of its own. A country without one has none. */
  | { readonly kind: 'grade_average'; readonly least: Readonly<Record<CountryCode, number>> }
  /** Of every chosen place: what it asks, or more (CEFR). */
  | { readonly kind: 'language' }
  | { readonly kind: 'home_institution'; readonly institutions: readonly Id[] }
  | { readonly kind: 'experience'; readonly min: number }
  /** No other place of the programme that is offered to them or held for the same time. */
  | { readonly kind: 'no_other_award' };
export type ConditionKind = Condition['kind'];

/** Conditions, all of which or one of which must be met. */
export type Rule =
  | Condition
  | { readonly kind: 'all'; readonly of: readonly Rule[] }
  | { readonly kind: 'any'; readonly of: readonly Rule[] };

/** `unknown`: what it asks about was not answered yet. */
export type Outcome = 'met' | 'not_met' | 'unknown';

/** What the rule is asked of. Null: not known yet. */
export interface EligibilityFacts {
  readonly homeCountry: CountryCode;
  readonly citizenship: CountryCode | null;
  /** YYYY-MM-DD. */
  readonly birthDate: string | null;
  /** First day of the stay, YYYY-MM-DD. */
  readonly stayFrom: string;
  readonly level: number | null;
  readonly year: number | null;
  readonly gradeAverage: number | null;
  /** CEFR, or NS. */
  readonly languageLevel: string | null;
  /** What each chosen place asks; empty: none was chosen yet. */
  readonly placeLanguageLevels: readonly string[];
  readonly homeInstitutionId: Id | null;
  readonly experienceYears: number | null;
  /** Other places that are offered to the applicant or held by them for the same time. */
  readonly otherAwards: number;
}

export interface Verdict {
  readonly outcome: Outcome;
  /** Every condition of the rule in its order, with its own outcome. */
  readonly conditions: readonly { readonly condition: Condition; readonly outcome: Outcome }[];
  /** Those because of which the rule is not met, or not known. Empty where it is met. */
  readonly because: readonly { readonly condition: Condition; readonly outcome: Outcome }[];
}

/** From the lowest on. NS: whoever grew up with the language. */
export const CEFR = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NS'];

/** Kleene's three-valued logic: what is not known yet decides nothing that the rest decides. */
export function judge(rule: Rule, facts: EligibilityFacts): Verdict {
  if (rule.kind !== 'all' && rule.kind !== 'any') {
    const line = { condition: rule, outcome: outcomeOf(rule, facts) };
    return { outcome: line.outcome, conditions: [line], because: line.outcome === 'met' ? [] : [line] };
  }
  const parts = rule.of.map((part) => judge(part, facts));
  const outcomes = parts.map(({ outcome }) => outcome);
  const outcome = rule.kind === 'all' ? every(outcomes) : some(outcomes);
  return {
    outcome,
    conditions: parts.flatMap(({ conditions }) => conditions),
    because:
      outcome === 'met'
        ? []
        : parts.filter((part) => part.outcome === outcome).flatMap(({ because }) => because),
  };
}

function every(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('not_met')) return 'not_met';
  return outcomes.includes('unknown') ? 'unknown' : 'met';
}

function some(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('met')) return 'met';
  return outcomes.includes('unknown') ? 'unknown' : 'not_met';
}

function outcomeOf(condition: Condition, facts: EligibilityFacts): Outcome {
  const known = <T>(value: T | null, holds: (value: T) => boolean): Outcome =>
    value === null ? 'unknown' : holds(value) ? 'met' : 'not_met';
  switch (condition.kind) {
    case 'citizenship':
      return known(facts.citizenship, (country) => condition.countries.includes(country));
    case 'age':
      return known(facts.birthDate, (date) => {
        const age = ageOn(date, facts.stayFrom);
        return age >= (condition.min ?? 0) && age <= (condition.max ?? Number.POSITIVE_INFINITY);
      });
    case 'level':
      return known(facts.level, (level) => condition.levels.includes(level));
    case 'year':
      return known(facts.year, (year) => year >= condition.min);
    case 'grade_average': {
      const least = condition.least[facts.homeCountry];
      return least === undefined ? 'met' : known(facts.gradeAverage, (average) => average >= least);
    }
    case 'language':
      if (facts.placeLanguageLevels.length === 0) return 'unknown';
      return known(facts.languageLevel, (level) =>
        facts.placeLanguageLevels.every((asked) => CEFR.indexOf(level) >= CEFR.indexOf(asked)),
      );
    case 'home_institution':
      return known(facts.homeInstitutionId, (id) => condition.institutions.includes(id));
    case 'experience':
      return known(facts.experienceYears, (years) => years >= condition.min);
    case 'no_other_award':
      return facts.otherAwards === 0 ? 'met' : 'not_met';
  }
}

/** In whole years. Whoever is born on 29 February is a year older on 1 March of a common year. Dates are YYYY-MM-DD. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** The questions by which a condition is answered; the first that the form asks counts. Empty: no question does. */
export const ANSWERED_BY: Readonly<Record<ConditionKind, readonly string[]>> = {
  citizenship: ['citizenship'],
  age: ['birth_date'],
  level: ['level', 'degree'],
  year: ['year'],
  grade_average: ['grade_average'],
  language: ['language_level'],
  home_institution: ['home_institution'],
  experience: ['experience_years'],
  no_other_award: [],
};

const DEEPEST = 3;

/**
 * What is wrong with a rule by itself and for the form that is to answer it. The field is always `eligibility`.
 * `asked`: the questions of the form.
 */
export function ruleProblems(rule: Rule, asked: ReadonlySet<string>): readonly FieldProblem[] {
  const problem = (code: string): FieldProblem => ({ field: 'eligibility', problem: code });
  const visit = (part: Rule, depth: number): FieldProblem[] => {
    if (part.kind === 'all' || part.kind === 'any') {
      if (depth >= DEEPEST) return [problem('conditions_too_deep')];
      if (part.of.length === 0) return [problem('required')];
      return part.of.flatMap((each) => visit(each, depth + 1));
    }
    const answers = ANSWERED_BY[part.kind];
    const answered = answers.length === 0 || answers.some((id) => asked.has(id));
    return [
      ...(isSound(part) ? [] : [problem('condition_unsound')]),
      ...(answered ? [] : [problem('condition_not_asked')]),
    ];
  };
  return visit(rule, 0);
}

function isSound(condition: Condition): boolean {
  const isCount = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
  switch (condition.kind) {
    case 'citizenship':
      return condition.countries.length > 0 && condition.countries.every((code) => /^[A-Z]{2}$/.test(code));
    case 'age': {
      const { min, max } = condition;
      const bounds = [min, max].filter((bound) => bound !== null);
      return bounds.length > 0 && bounds.every((bound) => isCount(bound, 120)) && (min ?? 0) <= (max ?? 120);
    }
    case 'level':
      return condition.levels.length > 0 && condition.levels.every((level) => isCount(level, 8) && level > 0);
    case 'year':
      return isCount(condition.min, 6) && condition.min > 0;
    case 'grade_average': {
      const bounds = Object.entries(condition.least);
      return (
        bounds.length > 0 &&
        bounds.every(([code, least]) => /^[A-Z]{2}$/.test(code) && least > 0 && least <= 10)
      );
    }
    case 'home_institution':
      return condition.institutions.length > 0 && condition.institutions.every(isId);
    case 'experience':
      return isCount(condition.min, 70);
    case 'language':
    case 'no_other_award':
      return true;
  }
}

/** Every condition of a rule, in its order. */
export function conditionsOf(rule: Rule): readonly Condition[] {
  return rule.kind === 'all' || rule.kind === 'any' ? rule.of.flatMap(conditionsOf) : [rule];
}
