import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { LocalizedText } from '../../../shared/language.js';
import type { FieldOfStudy } from '../../agreement-ports.js';
import { themes, themeName } from '../../data/themes.js';
import type { AgreementContent, AgreementParty, AgreementView, QuotaDraft } from '../../domain/agreement.js';
import { CATEGORIES, CEFR, WRITTEN_LANGUAGES } from '../../domain/draft.js';
import type { FormStep } from '../../domain/draft.js';
import type { Reader } from '../agreement-presenter.js';
import type { EditorField, FieldGroup } from '../views/editor-views.js';
import { Entries, typedDay, typedWords } from './typed.js';
import type { Typed } from './typed.js';

/** What the controls of a page are chosen from. */
export interface EditorWorld {
  readonly memoranda: readonly AgreementView[];
  readonly fields: readonly FieldOfStudy[];
}

export interface FormPage {
  readonly reader: Reader;
  readonly world: EditorWorld;
  readonly content: AgreementContent;
  /** Which version is written: a later one keeps its reference. */
  readonly version: number;
  readonly typed: Typed;
  readonly problems: readonly FieldProblem[];
}

/** A page of the editor: one form over some fields of what a version says. */
export interface EditorForm {
  typed(content: AgreementContent): Typed;
  read(
    typed: Typed,
    content: AgreementContent,
  ): { readonly patch: Partial<AgreementContent>; readonly problems: readonly FieldProblem[] };
  groups(page: FormPage): readonly FieldGroup[];
}

/** So many empty rows are offered beside what is there. */
const MORE_QUOTAS = 3;
const MORE_LANGUAGES = 2;
const LEVELS = [5, 6, 7, 8] as const;
const LANG = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' } as const;
/** In which exchanges are taught. */
const TAUGHT_IN = ['sr', 'ru', 'en', 'de', 'fr'] as const;

