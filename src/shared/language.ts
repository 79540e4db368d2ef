/**
 * The four languages of the pages (BCP 47). Serbian is one language in two scripts:
 * its Cyrillic is written, its Latin is derived from it.
 */
export const LANGUAGES = ['sr-Cyrl', 'sr-Latn', 'ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export function isLanguage(text: unknown): text is Language {
  return typeof text === 'string' && (LANGUAGES as readonly string[]).includes(text);
}

/** A text of the programme itself (a call's title, a question's wording), written in three languages. `sr` is Cyrillic. */
export interface LocalizedText {
  readonly sr: string;
  readonly ru: string;
  readonly en: string;
}
