import type { AnonymousPart } from '../../calls/public.js';
import type { SubmittedContent } from '../../applications/public.js';

/** What nobody may recognise: the words of a name, however they are written. */
export interface Hidden {
  readonly parts: readonly AnonymousPart[];
  /** Names of the applicant in every script, and of the institutions where they are kept back. */
  readonly words: readonly string[];
}

/** In the place of what is kept back. */
export const KEPT_BACK = '▇▇▇';

const SHORTEST = 3;
const ADDRESS = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const LINK = /(?:https?:\/\/|www\.)\S+/giu;
const PHONE = /\+?\d[\d\s()/-]{7,}\d/g;
/** Eleven or more digits and letters of identifiers: ORCID, ROR, numbers of documents. */
const IDENTIFIER = /\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b/g;

/**
 * Words without what names somebody: the words of names wherever they stand, with their endings, and addresses, links and
 * numbers by which somebody is found. It hides too much rather than too little; what people tell of themselves in other
 * words nothing finds.
 */
export function withoutNames(text: string, words: readonly string[]): string {
  let left = text
    .replace(ADDRESS, KEPT_BACK)
    .replace(LINK, KEPT_BACK)
    .replace(IDENTIFIER, KEPT_BACK)
    .replace(PHONE, KEPT_BACK);
  for (const stem of stemsOf(words)) {
    left = left.replace(
      new RegExp(`(?<![\\p{L}\\p{N}])${escaped(stem)}\\p{L}{0,4}(?![\\p{L}\\p{N}])`, 'giu'),
      KEPT_BACK,
    );
  }
  return left;
}

/** Names are declined: without its last vowel a word is found in every case. The longest first. */
function stemsOf(words: readonly string[]): readonly string[] {
  const single = words.flatMap((word) => word.normalize('NFC').split(/[^\p{L}\p{N}]+/u));
  const stems = single
    .filter((word) => word.length >= SHORTEST)
    .map((word) => (word.length > SHORTEST ? word.replace(/[аеёиоуыэюяјйьaeiouyj]$/iu, '') : word));
  return [...new Set(stems.map((stem) => stem.toLowerCase()))].sort((a, b) => b.length - a.length);
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Questions that say where somebody comes from, beside those that ask for an institution. */
const OF_INSTITUTION: readonly string[] = [
  'home_institution',
  'home_body',
  'faculty',
  'department',
  'position',
];

/** A document under a name that is nobody's. */
export interface AnonymousDocument {
  readonly requirement: string;
  readonly label: string;
  readonly uploadId: string;
  readonly fileName: string;
}

export interface AnonymousContent {
  /** In which it was written. */
  readonly language: SubmittedContent['language'];
  readonly sections: SubmittedContent['sections'];
  /** In the applicant's order; without the institution where that is kept back. */
  readonly choices: readonly { readonly rank: number; readonly place: string }[];
  readonly documents: readonly AnonymousDocument[];
}

/**
 * What was submitted as the call lets it be assessed. `open` tells which answers and documents are for every reader: all
 * others name somebody, or are none of a reviewer's business.
 */
export function anonymousContent(
  content: SubmittedContent,
  open: (key: string) => boolean,
  isInstitution: (key: string) => boolean,
  { parts, words }: Hidden,
  number: number,
): AnonymousContent {
  const hidesPlaces = parts.includes('institutions');
  const clean = (text: string) => withoutNames(text, words);
  const shows = (section: string, question: string) => {
    const key = `${section}.${question}`;
    if (!open(key)) return false;
    return !hidesPlaces || !(isInstitution(key) || OF_INSTITUTION.includes(question));
  };
  return {
    language: content.language,
    sections: content.sections
      .map((section) => ({
        ...section,
        answers: section.answers
          .filter(({ question }) => shows(section.section, question))
          .map((answer) => ({
            ...answer,
            // As stored it may be an id by which an institution is found.
            value: '',
            shown: clean(answer.shown),
            ...(answer.table
              ? {
                  table: {
                    columns: answer.table.columns,
                    rows: answer.table.rows.map((row) => row.map(clean)),
                  },
                }
              : {}),
          })),
      }))
      .filter(({ answers }) => answers.length > 0),
    choices: content.choices.map(({ rank, institution, detail }) => ({
      rank,
      place: hidesPlaces ? clean(detail) : clean(`${institution}, ${detail}`),
    })),
    documents: parts.includes('documents')
      ? []
      : content.documents
          .filter(({ requirement }) => open(`documents.${requirement}`))
          .map(({ requirement, label, uploadId, fileName }) => ({
            requirement,
            label: clean(label),
            uploadId,
            fileName: `${number}-${requirement}${/\.[A-Za-z0-9]{1,5}$/.exec(fileName)?.[0].toLowerCase() ?? ''}`,
          })),
  };
}
