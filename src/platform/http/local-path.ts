/**
 * The path, with its query, if it stays on this site; `/` for anything else. A browser reads `//host`, `/\host` and
 * control characters as another site, so the text is judged as a browser would resolve it.
 */
export function localPath(wish: unknown): string {
  if (typeof wish !== 'string' || !wish.startsWith('/') || wish.length > 2000) return '/';
  const base = 'http://here.invalid';
  if (!URL.canParse(wish, base)) return '/';
  const resolved = new URL(wish, base);
  if (resolved.origin !== base || resolved.pathname.startsWith('//')) return '/';
  return `${resolved.pathname}${resolved.search}`;
}
