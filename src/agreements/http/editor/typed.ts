import type { FormFields } from '../../../platform/http/session-data.js';
import { contentHash } from '../../../shared/content-hash.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { LocalizedText } from '../../../shared/language.js';
import { parseDate } from '../../../shared/parse-entry.js';
import { WRITTEN_LANGUAGES } from '../../domain/draft.js';

/** A form as it was typed, each control a text; of checkboxes each value on a line. */
export type Typed = Readonly<Record<string, string>>;

export function typedFromForm(body: FormFields): Typed {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      name === '_csrf' || value === undefined
        ? []
        : [[name, typeof value === 'string' ? value : value.join('\n')]],
    ),
  );
}

/** What a page says, in short: whether somebody else has changed it since it was opened. */
export function baseOf(typed: Typed): string {
  return contentHash(typed).slice(0, 16);
}

export function typedWords(name: string, text: LocalizedText): Typed {
  return Object.fromEntries(WRITTEN_LANGUAGES.map((language) => [`${name}.${language}`, text[language]]));
}

export function typedDay(name: string, day: string | undefined): Typed {
  const [year = '', month = '', date = ''] = (day ?? '').split('-');
  return {
    [`${name}-day`]: date && String(Number(date)),
    [`${name}-month`]: month && String(Number(month)),
    [`${name}-year`]: year,
  };
}

/** Reads the entries of a form, and keeps what is wrong with them. */
export class Entries {
  readonly problems: FieldProblem[] = [];

  constructor(readonly typed: Typed) {}

  text(name: string): string {
    return (this.typed[name] ?? '').normalize('NFC').replaceAll('\r\n', '\n').trim();
  }

  lines(name: string): readonly string[] {
    return [
      ...new Set(
        this.text(name)
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
      ),
    ];
  }

  words(name: string): LocalizedText {
    const [sr = '', ru = '', en = ''] = WRITTEN_LANGUAGES.map((language) => this.text(`${name}.${language}`));
    return { sr, ru, en };
  }

  /** A whole number; undefined where nothing was typed. */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    if (/^\d{1,6}$/.test(text)) return Number(text);
    this.problems.push({ field: name, problem: 'not_number' });
    return undefined;
  }

  /** YYYY-MM-DD; undefined where nothing was typed. */
  day(name: string): string | undefined {
    const parts = ['day', 'month', 'year'].map((part) => this.text(`${name}-${part}`));
    if (parts.every((part) => part === '')) return undefined;
    const entry = parseDate(parts.join(' '));
    if (entry.ok) return entry.value;
    this.problems.push({ field: name, problem: entry.problem });
    return undefined;
  }
}
