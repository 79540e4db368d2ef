import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import { SERBIAN_LATIN, transliterate } from '../../shared/transliteration.js';

export const INSTITUTION_KINDS = [
  'university',
  'academy',
  'institute',
  'science_technology_centre',
  'company',
] as const;
export type InstitutionKind = (typeof INSTITUTION_KINDS)[number];

/** A country that takes part: its zone, money, language, and who decides for it. */
/** How long whoever comes into a country waits for its papers at most, in days. A step that it does not have is absent. */
export type LeadTimes = {
  /** Permissions that some fields need: control of technology, listed institutions. */
  readonly gates?: number;
  /** The official invitation. */
  readonly invitation?: number;
  readonly visa?: number;
};

export interface CountryView {
  readonly code: CountryCode;
  /** IANA name. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly language: Language;
  readonly ministry: LocalizedText;
  readonly leadTimes?: LeadTimes;
}

export interface InstitutionView {
  readonly id: Id;
  readonly country: CountryCode;
  readonly kind: InstitutionKind;
  readonly slug: string;
  readonly domain: string | null;
  readonly abbreviation: string | null;
  /** Official names; `native` in `nativeLanguage` (BCP 47). English is always there. */
  readonly names: {
    readonly native: string;
    readonly nativeLanguage: string;
    readonly srCyrl: string | null;
    readonly srLatn: string | null;
    readonly ru: string | null;
    readonly en: string;
  };
  readonly city: {
    readonly native: string | null;
    readonly srCyrl: string | null;
    readonly ru: string | null;
    readonly en: string | null;
  };
  /** Federal district, where the country has such. */
  readonly federalDistrict: string | null;
  readonly website: string | null;
  /** Its address in the Research Organization Registry. */
  readonly ror: string | null;
  readonly source: string;
  /** YYYY-MM-DD. */
  readonly checkedOn: string;
}

/** What a line of a list tells of an institution. */
export type InstitutionHead = Pick<InstitutionView, 'id' | 'country' | 'names'>;

/** A name with the language that it is written in, for the attribute `lang`. */
export interface NameInLanguage {
  readonly text: string;
  readonly lang: string;
}

/**
 * The name by which a reader meets an institution: in their own language and script, else in the other script of their
 * language, else in English, which every institution of the register has.
 */
export function institutionName(
  language: Language,
  { names }: Pick<InstitutionView, 'names'>,
): NameInLanguage {
  return (
    inLanguage(language, names, names.nativeLanguage) ?? {
      text: names.en,
      lang: 'en',
    }
  );
}

/** The city, in the same order of preference; null where the register holds none. */
export function institutionCity(
  language: Language,
  { city, names }: Pick<InstitutionView, 'city' | 'names'>,
): NameInLanguage | null {
  const written = inLanguage(language, { ...city, srLatn: null }, names.nativeLanguage);
  if (written) return written;
  if (city.en) return { text: city.en, lang: 'en' };
  return city.native ? { text: city.native, lang: names.nativeLanguage } : null;
}

interface Names {
  readonly native: string | null;
  readonly srCyrl: string | null;
  readonly srLatn: string | null;
  readonly ru: string | null;
  readonly en: string | null;
}

function inLanguage(language: Language, names: Names, nativeLanguage: string): NameInLanguage | null {
  const own = nativeLanguage === language ? names.native : null;
  const say = (text: string | null, lang: string) => (text ? { text, lang } : null);
  switch (language) {
    case 'sr-Cyrl':
      return say(names.srCyrl ?? own, 'sr-Cyrl') ?? say(names.srLatn, 'sr-Latn');
    case 'sr-Latn':
      return (
        say(names.srLatn ?? own, 'sr-Latn') ??
        (names.srCyrl ? { text: transliterate(names.srCyrl, SERBIAN_LATIN), lang: 'sr-Latn' } : null)
      );
    case 'ru':
      return say(names.ru ?? own, 'ru');
    case 'en':
      return say(names.en, 'en');
  }
}
