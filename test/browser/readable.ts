import type { Page } from 'playwright-core';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectAccessible, expectAccessibleToo, expectNoOverflow, PHONE } from './browser.js';
import { KEY_ROOTS } from './words.js';

/** Pieces of a page that a reader must never meet. */
const BROKEN_TEXT = [
  { name: 'an untranslated key', pattern: String.raw`(?<![\w./@-])(?:${KEY_ROOTS.join('|')})\.[a-z_]+` },
  { name: 'a value that was not filled in', pattern: String.raw`\{\{|\}\}|\[object |%date%|%number%` },
  {
    name: 'a value that is none',
    pattern: String.raw`(?<![\w./-])(?:undefined|NaN|Invalid Date)(?![\w./-])`,
  },
];

/** Letters that a passage in a language cannot hold: whoever finds one has found text in another language. */
const FOREIGN_LETTERS: Readonly<Record<string, string>> = {
  'sr-Cyrl': '[ыэёъщ]',
  'sr-Latn': String.raw`\p{Script=Cyrillic}`,
  en: String.raw`\p{Script=Cyrillic}`,
  ru: '[ђјљњћџ]',
};

interface Passage {
  readonly text: string;
  readonly language: string;
}

/** Throws with every text on the page that is no text for this reader, and where the page says another language than asked. */
export async function expectWords(page: Page, language: string): Promise<void> {
  const found = await page.evaluate<{ language: string; title: string; passages: Passage[] }>(`(() => {
    const passages = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.trim();
      if (!text || !element || element.closest('script, style, textarea')) continue;
      passages.push({ text, language: element.closest('[lang]').lang });
    }
    return { language: document.documentElement.lang, title: document.title, passages };
  })()`);
  const faults: string[] = [];
  if (found.language !== language) faults.push(`the page says that it is in ${found.language}`);
  for (const { text, language: said } of [...found.passages, { text: found.title, language }]) {
    for (const { name, pattern } of BROKEN_TEXT) {
      if (new RegExp(pattern, 'u').test(text)) faults.push(`${name}: ${text}`);
    }
    const foreign = FOREIGN_LETTERS[said];
    if (foreign && new RegExp(foreign, 'iu').test(text)) faults.push(`no ${said}: ${text.slice(0, 160)}`);
  }
  if (faults.length > 0) throw new Error(`${page.url()} in ${language}\n  ${faults.join('\n  ')}`);
}

/** Looks at the page as it stands, wide and on the narrowest phone: words, accessibility, width. */
export async function expectReadable(page: Page, language: string): Promise<void> {
  await expectWords(page, language);
  await expectAccessible(page);
  await expectNoOverflow(page);
  const wide = page.viewportSize();
  await page.setViewportSize(PHONE);
  await expectAccessibleToo(page);
  if (wide) await page.setViewportSize(wide);
}

/**
 * Looks at a page that is walked in several languages, the first of them among these. In that everything; in the others what a language can
 * change: words, names and widths. Colours and the order of things on a phone are the same in each.
 */
export async function expectReadableInAll(page: Page, language: string): Promise<void> {
  if (language === LANGUAGES[0]) return expectReadable(page, language);
  await expectWords(page, language);
  await expectAccessibleToo(page);
  await expectNoOverflow(page);
}
