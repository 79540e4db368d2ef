import type { Translator } from '../../../platform/i18n/translator.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import { conditionsOf } from '../../domain/eligibility.js';
import type { Condition, Rule } from '../../domain/eligibility.js';

/** A rule as it is read: a condition, or a group of which all or one must be met. */
export interface ConditionLine {
  readonly text: string;
  readonly of: readonly ConditionLine[];
}

/** The institutions that a rule names, whose names its words need. */
export function institutionsIn(rule: Rule | undefined): readonly Id[] {
  if (!rule) return [];
  return conditionsOf(rule).flatMap((condition) =>
    condition.kind === 'home_institution' ? condition.institutions : [],
  );
}

/** One condition as a sentence. `names`: of the institutions that it names. */
export function conditionWords(
  translator: Translator,
  language: Language,
  condition: Condition,
  names: ReadonlyMap<Id, string>,
): string {
  const say = (key: string, values?: Readonly<Record<string, string | number>>) =>
    translator.t(language, `calls.conditions.${key}`, values);
  switch (condition.kind) {
    case 'citizenship':
      return say('citizenship', {
        countries: translator.list(
          language,
          condition.countries.map((code) => translator.countryName(language, code)),
        ),
      });
    case 'age': {
      const { min, max } = condition;
      if (min === null) return say('age_until', { max: max ?? '' });
      return max === null ? say('age_from', { min }) : say('age_between', { min, max });
    }
    case 'level':
      return say('level', {
        levels: translator.list(
          language,
          condition.levels.map((level) => {
            const key = `calls.levels.${level}`;
            return translator.has(language, key)
              ? translator.t(language, key)
              : translator.t(language, 'calls.levels.other', { level });
          }),
        ),
      });
    case 'year':
      return say('year', { min: condition.min });
    case 'grade_average':
      return say('grade_average', {
        grades: Object.entries(condition.least)
          .map(
            ([code, least]) =>
              `${translator.countryName(language, code)}: ${translator.number(language, least)}`,
          )
          .join('; '),
      });
    case 'language':
      return say('language');
    case 'home_institution':
      return say('home_institution', {
        institutions: translator.list(
          language,
          condition.institutions.map((id) => names.get(id) ?? id),
        ),
      });
    case 'experience':
      return say('experience', { count: condition.min });
    case 'no_other_award':
      return say('no_other_award');
  }
}

/** The lines of a rule; those of the outermost `all` stand by themselves. */
export function conditionLines(
  translator: Translator,
  language: Language,
  rule: Rule,
  names: ReadonlyMap<Id, string>,
): readonly ConditionLine[] {
  const lineOf = (part: Rule): ConditionLine =>
    part.kind === 'all' || part.kind === 'any'
      ? { text: translator.t(language, `calls.conditions.${part.kind}`), of: part.of.map(lineOf) }
      : { text: conditionWords(translator, language, part, names), of: [] };
  return rule.kind === 'all' ? rule.of.map(lineOf) : [lineOf(rule)];
}
