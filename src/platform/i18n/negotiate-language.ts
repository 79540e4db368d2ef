import { isLanguage, type Language } from '../../shared/language.js';

/** Where a reader's language may be said, each as it came from outside. */
export interface LanguageWishes {
  /** `?lang=` of the address. */
  readonly query?: unknown;
  /** What the cookie remembers. */
  readonly cookie?: unknown;
  /** What the person chose in their account. */
  readonly person?: unknown;
  /** The header Accept-Language (RFC 9110). */
  readonly acceptLanguage?: string | null | undefined;
}

const DEFAULT_LANGUAGE: Language = 'sr-Cyrl';

/**
 * Languages of a browser that read one of ours best. A plain `sr` is Cyrillic; readers of the closely related standard
 * languages in Latin script get Serbian in theirs; Russian serves where it is commonly a second language.
 */
const NEAREST: Readonly<Record<string, Language>> = {
  sr: 'sr-Cyrl',
  'sr-cyrl': 'sr-Cyrl',
  'sr-latn': 'sr-Latn',
  sh: 'sr-Latn',
  hr: 'sr-Latn',
  bs: 'sr-Latn',
  'bs-cyrl': 'sr-Cyrl',
  cnr: 'sr-Latn',
  'cnr-cyrl': 'sr-Cyrl',
  mk: 'sr-Cyrl',
  ru: 'ru',
  be: 'ru',
  uk: 'ru',
  kk: 'ru',
  ky: 'ru',
  tt: 'ru',
  ba: 'ru',
  en: 'en',
};

/** The address says it first, then the cookie, the person's account, the browser; Serbian in Cyrillic when nobody does. */
export function negotiateLanguage(wishes: LanguageWishes): Language {
  for (const wish of [wishes.query, wishes.cookie, wishes.person]) {
    if (isLanguage(wish)) return wish;
  }
  for (const range of rangesByPreference(wishes.acceptLanguage ?? '')) {
    const nearest = nearestLanguage(range);
    if (nearest) return nearest;
  }
  return DEFAULT_LANGUAGE;
}

/** RFC 4647 lookup: `sr-Latn-RS` is asked as `sr-latn-rs`, `sr-latn`, `sr`. */
function nearestLanguage(range: string): Language | undefined {
  for (let parts = range.toLowerCase().split('-'); parts.length > 0; parts = parts.slice(0, -1)) {
    const nearest = NEAREST[parts.join('-')];
    if (nearest) return nearest;
  }
  return undefined;
}

function rangesByPreference(header: string): readonly string[] {
  return header
    .split(',')
    .map((item) => {
      const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { range, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ range, quality }) => range !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ range }) => range);
}