export function problemWords({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

/** The key of the words for a field: the numbers of rows and the language are said beside it. */
export function fieldKey(field: string): string {
  const language = WRITTEN_LANGUAGES.find((each) => field.endsWith(`.${each}`));
  const named = language ? field.slice(0, -language.length - 1) : field;
  const key = named
    .split('.')
    .filter((part) => !/^\d+$/.test(part))
    .join('_');
  return `agreements.editor.fields.${key}`;
}

/** A control with what was typed into it and what is wrong with that. */
export function control(
  page: Pick<FormPage, 'typed' | 'problems'>,
  name: string,
  kind: EditorField['kind'],
  more: Partial<EditorField> = {},
): EditorField {
  const problem = page.problems.find(({ field }) => field === name);
  const part = (each: string) => page.typed[`${name}-${each}`] ?? '';
  const typed = page.typed[name] ?? '';
  const value =
    kind === 'date'
      ? { value: { day: part('day'), month: part('month'), year: part('year') } }
      : kind === 'checkboxes'
        ? { values: typed.split('\n').filter(Boolean) }
        : { value: typed };
  return {
    kind,
    name,
    label: { key: fieldKey(name) },
    ...value,
    ...(problem ? { error: problemWords(problem) } : {}),
    ...more,
  };
}

const hint = (name: string): Message => ({ key: `agreements.editor.hints.${name}` });
export const group = (
  title: Message | null,
  fields: readonly EditorField[],
  more: Partial<FieldGroup> = {},
): FieldGroup => ({ title, lead: null, beside: false, fields, ...more });
const titled = (name: string, values?: Message['values']): Message =>
  values ? { key: `agreements.editor.groups.${name}`, values } : { key: `agreements.editor.groups.${name}` };

/** The same text in the three languages, side by side; English is a help and may be left out. */
function inLanguages(page: FormPage, name: string, kind: 'text' | 'textarea', rows?: number): EditorField[] {
  return WRITTEN_LANGUAGES.map((language) =>
    control(page, `${name}.${language}`, kind, {
      label: {
        key: 'agreements.editor.in_language',
        values: {
          field: page.reader.translator.t(page.reader.language, fieldKey(name)),
          language: page.reader.translator.t(page.reader.language, `agreements.editor.languages.${language}`),
        },
      },
      lang: LANG[language],
      ...(rows ? { rows } : {}),
      ...(language === 'en' ? { optional: true } : {}),
    }),
  );
}

const isBlank = (text: LocalizedText) => WRITTEN_LANGUAGES.every((language) => text[language] === '');

/** The numbers of the rows of a list, as they stand in the names of its controls. */
function rowsOf(typed: Typed, list: string): readonly number[] {
  const numbers = Object.keys(typed).flatMap((name) => {
    const found = new RegExp(`^${list}\\.(\\d{1,3})\\.`).exec(name);
    return found ? [Number(found[1])] : [];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

const basics: EditorForm = {
  typed: (content) => ({
    reference: content.reference,
    ...typedWords('title', content.title),
    under: content.under ?? '',
    ...typedDay('validFrom', content.validFrom),
    ...typedDay('validUntil', content.validUntil),
    noticeDays: String(content.noticeDays ?? ''),
    themes: content.themes.join('\n'),
  }),
  read(typed, content) {
    const entries = new Entries(typed);
    const under = entries.text('under') || undefined;
    const noticeDays = entries.number('noticeDays');
    const validFrom = entries.day('validFrom');
    const validUntil = entries.day('validUntil');
    return {
      patch: {
        // A later version shows its reference and does not send it.
        reference: 'reference' in typed ? entries.text('reference') : content.reference,
        title: entries.words('title'),
        themes: entries.lines('themes'),
        ...({ under, noticeDays, validFrom, validUntil } as Partial<AgreementContent>),
      },
      problems: entries.problems,
    };
  },
  groups(page) {
    const { translator, language } = page.reader;
    return [
      group(null, [
        ...(page.version === 1
          ? [control(page, 'reference', 'text', { width: 20, hint: hint('reference') })]
          : []),
        ...inLanguages(page, 'title', 'textarea', 2),
      ]),
      group(titled('term'), [
        control(page, 'validFrom', 'date', {
          optional: page.content.kind === 'memorandum',
          hint: hint('validFrom'),
        }),
        control(page, 'validUntil', 'date', { optional: true, hint: hint('validUntil') }),
        control(page, 'noticeDays', 'number', { optional: true, width: 3, hint: hint('noticeDays') }),
      ]),
      group(titled('frame'), [
        ...(page.content.kind === 'inter_institutional'
          ? [
              control(page, 'under', 'select', {
                optional: true,
                hint: hint('under'),
                options: page.world.memoranda.map(({ reference, title }) => ({
                  value: reference,
                  label: `${reference} · ${translator.localized(language, title)}`,
                })),
              }),
            ]
          : []),
        control(page, 'themes', 'checkboxes', {
          optional: true,
          options: [...new Set([...themes().map(({ code }) => code), ...page.content.themes])].map(
            (code) => ({
              value: code,
              label: translator.localized(language, themeName(code)),
            }),
          ),
        }),
      ]),
    ];
  },
};

/** Of a memorandum organisations may be parties beside the ministries; an institution is a party by the register alone. */
const parties: EditorForm = {
  typed: (content) =>
    Object.assign(
      {},
      ...content.parties.map(({ name, country }, place) => ({
        ...typedWords(`parties.${place}.name`, name),
        ...(content.kind === 'memorandum' ? { [`parties.${place}.country`]: country } : {}),
      })),
    ) as Typed,
  read(typed, content) {
    const entries = new Entries(typed);
    if (content.kind !== 'memorandum') {
      return {
        patch: {
          parties: content.parties.map((party, place) => ({
            ...party,
            name: entries.words(`parties.${place}.name`),
          })),
        },
        problems: entries.problems,
      };
    }
    const rows = rowsOf(typed, 'parties').flatMap((place): AgreementParty[] => {
      const name = entries.words(`parties.${place}.name`);
      if (isBlank(name)) return [];
      const country = entries.text(`parties.${place}.country`);
      if (!content.parties.some((party) => party.country === country)) {
        entries.problems.push({ field: `parties.${place}.country`, problem: 'required_choice' });
      }
      return [{ country, institutionId: null, name }];
    });
    // Home and host are told by who comes first of each: the countries keep their order.
    const order = content.parties.map(({ country }) => country);
    const sorted = rows.toSorted((a, b) => order.indexOf(a.country) - order.indexOf(b.country));
    return { patch: { parties: sorted }, problems: entries.problems };
  },
  groups(page) {
    const { translator, language } = page.reader;
    const name = (code: string) => translator.countryName(language, code);
    if (page.content.kind !== 'memorandum') {
      return page.content.parties.map(({ country, institutionId }, place) =>
        group(
          titled(institutionId ? 'institution_of' : 'party_of', { country: name(country) }),
          inLanguages(page, `parties.${place}.name`, 'text'),
        ),
      );
    }
    const known = rowsOf(page.typed, 'parties');
    const next = (known.at(-1) ?? -1) + 1;
    const countries = [...new Set(page.content.parties.map(({ country }) => country))];
    return [...known, next].map((place, number) =>
      group(
        place === next ? titled('new_party') : titled('party', { number: number + 1 }),
        [
          control(page, `parties.${place}.country`, 'select', {
            options: countries.map((code) => ({ value: code, label: name(code) })),
          }),
          ...inLanguages(page, `parties.${place}.name`, 'text'),
        ],
        { lead: place === next ? hint('new_party') : null },
      ),
    );
  },
};

const text: EditorForm = {
  typed: (content) =>
    Object.assign(
      {},
      ...content.text.articles.map(({ title, body }, place) => ({
        ...typedWords(`articles.${place}.title`, title),
        ...typedWords(`articles.${place}.body`, body),
      })),
    ) as Typed,
  read(typed) {
    const entries = new Entries(typed);
    return {
      patch: {
        text: {
          articles: rowsOf(typed, 'articles')
            .map((place) => ({
              title: entries.words(`articles.${place}.title`),
              body: entries.words(`articles.${place}.body`),
            }))
            .filter(({ title, body }) => !isBlank(title) || !isBlank(body)),
        },
      },
      problems: entries.problems,
    };
  },
  groups(page) {
    const known = rowsOf(page.typed, 'articles');
    const next = (known.at(-1) ?? -1) + 1;
    return [...known, next].map((place, number) =>
      group(
        place === next ? titled('new_article') : titled('article', { number: number + 1 }),
        [
          ...inLanguages(page, `articles.${place}.title`, 'text'),
          ...inLanguages(page, `articles.${place}.body`, 'textarea', 6),
        ],
        { lead: place === next ? hint('new_article') : null },
      ),
    );
  },
};

const exchange: EditorForm = {
  typed(content) {
    const said = content.exchange;
    return {
      fields: (said?.fields ?? []).join('\n'),
      levels: (said?.levels ?? []).join('\n'),
      blended: said?.blended ? 'yes' : '',
      ...(Object.assign(
        {},
        ...(said?.languages ?? []).map(({ language, level }, place) => ({
          [`languages.${place}.language`]: language,
          [`languages.${place}.level`]: level,
        })),
      ) as Typed),
    };
  },
  read(typed) {
    const entries = new Entries(typed);
    const levels = entries.lines('levels').map(Number);
    const languages = rowsOf(typed, 'languages').flatMap((place) => {
      const language = entries.text(`languages.${place}.language`);
      const level = entries.text(`languages.${place}.level`);
      if (language === '' && level === '') return [];
      if (!TAUGHT_IN.some((each) => each === language))
        entries.problems.push({ field: `languages.${place}.language`, problem: 'not_in_list' });
      if (!CEFR.some((each) => each === level))
        entries.problems.push({ field: `languages.${place}.level`, problem: 'not_in_list' });
      return [{ language, level }];
    });
    const fields = entries.lines('fields');
    if (fields.some((code) => !/^\d{2,4}$/.test(code)))
      entries.problems.push({ field: 'fields', problem: 'not_in_list' });
    if (levels.some((level) => !LEVELS.some((each) => each === level)))
      entries.problems.push({ field: 'levels', problem: 'not_in_list' });
    const blended = entries.text('blended') === 'yes';
    const says = fields.length + levels.length + languages.length > 0 || blended;
    return {
      patch: {
        ...({
          exchange: says ? { fields, levels, languages, blended } : undefined,
        } as Partial<AgreementContent>),
      },
      problems: entries.problems,
    };
  },
  groups(page) {
    const { translator, language } = page.reader;
    const known = rowsOf(page.typed, 'languages');
    const next = (known.at(-1) ?? -1) + 1;
    const rows = [...known, ...Array.from({ length: MORE_LANGUAGES }, (_, more) => next + more)];
    return [
      group(null, [
        control(page, 'fields', 'checkboxes', {
          optional: true,
          hint: hint('fields'),
          options: page.world.fields.map(({ code, name }) => ({
            value: code,
            label: `${code} ${translator.localized(language, name)}`,
          })),
        }),
        control(page, 'levels', 'checkboxes', {
          optional: true,
          hint: hint('levels'),
          options: LEVELS.map((level) => ({
            value: String(level),
            label: { key: `agreements.levels.${level}` },
          })),
        }),
      ]),
      ...rows.map((place, number) =>
        group(
          number === 0 ? titled('languages') : null,
          [
            control(page, `languages.${place}.language`, 'select', {
              optional: true,
              options: TAUGHT_IN.map((code) => ({
                value: code,
                label: translator.languageName(language, code),
              })),
            }),
            control(page, `languages.${place}.level`, 'select', {
              optional: true,
              options: CEFR.map((level) => ({ value: level, label: { key: `agreements.cefr.${level}` } })),
            }),
          ],
          { beside: true },
        ),
      ),
      group(null, [
        control(page, 'blended', 'checkboxes', { options: [{ value: 'yes', label: hint('blended') }] }),
      ]),
    ];
  },
};

const quotas: EditorForm = {
  typed: (content) =>
    Object.assign(
      {},
      ...content.quotas.map((quota, place) => ({
        [`quotas.${place}.direction`]: `${quota.homeCountry} ${quota.hostCountry}`,
        [`quotas.${place}.category`]: quota.category,
        [`quotas.${place}.academicYear`]: quota.academicYear,
        [`quotas.${place}.persons`]: String(quota.persons),
        [`quotas.${place}.months`]: String(quota.months || ''),
        [`quotas.${place}.days`]: String(quota.days ?? ''),
      })),
    ) as Typed,
  read(typed) {
    const entries = new Entries(typed);
    const rows = rowsOf(typed, 'quotas').flatMap((place): QuotaDraft[] => {
      const of = (name: string) => `quotas.${place}.${name}`;
      const said = ['direction', 'category', 'academicYear', 'persons', 'months', 'days'].some(
        (name) => entries.text(of(name)) !== '',
      );
      if (!said) return [];
      const [homeCountry = '', hostCountry = ''] = entries.text(of('direction')).split(' ');
      if (homeCountry === '' || hostCountry === '')
        entries.problems.push({ field: of('direction'), problem: 'required_choice' });
      const persons = entries.number(of('persons'));
      if (persons === undefined) entries.problems.push({ field: of('persons'), problem: 'required' });
      const days = entries.number(of('days'));
      return [
        {
          homeCountry,
          hostCountry,
          category: entries.text(of('category')),
          academicYear: entries
            .text(of('academicYear'))
            .replace(/\s/g, '')
            .replace(/^(\d{4})[-–/]\d{2}(\d{2})$/, '$1/$2'),
          persons: persons ?? 0,
          months: entries.number(of('months')) ?? 0,
          ...(days ? { days } : {}),
        },
      ];
    });
    return { patch: { quotas: rows }, problems: entries.problems };
  },
  groups(page) {
    const { translator, language } = page.reader;
    const known = rowsOf(page.typed, 'quotas');
    const next = (known.at(-1) ?? -1) + 1;
    const rows = [...known, ...Array.from({ length: MORE_QUOTAS }, (_, more) => next + more)];
    const countries = [...new Set(page.content.parties.map(({ country }) => country))];
    const name = (code: string) => translator.countryName(language, code);
    const directions = countries.flatMap((home) =>
      countries.filter((host) => host !== home).map((host) => ({ home, host })),
    );
    return rows.map((place, number) =>
      group(
        place >= next ? titled('new_quota') : titled('quota', { number: number + 1 }),
        [
          control(page, `quotas.${place}.direction`, 'select', {
            options: directions.map(({ home, host }) => ({
              value: `${home} ${host}`,
              label: { key: 'agreements.quotas.from', values: { home: name(home), host: name(host) } },
            })),
          }),
          control(page, `quotas.${place}.category`, 'select', {
            options: CATEGORIES.map((category) => ({
              value: category,
              label: { key: `agreements.categories.${category}` },
            })),
          }),
          control(page, `quotas.${place}.academicYear`, 'text', { width: 10 }),
          control(page, `quotas.${place}.persons`, 'number', { width: 5 }),
          control(page, `quotas.${place}.months`, 'number', { width: 5, optional: true }),
          control(page, `quotas.${place}.days`, 'number', { width: 5, optional: true }),
        ],
        { beside: true },
      ),
    );
  },
};

export const EDITOR_FORMS: Readonly<Record<FormStep, EditorForm>> = {
  basics,
  parties,
  text,
  exchange,
  quotas,
};
