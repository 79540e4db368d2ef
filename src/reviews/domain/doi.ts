/** As `10.<registrant>/<name>`; what a DOI may hold beyond ASCII nobody gives out any more. */
const DOI = /^10\.\d{4,9}\/[!-~]+$/;
const LONGEST = 255;

/**
 * A DOI as it is kept, in small letters, because its capitals make no difference (ISO 26324); null where it is none. It is
 * read as people copy it: with the address of a resolver, a prefix, and the punctuation of the sentence around it.
 */
export function readDoi(typed: string): string | null {
  const bare = typed
    .normalize('NFC')
    .trim()
    .replace(/^(https?:\/\/)?(dx\.|www\.)?doi\.org\//i, '')
    .replace(/^doi:\s*/i, '');
  const doi = unescaped(bare)
    .replace(/[.,;:'"»”]+$/u, '')
    .toLowerCase();
  return doi.length <= LONGEST && DOI.test(doi) ? doi : null;
}

/** One a line, or with spaces between: what could be read, each once, and what could not. */
export function readDois(typed: string): {
  readonly dois: readonly string[];
  readonly unread: readonly string[];
} {
  const words = typed
    .replace(/doi:\s+/gi, 'doi:')
    .split(/\s+/)
    .filter((word) => word !== '');
  const dois = new Set<string>();
  const unread: string[] = [];
  for (const word of words) {
    const doi = readDoi(word);
    if (doi) dois.add(doi);
    else unread.push(word);
  }
  return { dois: [...dois].sort(), unread };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
