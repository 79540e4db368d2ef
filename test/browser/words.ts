import { leavesOf, readTranslations } from '../../src/platform/i18n/translation-files.js';
import type { WrittenLanguage } from '../../src/platform/i18n/translation-files.js';
import { toSerbianLatin } from '../../src/platform/i18n/serbian-script.js';
import type { Language } from '../../src/shared/language.js';

const trees = readTranslations();
const TEXTS: Readonly<Record<WrittenLanguage, ReadonlyMap<string, string>>> = {
  sr: new Map(leavesOf(trees.sr)),
  ru: new Map(leavesOf(trees.ru)),
  en: new Map(leavesOf(trees.en)),
};

/** First words of all translation keys: text that begins so and goes on with a dot was never translated. */
export const KEY_ROOTS: readonly string[] = Object.keys(trees.en);

/** What the application says for a key. Throws where there is none. */
export function words(language: Language, key: string): string {
  const written = language === 'ru' || language === 'en' ? language : 'sr';
  const text = TEXTS[written].get(key);
  if (text === undefined) throw new Error(`no text ${key} in ${written}`);
  return language === 'sr-Latn' ? toSerbianLatin(text) : text;
}

/** What a text with values looks like, whatever the values are. */
export function wordsWithAnyValues(language: Language, key: string): RegExp {
  const quoted = words(language, key)
    .split(/\{\{[^}]*\}\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${quoted.join('.+')}$`, 'su');
}
