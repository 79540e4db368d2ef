import type { LocalizedText } from '../../shared/language.js';
import { RUSSIAN_PASSPORT, SERBIAN_LATIN, transliterate } from '../../shared/transliteration.js';
import { ANSWERED_BY } from './eligibility.js';
import type { FormDefinition } from './form.js';
import { itemIdsOf, RELIED_ON } from './form-reliance.js';
import { GENDER } from './gender.js';
import { APPLYING_AS, HOME_BODY, HOST_LETTER } from './freemover.js';

/** With room for the number that tells two of the same label apart. */
const LONGEST = 36;

/** Names that the pages of an application give to controls of their own. */
const NAMES_OF_THE_PAGE = ['revision', 'from', 'then', 'act', 'version', 'lang'];

/** Sections are addresses (`/applications/…/part_plan`): no page of an application is called like this. */
const SECTION_PREFIX = 'part_';

/** The id of a new question, document or consent, made from its label. It never changes, whatever the label becomes. */
export function newItemId(form: FormDefinition, label: LocalizedText): string {
  // What the programme reads by its name must not be named so by chance.
  const taken = new Set([
    ...form.sections.flatMap((section) => [section.id, ...itemIdsOf(section)]),
    ...Object.keys(RELIED_ON),
    APPLYING_AS,
    GENDER,
    HOME_BODY,
    HOST_LETTER,
    ...Object.values(ANSWERED_BY).flat(),
    ...NAMES_OF_THE_PAGE,
  ]);
  return free(slugOf(label) || 'item', taken);
}

/** The id of a new section, made from its title. */
export function newSectionId(form: FormDefinition, title: LocalizedText): string {
  const taken = new Set(form.sections.flatMap((section) => [section.id, ...itemIdsOf(section)]));
  return free(`${SECTION_PREFIX}${slugOf(title) || 'section'}`, taken);
}

/** The value of a new option, or the id of a new column, among those that stand beside it. */
export function newNameAmong(taken: readonly string[], label: LocalizedText): string {
  return free(slugOf(label) || 'option', new Set(taken));
}

function free(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.slice(0, LONGEST).replace(/_+$/, '');
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

/** In plain Latin letters, digits and underscores, beginning with a letter; empty where the label has none of them. */
function slugOf({ en, sr, ru }: LocalizedText): string {
  const readings = [en, transliterate(sr, SERBIAN_LATIN), transliterate(ru, RUSSIAN_PASSPORT)];
  const slug = readings.map(plain).find(Boolean) ?? '';
  return /^\d/.test(slug) ? `n_${slug}` : slug;
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/đ/g, 'dj')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}
