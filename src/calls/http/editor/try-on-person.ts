import type { CountryCode } from '../../../shared/country.js';
import { isId } from '../../../shared/ids.js';
import { parseDate } from '../../../shared/parse-entry.js';
import { ageOn } from '../../domain/eligibility.js';
import type { ConditionKind, EligibilityFacts } from '../../domain/eligibility.js';
import { ComposerEntries } from './composer-entries.js';

/**
 * A person that somebody makes up to try the conditions on. The facts stand in the address of the page and nowhere else:
 * they survive an edit of the conditions, and nothing of them is kept.
 */
export interface TriedPerson {
  /** Whether anything was entered at all. */
  readonly tried: boolean;
  /** What was typed, by the names of the controls. */
  readonly typed: Readonly<Record<string, string>>;
  readonly entries: ComposerEntries;
  readonly facts: EligibilityFacts;
}

export const FACT_FIELDS = [
  't-home',
  't-citizenship',
  't-birth-day',
  't-birth-month',
  't-birth-year',
  't-level',
  't-year',
  't-average',
  't-language',
  't-place',
  't-institution',
  't-experience',
  't-other',
] as const;
export const CEFR = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NS'] as const;

const LONGEST = 40;

/** @param homes countries from which the call sends, the first for whoever says none */
export function readPerson(
  query: Readonly<Record<string, string>>,
  stayFrom: string,
  homes: readonly CountryCode[],
): TriedPerson {
  const typed: Record<string, string> = {};
  for (const name of FACT_FIELDS) {
    const value = query[name]?.slice(0, LONGEST).trim();
    if (value) typed[name] = value;
  }
  const entries = new ComposerEntries(typed);
  const home = entries.oneOf('t-home', homes);
  const other = entries.oneOf('t-other', ['yes', 'no']);
  const institution = entries.text('t-institution');
  const citizenship = entries.text('t-citizenship');
  const placeLanguage = entries.oneOf('t-place', CEFR);
  const facts: EligibilityFacts = {
    homeCountry: home ?? homes[0] ?? '',
    citizenship: /^[A-Z]{2}$/.test(citizenship) ? citizenship : null,
    birthDate: readBirthDate(entries),
    stayFrom,
    level: entries.count('t-level', 1, 8) ?? null,
    year: entries.count('t-year', 1, 6) ?? null,
    gradeAverage: entries.number('t-average', 1, 10) ?? null,
    languageLevel: entries.oneOf('t-language', CEFR) ?? null,
    placeLanguageLevels: placeLanguage ? [placeLanguage] : [],
    homeInstitutionId: isId(institution) ? institution : null,
    experienceYears: entries.count('t-experience', 0, 70) ?? null,
    otherAwards: other === 'yes' ? 1 : 0,
  };
  return { tried: Object.keys(typed).length > 0, typed, entries, facts };
}

function readBirthDate(entries: ComposerEntries): string | null {
  const text = ['day', 'month', 'year']
    .map((part) => entries.text(`t-birth-${part}`))
    .join(' ')
    .trim();
  if (text === '') return null;
  const read = parseDate(text);
  if (read.ok) return read.value;
  entries.add('t-birth', read.problem);
  return null;
}

/** What of the person a condition was judged by, in terms of the facts; null: nothing was entered. */
export function factFor(
  kind: ConditionKind,
  facts: EligibilityFacts,
):
  | { readonly is: 'country' | 'institution' | 'text'; readonly value: string }
  | { readonly is: 'level' | 'number' | 'age'; readonly value: number }
  | { readonly is: 'language'; readonly own: string | null; readonly asked: string | null }
  | { readonly is: 'other'; readonly value: boolean }
  | null {
  const { citizenship, birthDate, homeInstitutionId, level, year, gradeAverage, experienceYears } = facts;
  switch (kind) {
    case 'citizenship':
      return citizenship === null ? null : { is: 'country', value: citizenship };
    case 'age':
      return birthDate === null ? null : { is: 'age', value: ageOn(birthDate, facts.stayFrom) };
    case 'level':
      return level === null ? null : { is: 'level', value: level };
    case 'year':
      return year === null ? null : { is: 'number', value: year };
    case 'grade_average':
      return gradeAverage === null ? null : { is: 'number', value: gradeAverage };
    case 'experience':
      return experienceYears === null ? null : { is: 'number', value: experienceYears };
    case 'home_institution':
      return homeInstitutionId === null ? null : { is: 'institution', value: homeInstitutionId };
    case 'language': {
      const asked = facts.placeLanguageLevels[0] ?? null;
      return facts.languageLevel === null && asked === null
        ? null
        : { is: 'language', own: facts.languageLevel, asked };
    }
    case 'no_other_award':
      return { is: 'other', value: facts.otherAwards > 0 };
  }
}

/** The facts as the end of an address: `?t-year=2&t-level=6`, or nothing. */
export function personQuery({ typed }: Pick<TriedPerson, 'typed'>): string {
  const query = new URLSearchParams(typed).toString();
  return query ? `?${query}` : '';
}
