import { searchKey } from '../../shared/transliteration.js';

/**
 * A name as it is compared: one spelling for Cyrillic, Latin and passport letters, its words in alphabetical order, so that
 * neither script nor the order of family and given name matters. `ie` of ICAO's hard sign, and of ё written so, is one vowel.
 */
export function matchKey(name: string): string {
  return wordsOf(name).join(' ');
}

function wordsOf(name: string): string[] {
  // Letters that meet may look like a digraph (кх, kkh), and fold again into what the other spelling folds into at once.
  let folded = '';
  for (let next = name; next !== folded;) {
    folded = next;
    next = searchKey(next)
      .replace(/ie/gu, 'e')
      .replace(/(\p{L})\1+/gu, '$1');
  }
  return folded.split(' ').filter(Boolean).sort();
}

/**
 * How alike two names are, from 0 to 1: each word of the shorter one is paired with the word of the longer that is most
 * like it, weighed by its length. A word that only one has (a patronymic, a second family name) costs a little where two
 * words are paired already, and much where one word is all that there is to compare.
 */
export function nameScore(one: string, other: string): number {
  const [shorter, longer] = [wordsOf(one), wordsOf(other)].sort((a, b) => a.length - b.length) as [
    string[],
    string[],
  ];
  if (shorter.length === 0) return 0;
  const pairs = shorter
    .flatMap((word, i) => longer.map((against, j) => ({ i, j, score: wordScore(word, against) })))
    .sort((a, b) => b.score - a.score || a.i - b.i || a.j - b.j);
  const [usedShort, usedLong] = [new Set<number>(), new Set<number>()];
  let total = 0;
  let weight = 0;
  for (const { i, j, score } of pairs) {
    if (usedShort.has(i) || usedLong.has(j)) continue;
    usedShort.add(i);
    usedLong.add(j);
    const length = Math.max(shorter[i]?.length ?? 0, longer[j]?.length ?? 0);
    total += score * length;
    weight += length;
  }
  const alone = longer.length - shorter.length;
  return (total / weight) * (shorter.length > 1 ? 0.985 ** alone : 0.8 ** alone);
}

/** Jaro's similarity with Winkler's weight for a common beginning. */
export function wordScore(one: string, other: string): number {
  if (one === other) return 1;
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  const taken = new Array<boolean>(other.length).fill(false);
  const matched: string[] = [];
  for (let i = 0; i < one.length; i++) {
    for (let j = Math.max(0, i - reach); j < Math.min(other.length, i + reach + 1); j++) {
      if (taken[j] || one[i] !== other[j]) continue;
      taken[j] = true;
      matched.push(one[i] ?? '');
      break;
    }
  }
  if (matched.length === 0) return 0;
  const inOther = [...other].filter((_, j) => taken[j]);
  const moved = matched.filter((letter, k) => letter !== inOther[k]).length / 2;
  const count = matched.length;
  const jaro = (count / one.length + count / other.length + (count - moved) / count) / 3;
  let common = 0;
  while (common < 4 && one[common] !== undefined && one[common] === other[common]) common++;
  return jaro + common * 0.1 * (1 - jaro);
}

/** Whether years of birth speak against it: only where both are known and none is the same. */
export function birthYears(own: number | null, listed: readonly number[]): 'same' | 'unknown' | 'other' {
  if (own === null || listed.length === 0) return 'unknown';
  return listed.includes(own) ? 'same' : 'other';
}
