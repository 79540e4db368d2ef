const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether every letter of a text can be written in UTF-8; two texts that cannot would become one. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** Sorts texts by their code points, in place: the same on any machine, whatever language it speaks. */
export function sortByCodePoint(texts: string[]): string[] {
  // The order that is built in goes by halves of surrogate pairs, which differs only where there are any.
  return texts.some((text) => SURROGATE.test(text)) ? texts.sort(byCodePoint) : texts.sort();
}

function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shorter) return a.length - b.length;
  return Number(isSurrogate(a, at)) - Number(isSurrogate(b, at)) || a.charCodeAt(at) - b.charCodeAt(at);
}

/** Halves of pairs stand for letters after all others, and keep among themselves the order of these letters. */
function isSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdfff;
}
