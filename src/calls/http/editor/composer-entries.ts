import { textOf } from '../../../platform/http/form-fields.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { LocalizedText } from '../../../shared/language.js';

const WRITTEN = ['sr', 'ru', 'en'] as const;

/** What was typed into a page of the editor, read field by field; what cannot be understood gathers in `problems`. */
export class ComposerEntries {
  readonly problems: FieldProblem[] = [];

  constructor(private readonly fields: FormFields) {}

  /** As one text: composed, without the space around it. */
  text(name: string): string {
    return textOf(this.fields, name).normalize('NFC').replace(/\r\n?/g, '\n').trim();
  }

  /** All of a repeated field (checkboxes). */
  list(name: string): readonly string[] {
    const value = this.fields[name];
    if (value === undefined) return [];
    return [...new Set(typeof value === 'string' ? [value] : value)].filter((each) => each !== '');
  }

  ticked(name: string): boolean {
    return this.text(name) !== '';
  }

  /** In three languages. Some may still be missing: the draft keeps what there is. */
  words(name: string, most: number): LocalizedText {
    const [sr, ru, en] = WRITTEN.map((language) => this.limited(`${name}-${language}`, most));
    return { sr: sr ?? '', ru: ru ?? '', en: en ?? '' };
  }

  /** The same, of which one language at least has to be there. */
  requiredWords(name: string, most: number): LocalizedText {
    const words = this.words(name, most);
    if (isEmpty(words)) this.add(`${name}-sr`, 'required');
    return words;
  }

  optionalWords(name: string, most: number): LocalizedText | undefined {
    const words = this.words(name, most);
    return isEmpty(words) ? undefined : words;
  }

  /** A whole number between two bounds; undefined where nothing was typed. */
  count(name: string, least: number, most: number): number | undefined {
    return this.bounded(name, least, most, Number.isInteger);
  }

  number(name: string, least: number, most: number): number | undefined {
    return this.bounded(name, least, most, Number.isFinite);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const found = values.find((value) => value === text);
    if (!found) this.add(name, 'not_in_list');
    return found;
  }

  add(field: string, problem: string, values?: FieldProblem['values']): void {
    this.problems.push({ field, problem, ...(values ? { values } : {}) });
  }

  private limited(name: string, most: number): string {
    const text = this.text(name);
    if (text.length > most) this.add(name, 'too_long', { max: most });
    return text;
  }

  private bounded(
    name: string,
    least: number,
    most: number,
    fits: (value: number) => boolean,
  ): number | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const value = Number(text.replace(',', '.'));
    if (!fits(value)) this.add(name, 'not_number');
    else if (value < least || value > most) this.add(name, 'out_of_range', { min: least, max: most });
    else return value;
    return undefined;
  }
}

export function isEmpty({ sr, ru, en }: LocalizedText): boolean {
  return sr === '' && ru === '' && en === '';
}
