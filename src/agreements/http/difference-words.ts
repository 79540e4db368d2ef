import { themeName } from '../data/themes.js';
import type { FieldOfStudy } from '../agreement-ports.js';
import type { FieldDifference } from '../domain/comparison.js';
import { dayWords } from './agreement-presenter.js';
import type { Reader } from './agreement-presenter.js';
import { fieldWords } from './editor/present-editor.js';

/** What a difference is called and what either version says, in words and not in codes. */
export function differenceWords(
  reader: Reader,
  { field, before, after }: FieldDifference,
  fields: readonly FieldOfStudy[],
): { readonly field: string; readonly before: string; readonly after: string } {
  const said = (value: string | null) => (value === null ? '' : valueWords(reader, field, value, fields));
  return { field: nameOf(reader, field), before: said(before), after: said(after) };
}

function nameOf(reader: Reader, field: string): string {
  const { translator, language } = reader;
  const quota = /^quotas\.(\S+) (\S+) (\S+) (\S+)\.(\w+)$/.exec(field);
  if (!quota) return fieldWords(reader, field.replace(/^exchange\./, ''));
  const [, year = '', category = '', home = '', host = '', what = ''] = quota;
  return translator.t(language, 'agreements.compare.quota', {
    what: translator.t(language, `agreements.editor.fields.quotas_${what}`),
    category: translator.t(language, `agreements.categories.${category}`),
    home: translator.countryName(language, home),
    host: translator.countryName(language, host),
    year,
  });
}

function valueWords(reader: Reader, field: string, value: string, fields: readonly FieldOfStudy[]): string {
  const { translator, language } = reader;
  const each = (named: (code: string) => string) => value.split('\n').map(named).join('; ');
  if (field === 'validFrom' || field === 'validUntil' || field === 'paper.signedOn')
    return dayWords(reader, value);
  if (field === 'themes') return each((code) => translator.localized(language, themeName(code)));
  if (field === 'exchange.levels')
    return each((level) => translator.t(language, `agreements.levels.${level}`));
  if (field === 'exchange.blended') return translator.t(language, `agreements.compare.${value}`);
  if (field === 'exchange.languages') {
    return each((taught) => {
      const [code = '', level = ''] = taught.split(' ');
      return `${translator.languageName(language, code)}, ${translator.t(language, `agreements.cefr.${level}`)}`;
    });
  }
  if (field === 'exchange.fields') {
    const names = new Map(fields.map(({ code, name }) => [code, translator.localized(language, name)]));
    return each((code) => `${code} ${names.get(code) ?? ''}`.trim());
  }
  return value;
}
