import { readFileSync } from 'node:fs';
import type { LocalizedText } from '../../shared/language.js';

/** What countries work on together, as agreements name it and calls take it up. */
export interface Theme extends LocalizedText {
  readonly code: string;
}

const THEMES = JSON.parse(readFileSync(new URL('themes.json', import.meta.url), 'utf8')) as readonly Theme[];
const BY_CODE = new Map(THEMES.map((theme) => [theme.code, theme]));

/** Every theme that an agreement or a call may name. */
export function themes(): readonly Theme[] {
  return THEMES;
}

/** Its words; a code that is not known stands for itself. */
export function themeName(code: string): LocalizedText {
  return BY_CODE.get(code) ?? { sr: code, ru: code, en: code };
}
