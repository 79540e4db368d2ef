import { RUSSIAN_PASSPORT, SERBIAN_LATIN, transliterate } from '../../shared/transliteration.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { daysLater, instantOf } from '../../shared/zoned-time.js';
import type { CountryCode } from '../../shared/country.js';
import type { CallCategory, CallDirection } from './call.js';
import { academicYearFrom } from './call-draft.js';
import type { CallDraft } from './call-draft.js';
import { STANDARD_FORM } from './standard-form.js';

/** What somebody says who begins a call; the title in at least one language. */
export interface NewCall {
  readonly title: LocalizedText;
  readonly category: CallCategory;
  readonly agreementId: Id;
}

/** What of the agreement a new call takes over. */
export interface Frame {
  readonly parties: readonly { readonly country: CountryCode }[];
  readonly quotas: readonly (CallDirection & { readonly category: string })[];
}

/** Days from today until a new call opens, and for how long it is open, until it is said otherwise. */
const OPENS_AFTER_DAYS = 30;
const OPEN_DAYS = 60;
/** Months of autumn and spring: from August on one prepares for the year after next. */
const NEXT_YEAR_FROM_MONTH = 8;

const EMPTY: LocalizedText = { sr: '', ru: '', en: '' };

/**
 * A draft to go on from: what the agreement and the category tell is filled in, times by the usual course of a year, and
 * the words are left to whoever writes them. Nothing of it is final.
 *
 * @param zones the zone of each country
 */
export function newCallDraft(
  { title, category, agreementId }: NewCall,
  agreement: Frame,
  zones: ReadonlyMap<string, string>,
  today: string,
): Omit<CallDraft, 'slug'> {
  const directions = directionsOf(agreement, category);
  const timeZone = zones.get(directions[0]?.homeCountry ?? '') ?? 'UTC';
  const at = (days: number, time: string) =>
    instantOf({ day: daysLater(today, days), time }, timeZone) ??
    new Date(`${daysLater(today, days)}T${time}:00Z`);
  const [year = 0, month = 0] = today.split('-').map(Number);
  const firstYear = month >= NEXT_YEAR_FROM_MONTH ? year + 1 : year;
  return {
    category,
    route: 'direct',
    title,
    summary: EMPTY,
    whoMayApply: EMPTY,
    funding: EMPTY,
    themes: [],
    agreementId,
    academicYear: academicYearFrom(firstYear),
    timeZone,
    opensAt: at(OPENS_AFTER_DAYS, '09:00'),
    closesAt: at(OPENS_AFTER_DAYS + OPEN_DAYS, '23:59'),
    graceMinutes: 30,
    stayFrom: `${firstYear}-10-01`,
    stayUntil: `${firstYear + 1}-02-28`,
    maxChoices: 3,
    homeEndorsement: false,
    independentAssessment: false,
    freemovers: null,
    promises: { screeningDays: 10, returnDays: 7, hostDecisionDays: 35, approvalDays: 20, offerDays: 10 },
    directions,
    places: [],
    form: STANDARD_FORM(category),
  };
}

/** The ways for which the agreement has a quota of this category; without any, both ways between its parties. */
function directionsOf({ parties, quotas }: Frame, category: CallCategory): readonly CallDirection[] {
  const ways = quotas
    .filter((quota) => quota.category === category)
    .map(({ homeCountry, hostCountry }) => ({ homeCountry, hostCountry }));
  const countries = [...new Set(parties.map(({ country }) => country))];
  const all = countries.flatMap((homeCountry) =>
    countries
      .filter((hostCountry) => hostCountry !== homeCountry)
      .map((hostCountry) => ({ homeCountry, hostCountry })),
  );
  const wanted = ways.length > 0 ? ways : all;
  const once = new Map(wanted.map((way) => [`${way.homeCountry} ${way.hostCountry}`, way]));
  return [...once.values()].sort((a, b) =>
    a.homeCountry + a.hostCountry < b.homeCountry + b.hostCountry ? -1 : 1,
  );
}

const MARKS = /\p{M}/gu;
const LONGEST_SLUG = 60;

/** The address that a title proposes: its English form, or the first that is written, in small Latin letters. */
export function slugOf({ sr, ru, en }: LocalizedText): string {
  const [written = ''] = [en, sr, ru].filter((text) => text.trim());
  const latin = transliterate(transliterate(written, SERBIAN_LATIN), RUSSIAN_PASSPORT);
  const words = latin
    .toLowerCase()
    .replaceAll('đ', 'dj')
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, '');
  return words || 'call';
}

/** The first of `slug`, `slug-2`, `slug-3`, … that is not taken. */
export function freeSlug(slug: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? slug : `${slug}-${number}`;
    if (candidate !== 'new' && !taken.has(candidate)) return candidate;
  }
}
