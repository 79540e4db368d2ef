import { contentHash } from '../../shared/content-hash.js';

export const LIST_COLUMNS = ['key', 'kind', 'name', 'aliases', 'birth_years', 'note'] as const;
export type PartyKind = 'person' | 'organisation';

/** One entry of a list as its file says it. */
export interface ListEntry {
  readonly key: string;
  readonly kind: PartyKind;
  readonly names: readonly string[];
  readonly birthYears: readonly number[];
  readonly note: string | null;
}

export interface EntryFault {
  readonly line: number;
  readonly column: string;
  readonly fault: string;
  readonly value: string;
}

type FileRow = Readonly<Record<(typeof LIST_COLUMNS)[number], string>>;

const NAME_MAX = 500;

/** Every entry of a file, or every fault of it. */
export function readEntries(rows: readonly { readonly line: number; readonly row: FileRow }[]): {
  readonly entries: readonly ListEntry[];
  readonly faults: readonly EntryFault[];
} {
  const entries: ListEntry[] = [];
  const faults: EntryFault[] = [];
  const keys = new Set<string>();
  for (const { line, row } of rows) {
    const add = (column: string, fault: string, value: string) =>
      faults.push({ line, column, fault, value: value.slice(0, 100) });
    const key = row.key.trim();
    if (!key || key.length > 100) add('key', key ? 'too_long' : 'required', key);
    else if (keys.has(key)) add('key', 'duplicate', key);
    keys.add(key);
    const kind = row.kind.trim();
    if (kind !== 'person' && kind !== 'organisation') add('kind', 'not_in_list', kind);
    const names = [
      ...new Set([row.name, ...row.aliases.split('|')].map((name) => name.trim()).filter(Boolean)),
    ];
    if (!row.name.trim()) add('name', 'required', '');
    if (names.some((name) => name.length > NAME_MAX)) add('name', 'too_long', row.name);
    const years = row.birth_years
      .split('|')
      .map((year) => year.trim())
      .filter(Boolean);
    if (years.some((year) => !/^(18|19|20)\d{2}$/.test(year)))
      add('birth_years', 'not_year', row.birth_years);
    entries.push({
      key,
      kind: kind === 'organisation' ? 'organisation' : 'person',
      names,
      birthYears: years.map(Number),
      note: row.note.trim().slice(0, 2000) || null,
    });
  }
  return faults.length > 0 ? { entries: [], faults } : { entries, faults };
}

/** What an entry says: another hash is another entry for whoever decided on the former. */
export function entryHash({ key, kind, names, birthYears, note }: ListEntry): string {
  return contentHash({ key, kind, names: [...names].sort(), birthYears: [...birthYears].sort(), note });
}

/** What differs between two versions of a list, by the keys of its entries. */
export function difference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): { readonly added: number; readonly changed: number; readonly removed: number } {
  let added = 0;
  let changed = 0;
  for (const [key, hash] of after) {
    const former = before.get(key);
    if (former === undefined) added += 1;
    else if (former !== hash) changed += 1;
  }
  return { added, changed, removed: [...before.keys()].filter((key) => !after.has(key)).length };
}
