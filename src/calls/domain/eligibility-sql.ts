import type { Condition, Rule } from './eligibility.js';
import { CEFR } from './eligibility.js';

/** A value that a condition is compared with: a parameter of the statement, never part of its text. */
export type SqlValue = string | number | readonly string[] | readonly number[];

/**
 * The rule as a condition of SQL on one row of facts `f`, with the same answer as `judge`: true where it is met, false where
 * it is not, null where it is not known. SQL's own three values are Kleene's.
 *
 * The columns of `f` are the facts of `EligibilityFacts`: home_country, citizenship, birth_date, stay_from,
 * language_level, home_institution_id text; level, year, grade_average, experience_years double precision;
 * place_language_levels text[]; other_awards integer.
 *
 * @param bind takes a value into the statement and answers what stands for it there
 */
export function ruleSql(rule: Rule, bind: (value: SqlValue) => string): string {
  if (rule.kind !== 'all' && rule.kind !== 'any') return conditionSql(rule, bind);
  const parts = rule.of.map((part) => ruleSql(part, bind));
  if (parts.length === 0) return rule.kind === 'all' ? 'true' : 'false';
  return `(${parts.join(rule.kind === 'all' ? ' and ' : ' or ')})`;
}

const known = (column: string, holds: string) => `case when f.${column} is not null then ${holds} end`;

function conditionSql(condition: Condition, bind: (value: SqlValue) => string): string {
  switch (condition.kind) {
    case 'citizenship':
      return known('citizenship', `f.citizenship = any (${bind(condition.countries)}::text[])`);
    case 'age': {
      const bounds = [
        ...(condition.min === null ? [] : [`${AGE} >= ${bind(condition.min)}::double precision`]),
        ...(condition.max === null ? [] : [`${AGE} <= ${bind(condition.max)}::double precision`]),
      ];
      return known('birth_date', bounds.length > 0 ? `(${bounds.join(' and ')})` : 'true');
    }
    case 'level':
      return known('level', `f.level = any (${bind(condition.levels)}::double precision[])`);
    case 'year':
      return known('year', `f.year >= ${bind(condition.min)}::double precision`);
    case 'grade_average': {
      const least = `(${bind(JSON.stringify(condition.least))}::jsonb ->> f.home_country)::double precision`;
      return `case when ${least} is null then true
        when f.grade_average is not null then f.grade_average >= ${least} end`;
    }
    case 'language': {
      const order = `${bind(CEFR)}::text[]`;
      // What is no level of the scale is below all of them, as in `judge`.
      const place = (level: string) => `coalesce(array_position(${order}, ${level}), 0)`;
      return `case when cardinality(f.place_language_levels) > 0 and f.language_level is not null then
        not exists (select from unnest(f.place_language_levels) as asked (level)
          where ${place('asked.level')} > ${place('f.language_level')}) end`;
    }
    case 'home_institution':
      return known(
        'home_institution_id',
        `f.home_institution_id = any (${bind(condition.institutions)}::text[])`,
      );
    case 'experience':
      return known('experience_years', `f.experience_years >= ${bind(condition.min)}::double precision`);
    case 'no_other_award':
      return '(f.other_awards = 0)';
  }
}

/** Whole years, as `ageOn` counts them: of days as they are written, so that the day of the database does not matter. */
const AGE = `(left(f.stay_from, 4)::integer - left(f.birth_date, 4)::integer
  - (substr(f.stay_from, 6) < substr(f.birth_date, 6) collate "C")::integer)`;
