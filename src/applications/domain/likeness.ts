import type { FormDefinition, FormQuestion } from '../../calls/public.js';
import { searchKey } from '../../shared/transliteration.js';
import type { SubmittedContent } from './submitted-content.js';

/** By what two applications are found to be like one another, the strongest first. */
export const LIKENESS_KINDS = ['passport', 'national_id', 'orcid', 'name_and_birth', 'mail'] as const;
export type LikenessKind = (typeof LIKENESS_KINDS)[number];

/** One value that another application of the same person would have too. It is compared by a keyed hash and kept nowhere. */
export interface Likeness {
  readonly kind: LikenessKind;
  readonly value: string;
}

/** Both the own spelling and that of the passport, so that either is found by the other in whatever script. */
const NAMES = [
  ['native_family', 'native_given'],
  ['passport_family', 'passport_given'],
] as const;

/**
 * What of a submission identifies its applicant. `mails`: addresses that a provider vouched for; one that was only typed
 * proves nothing.
 */
export function likenessesOf(
  form: FormDefinition,
  content: SubmittedContent,
  mails: readonly string[],
): readonly Likeness[] {
  const given = new Map(
    content.sections.flatMap(({ answers }) =>
      answers.map(({ question, value }) => [question, value] as const),
    ),
  );
  const asked = form.sections.flatMap(({ questions }) => questions);
  const born = given.get('birth_date') ?? '';
  const found = [
    ...asked.flatMap((question) => identified(question, given.get(question.id) ?? '', born)),
    ...NAMES.flatMap((parts) => {
      const name = nameKey(parts.map((part) => given.get(part) ?? ''));
      return name && born ? [{ kind: 'name_and_birth' as const, value: `${name}|${born}` }] : [];
    }),
    ...mails.map((mail) => ({ kind: 'mail' as const, value: mail.trim().toLowerCase() })),
  ];
  const distinct = new Map(found.map((each) => [`${each.kind} ${each.value}`, each]));
  return [...distinct.values()].filter(({ value }) => value !== '');
}

function identified({ id, identifier }: FormQuestion, value: string, born: string): Likeness[] {
  if (value === '') return [];
  switch (identifier) {
    case 'jmbg':
    case 'snils':
    case 'inn':
      return [{ kind: 'national_id', value: `${identifier}|${value}` }];
    case 'orcid':
      return [{ kind: 'orcid', value }];
    case 'passport_mrz':
      return [{ kind: 'passport', value: passport(value.slice(0, 9), value.slice(13, 19)) }];
    case 'iban':
      // An account can be somebody else's.
      return [];
    case undefined:
      return id === 'passport_number' && born
        ? [{ kind: 'passport', value: passport(value, born.slice(2).replaceAll('-', '')) }]
        : [];
  }
}

/** Two countries may give the same number, but not to people who were born on one day. `born`: YYMMDD, as in the passport. */
function passport(number: string, born: string): string {
  return `${number.toUpperCase().replace(/[^A-Z0-9]/g, '')}|${born}`;
}

/** In whatever order and script, empty where a part is missing. */
function nameKey(parts: readonly string[]): string {
  const keys = parts.map(searchKey);
  return keys.includes('') ? '' : keys.join(' ').split(' ').toSorted().join(' ');
}
