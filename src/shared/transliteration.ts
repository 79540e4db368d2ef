import type { Language } from './language.js';

/**
 * Serbian Cyrillic letters that have another form in Latin script, lower case. The digraphs are two Latin letters for
 * one Cyrillic one, so that the way back is not determined and is never taken.
 */
export const SERBIAN_LATIN: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  ђ: 'đ',
  е: 'e',
  ж: 'ž',
  з: 'z',
  и: 'i',
  ј: 'j',
  к: 'k',
  л: 'l',
  љ: 'lj',
  м: 'm',
  н: 'n',
  њ: 'nj',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  ћ: 'ć',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'c',
  ч: 'č',
  џ: 'dž',
  ш: 'š',
};

/** ICAO Doc 9303, part 3, section 6.B: the Russian column, lower case. The soft sign has no Latin letter. */
export const RUSSIAN_PASSPORT: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: 'ie',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
};

/** Latin letters that do not fall apart into a base letter and a mark, as ICAO Doc 9303, part 3, section 6.A writes them. */
const UNDECOMPOSED_LATIN: Readonly<Record<string, string>> = {
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ø: 'oe',
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
};

const WORD = /[\p{L}\p{M}]+/gu;
const MARKS = /\p{M}+/gu;

/**
 * Writes each word's letters by a table of lower-case letters. A capital letter that becomes several is capital
 * throughout in a word of capitals (ЉИГ → LJIG) and only at its beginning elsewhere (Љиг → Ljig, and Љ. → Lj.).
 * Letters that the table does not hold stay.
 */
export function transliterate(text: string, table: Readonly<Record<string, string>>): string {
  return text.replace(WORD, (word) => {
    const capitals = word.length > 1 && word === word.toUpperCase();
    return Array.from(word, (letter) => {
      const lower = letter.toLowerCase();
      const written = table[lower];
      if (written === undefined) return letter;
      if (letter === lower) return written;
      return capitals ? written.toUpperCase() : written.charAt(0).toUpperCase() + written.slice(1);
    }).join('');
  });
}

/**
 * How a name is likely to stand in the person's passport: Russian names by ICAO Doc 9303, Serbian ones in Serbian Latin
 * with its diacritics. A proposal to be confirmed by its bearer, never a fact: the passport is the truth.
 *
 * @param language the language that the name is written in; a name in Latin letters comes back as it was
 */
export function proposePassportName(text: string, language: Language | 'sr'): string {
  const name = text.normalize('NFC').trim().replace(/\s+/gu, ' ');
  switch (language) {
    case 'ru':
      return transliterate(name, RUSSIAN_PASSPORT);
    case 'sr':
    case 'sr-Cyrl':
    case 'sr-Latn':
      return transliterate(name, SERBIAN_LATIN);
    case 'en':
      return name;
  }
}

/**
 * A Latin name as the machine-readable zone of a passport spells it (ICAO Doc 9303, part 3, section 6.A): capital A–Z,
 * without marks (Đ is D, Č and Ć are C, Š is S, Ž is Z), words parted by one space, apostrophes dropped.
 */
export function machineReadableName(latin: string): string {
  return Array.from(
    latin.normalize('NFD').replace(MARKS, '').toLowerCase(),
    (letter) => UNDECOMPOSED_LATIN[letter] ?? letter,
  )
    .join('')
    .replace(/['’ʼ]/gu, '')
    .replace(/[^a-z]+/gu, ' ')
    .trim()
    .toUpperCase();
}

/**
 * One reading for both Cyrillic alphabets: where a letter is read differently in Serbian and Russian (ж, х, ц, ч, ш),
 * the Serbian letter without its mark; the digraphs of the passport spelling are folded to the same below.
 */
const SEARCH_LETTERS: Readonly<Record<string, string>> = {
  ...RUSSIAN_PASSPORT,
  ж: 'z',
  х: 'h',
  ц: 'c',
  ч: 'c',
  ш: 's',
  щ: 'sc',
  ъ: '',
  ђ: 'd',
  ј: 'j',
  љ: 'lj',
  њ: 'nj',
  ћ: 'c',
  џ: 'dz',
  і: 'i',
  є: 'ie',
  ґ: 'g',
  ...UNDECOMPOSED_LATIN,
  ø: 'o',
};

/** In this order: `shch` falls apart into `sh` and `ch` by itself; `dj` is Đ without its letter. */
const SEARCH_DIGRAPHS: readonly (readonly [RegExp, string])[] = [
  [/zh/gu, 'z'],
  [/kh/gu, 'h'],
  [/ts/gu, 'c'],
  [/sh/gu, 's'],
  [/ch/gu, 'c'],
  [/dj/gu, 'd'],
  [/x/gu, 'ks'],
  [/w/gu, 'v'],
  [/[jy]/gu, 'i'],
  // A doubled letter is a matter of spelling (Анна, Ana), a doubled digit is not.
  [/(\p{L})\1+/gu, '$1'],
];

/**
 * The form in which names and titles are compared in a search, whatever script and spelling either side uses: Петровић,
 * Petrović and Petrovic are one, so are Ђорђе, Đorđe, Djordje and Dorde, and Жуков and Zhukov. Lower-case Latin letters
 * and digits, words parted by one space. It confuses some different names: fit for finding, not for identity or order.
 */
export function searchKey(text: string): string {
  const bare = text.normalize('NFKD').replace(MARKS, '').toLowerCase();
  const latin = Array.from(bare, (letter) => SEARCH_LETTERS[letter] ?? letter)
    .join('')
    .replace(/['’ʼ`]/gu, '');
  return SEARCH_DIGRAPHS.reduce((key, [pattern, written]) => key.replace(pattern, written), latin)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
