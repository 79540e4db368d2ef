import { SERBIAN_LATIN, transliterate } from '../../shared/transliteration.js';

/** A passage that keeps its script: `[[МГУ]]` stays Cyrillic in the Latin pages. */
const PROTECTED = /\[\[(.*?)\]\]/gsu;
const WORD = /[\p{L}\p{M}]+/gu;
/** A Cyrillic letter that Serbian does not have. */
const FOREIGN = new RegExp(`(?![${Object.keys(SERBIAN_LATIN).join('')}])\\p{Script=Cyrillic}`, 'iu');

/**
 * Serbian Cyrillic to Serbian Latin, as far as it is determined. What is Latin already stays, so do protected passages
 * (without their brackets) and words with a letter that Serbian does not have: a foreign word half converted would
 * belong to no language.
 */
export function toSerbianLatin(text: string): string {
  // Splitting by a pattern with one group puts the protected passages at the odd places.
  return text
    .split(PROTECTED)
    .map((passage, place) => (place % 2 === 1 ? passage : convert(passage)))
    .join('');
}

/** The same text for the Cyrillic pages: only the brackets of protected passages go. */
export function stripProtection(text: string): string {
  return text.replace(PROTECTED, '$1');
}

function convert(passage: string): string {
  return passage.normalize('NFC').replace(WORD, latinOf);
}

/** The texts of all pages, converted when a process starts, are some thousand words said again and again. */
const MOST_WORDS = 20_000;
const known = new Map<string, string>();

function latinOf(word: string): string {
  let latin = known.get(word);
  if (latin === undefined) {
    latin = FOREIGN.test(word) ? word : transliterate(word, SERBIAN_LATIN);
    if (known.size < MOST_WORDS) known.set(word, latin);
  }
  return latin;
}
