import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import type { RetentionRun } from '../../operations/read-retention.js';
import type { RetentionRule } from '../../operations/retention-rules.js';
import { worded } from './present-register.js';

interface RuleCodes {
  readonly category: string;
  readonly country: string | null;
  readonly days: number;
  readonly law: string;
}

function wordsOf(translator: Translator, language: Language, { category, country, days, law }: RuleCodes) {
  return {
    category: worded(translator, language, 'privacy.retention.categories', category),
    country: country
      ? translator.countryName(language, country)
      : translator.t(language, 'privacy.retention.every_country'),
    days: translator.t(language, 'privacy.retention.days', { count: days }),
    law: worded(translator, language, 'privacy.retention.laws', law),
  };
}

/** How long something is kept, in words. */
export function presentRule(translator: Translator, language: Language, rule: RetentionRule) {
  return {
    ...wordsOf(translator, language, rule),
    kind: { key: `privacy.retention.kinds.${rule.kind}` },
  };
}

/** What a run took away, in words and numbers. */
export function presentRun(translator: Translator, language: Language, run: RetentionRun) {
  const lines = run.report?.lines ?? [];
  const sum = (of: 'taken' | 'held') => lines.reduce((total, line) => total + line[of], 0);
  const count = (number: number) => translator.number(language, number);
  return {
    at: translator.dateTime(language, run.startedAt, 'UTC'),
    kind: { key: `privacy.retention.runs.${run.dry ? 'dry' : 'real'}` },
    ended: run.report !== null,
    taken: count(sum('taken')),
    held: count(sum('held')),
    // Most nights nothing is due: what has no number says nothing.
    lines: lines
      .filter(({ taken, held }) => taken + held > 0)
      .map((line) => ({
        ...wordsOf(translator, language, line),
        taken: count(line.taken),
        held: count(line.held),
      })),
  };
}
