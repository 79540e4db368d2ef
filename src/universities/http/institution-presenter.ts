import type { Translator } from '../../platform/i18n/translator.js';
import type { Page } from '../../shared/cursor.js';
import type { Language } from '../../shared/language.js';
import { INSTITUTION_KINDS, institutionCity, institutionName } from '../domain/institution.js';
import type { CountryView, InstitutionKind, InstitutionView } from '../domain/institution.js';
import type { InstitutionListView, InstitutionPageView, InstitutionRow } from './views/institution-views.js';

export interface Reader {
  readonly translator: Translator;
  readonly language: Language;
  readonly countries: readonly CountryView[];
}

/** What the reader asked for, as far as it makes sense; the rest of the query is ignored. */
export interface InstitutionListQuery {
  readonly text: string;
  readonly country: string | null;
  readonly kind: InstitutionKind | null;
}

export function readInstitutionListQuery(
  query: Readonly<Record<string, string>>,
  countries: readonly CountryView[],
): InstitutionListQuery {
  return {
    text: (query['q'] ?? '').trim().slice(0, 200),
    country: countries.find(({ code }) => code === query['country'])?.code ?? null,
    kind: INSTITUTION_KINDS.find((kind) => kind === query['kind']) ?? null,
  };
}

export function presentInstitutionList(
  reader: Reader,
  query: InstitutionListQuery,
  page: Page<InstitutionView>,
): InstitutionListView {
  const { translator, language, countries } = reader;
  return {
    query: query.text,
    countries: [
      { value: '', text: { key: 'universities.any_country' }, chosen: query.country === null },
      ...countries.map(({ code }) => ({
        value: code,
        text: translator.countryName(language, code),
        chosen: query.country === code,
      })),
    ],
    kinds: [
      { value: '', text: { key: 'universities.any_kind' }, chosen: query.kind === null },
      ...INSTITUTION_KINDS.map((kind) => ({
        value: kind,
        text: { key: `universities.kinds.${kind}` },
        chosen: query.kind === kind,
      })),
    ],
    filtered: query.text !== '' || query.country !== null || query.kind !== null,
    rows: page.items.map((institution) => presentRow(reader, institution)),
    nextHref: page.next && `/institutions?${queryString(query, page.next)}`,
  };
}

export function presentInstitution(
  { translator, language }: Reader,
  institution: InstitutionView,
): InstitutionPageView {
  const { names, domain, abbreviation, federalDistrict } = institution;
  const name = institutionName(language, institution);
  const country = translator.countryName(language, institution.country);
  const city = institutionCity(language, institution);
  const serbian = language === 'sr-Latn' ? (names.srLatn ?? names.srCyrl) : names.srCyrl;
  const fact = (key: string, value: string | null, lang?: string) =>
    value === null ? [] : [{ label: { key: `universities.facts.${key}` }, value, ...(lang ? { lang } : {}) }];
  return {
    name,
    kind: { key: `universities.kinds.${institution.kind}` },
    place: [city?.text, country].filter(Boolean).join(', '),
    facts: [
      ...fact('native', names.native === name.text ? null : names.native, names.nativeLanguage),
      ...fact('sr', serbian === name.text ? null : serbian, language === 'sr-Latn' ? 'sr-Latn' : 'sr-Cyrl'),
      ...fact('ru', names.ru === name.text || names.ru === names.native ? null : names.ru, 'ru'),
      ...fact('en', names.en === name.text ? null : names.en, 'en'),
      ...fact('abbreviation', abbreviation, names.nativeLanguage),
      ...fact('city', city?.text ?? null, city?.lang),
      ...fact('district', federalDistrict && districtName(translator, language, federalDistrict)),
      ...fact('country', country),
      ...fact('domain', domain, 'en'),
    ],
    website: institution.website,
    ror: institution.ror,
    callsHref: `/calls?${new URLSearchParams({ q: name.text }).toString()}`,
    checked: {
      key: 'universities.checked',
      values: {
        // A calendar day has no zone; UTC on both ends shows it as it is.
        date: translator.date(language, new Date(`${institution.checkedOn}T00:00:00Z`), 'UTC'),
        source: institution.source,
      },
    },
  };
}

/** The register holds districts by their English names; one that has no wording yet is shown so. */
function districtName(translator: Translator, language: Language, district: string): string {
  const key = `universities.districts.${district}`;
  return translator.has(language, key) ? translator.t(language, key) : district;
}

function presentRow({ translator, language }: Reader, institution: InstitutionView): InstitutionRow {
  const name = institutionName(language, institution);
  const { native, nativeLanguage, srLatn } = institution.names;
  const readsTheSame =
    native === name.text || (language === 'sr-Latn' && srLatn === name.text && nativeLanguage === 'sr-Cyrl');
  return {
    href: `/institutions/${institution.slug}`,
    name,
    native: readsTheSame ? null : { text: native, lang: nativeLanguage },
    city: institutionCity(language, institution),
    country: translator.countryName(language, institution.country),
    kind: { key: `universities.kinds.${institution.kind}` },
  };
}

function queryString({ text, country, kind }: InstitutionListQuery, after: string): string {
  const query = new URLSearchParams();
  if (text) query.set('q', text);
  if (country) query.set('country', country);
  if (kind) query.set('kind', kind);
  query.set('after', after);
  return query.toString();
}
