import type { Language } from '../../shared/language.js';

/**
 * The language of what somebody typed, for whoever reads it aloud: that of the page where the letters fit it, otherwise no
 * more than the script. `hint` is absent for a name, which may be of any language.
 */
export function languageOf(text: string, hint?: Language): string {
  const cyrillic = (text.match(/\p{Script=Cyrillic}/gu) ?? []).length;
  const latin = (text.match(/\p{Script=Latin}/gu) ?? []).length;
  const isCyrillic = cyrillic > latin;
  if (hint !== undefined && isCyrillic === CYRILLIC.includes(hint)) return hint;
  return isCyrillic ? 'und-Cyrl' : 'und-Latn';
}

const CYRILLIC: readonly Language[] = ['sr-Cyrl', 'ru'];
