import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { LocalizedText } from '../../../shared/language.js';
import type { UnitView } from '../../../universities/public.js';
import { fieldsOfStudy } from '../../data/fields-of-study.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import { COST_ITEMS, FACILITY_KINDS, LANGUAGE_LEVELS, LEVELS, PAYERS } from '../../domain/place.js';
import type { CostLine, Facility } from '../../domain/place.js';
import type { OfferedPlace } from '../../domain/place-offer.js';
import type { Reader } from '../presenters/present-call-card.js';
import { Entries } from '../editor/editor-entries.js';
import type { Typed } from '../editor/editor-entries.js';
import { problemWords } from '../editor/editor-words.js';
import type { ProblemLink } from '../editor/editor-words.js';
import type { EditorField, FieldGroup } from '../views/editor-views.js';

/** So many lines stand empty below those that are written; whoever needs more saves and gets more. */
const BLANK_LINES = 2;
const LANGUAGES_OF_WORK = ['sr', 'ru', 'en', 'de', 'fr', 'es', 'it', 'zh'] as const;
const CURRENCIES = ['EUR', 'RSD', 'RUB', 'USD', 'CNY'] as const;
const LANG: Readonly<Record<keyof LocalizedText, string>> = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' };
const LINES = {
  facilities: ['kind', 'words.sr', 'words.ru', 'words.en'],
  cost: ['item', 'payer', 'amount', 'currency', 'per'],
} as const;

/** A place as it stands in the controls of its form. */
export function typedPlace(place: OfferedPlace): Typed {
  const typed: Record<string, string> = {
    unitId: place.unitId ?? '',
    fieldCode: place.fieldCode,
    level: place.level === null ? '' : String(place.level),
    language: place.language,
    languageLevel: place.languageLevel,
    months: String(place.months).replace('.', ','),
    capacity: String(place.capacity),
    ...typedWords('services', place.services),
  };
  (place.facilities ?? []).forEach(({ kind, words }, line) => {
    typed[`facilities.${line}.kind`] = kind;
    Object.assign(typed, typedWords(`facilities.${line}.words`, words));
  });
  (place.cost ?? []).forEach(({ item, payer, amount, per }, line) => {
    typed[`cost.${line}.item`] = item;
    typed[`cost.${line}.payer`] = payer;
    typed[`cost.${line}.amount`] = amount ? String(amount.minor / 100).replace('.', ',') : '';
    typed[`cost.${line}.currency`] = amount?.currency ?? '';
    typed[`cost.${line}.per`] = per;
  });
  return typed;
}

function typedWords(name: string, words: LocalizedText | null): Typed {
  return Object.fromEntries(
    WRITTEN_LANGUAGES.map((language) => [`${name}.${language}`, words?.[language] ?? '']),
  );
}

/** Lines without anything on them go, so that what is wrong is told at the line where it stands. */
export function withoutBlankLines(typed: Typed): Typed {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(typed)) {
    if (!/^(facilities|cost)\.\d+\./.test(name)) kept[name] = value;
  }
  for (const [list, parts] of Object.entries(LINES)) {
    const significant = parts.filter((part) => part !== 'per' && part !== 'currency');
    let line = 0;
    for (const number of linesOf(typed, list)) {
      if (!significant.some((part) => typed[`${list}.${number}.${part}`]?.trim())) continue;
      for (const part of parts) kept[`${list}.${line}.${part}`] = typed[`${list}.${number}.${part}`] ?? '';
      line += 1;
    }
  }
  return kept;
}

function linesOf(typed: Typed, list: string): readonly number[] {
  const numbers = Object.keys(typed).flatMap((name) => {
    const found = new RegExp(`^${list}\\.(\\d{1,3})\\.`).exec(name)?.[1];
    return found === undefined ? [] : [Number(found)];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** What was typed, as a place; what is wrong with it is said by `placeProblems`. */
export function readPlace(typed: Typed): OfferedPlace {
  const entries = new Entries(typed);
  const words = (name: string): LocalizedText => ({
    sr: entries.text(`${name}.sr`),
    ru: entries.text(`${name}.ru`),
    en: entries.text(`${name}.en`),
  });
  const services = words('services');
  const facilities = linesOf(typed, 'facilities').map(
    // Of a kind that is none the rules say so.
    (line) =>
      ({
        kind: entries.text(`facilities.${line}.kind`),
        words: words(`facilities.${line}.words`),
      }) as Facility,
  );
  const cost = linesOf(typed, 'cost').map((line) => {
    const amount = entries.text(`cost.${line}.amount`);
    return {
      item: entries.text(`cost.${line}.item`),
      payer: entries.text(`cost.${line}.payer`),
      amount: amount ? { minor: minorOf(amount), currency: entries.text(`cost.${line}.currency`) } : null,
      per: entries.text(`cost.${line}.per`) === 'month' ? 'month' : 'once',
    } as CostLine;
  });
  const level = entries.text('level');
  return {
    unitId: entries.text('unitId') || null,
    fieldCode: entries.text('fieldCode'),
    level: level ? Number(level) : null,
    language: entries.text('language'),
    languageLevel: entries.text('languageLevel'),
    months: decimal(entries.text('months')),
    capacity: entries.number('capacity'),
    services: Object.values(services).some(Boolean) ? services : null,
    facilities: facilities.length > 0 ? facilities : null,
    cost: cost.length > 0 ? cost : null,
  };
}

/** "0,5" and "0.5"; NaN where it is no number. */
function decimal(text: string): number {
  return /^\d{1,3}([.,]\d)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

/** "1 200,50" in hundredths; NaN where it is no amount. */
function minorOf(text: string): number {
  const bare = text.replace(/[\s\u00a0\u202f]/g, '');
  return /^\d{1,8}([.,]\d{1,2})?$/.test(bare) ? Math.round(Number(bare.replace(',', '.')) * 100) : Number.NaN;
}

/** Names of controls that are other than those of their fields. */
const NAMES: Readonly<Record<string, string>> = {
  fieldCode: 'field',
  languageLevel: 'language_level',
  unitId: 'unit',
  institutionId: 'host',
};
const OWNERS = ['place_form', 'reserve_form', 'offer_frame', 'offers'] as const;

/** "Months: enter a number in digits", leading to the control. */
export function placeProblem(
  { translator, language }: Pick<Reader, 'translator' | 'language'>,
  { field, problem, values }: FieldProblem,
): ProblemLink {
  const [name = ''] = field.split('.');
  const keys = OWNERS.map((owner) => `calls.${owner}.${NAMES[name] ?? name}`);
  const label = keys.find((key) => translator.has(language, key)) ?? 'calls.editor.steps.places';
  const inWords = /(^|\.)(services|words|label)$/.test(field);
  return {
    message: {
      key: 'calls.editor.named_problem',
      values: {
        field: translator.t(language, label),
        problem: translator.t(language, `problems.${problem}`, values ?? {}),
      },
    },
    // Of words in three languages the first control stands for all; a condition is mended where it is chosen.
    href: `#field-${inWords ? `${field}.sr` : field === 'condition' ? 'chosen' : field}`,
  };
}

export interface PlaceFormWorld {
  /** To choose from; null where the host is settled. */
  readonly hosts: readonly { readonly value: string; readonly label: string }[] | null;
  readonly units: readonly UnitView[];
}

/** The controls of a place. */
export function placeGroups(
  { translator, language }: Pick<Reader, 'translator' | 'language'>,
  world: PlaceFormWorld,
  typed: Typed,
  problems: readonly FieldProblem[],
): readonly FieldGroup[] {
  const key = (name: string): Message => ({ key: `calls.place_form.${name}` });
  const control = (
    kind: EditorField['kind'],
    name: string,
    label: Message | string,
    more: Partial<EditorField> = {},
  ): EditorField => {
    // Of words in three languages the first control says that some are missing.
    const problem = problems.find(({ field }) => field === name || `${field}.sr` === name);
    return {
      kind,
      name,
      label,
      value: typed[name] ?? '',
      ...(problem ? { error: problemWords(problem) } : {}),
      ...more,
    };
  };
  const inLanguages = (name: string, label: string) =>
    WRITTEN_LANGUAGES.map((written) =>
      control(
        'text',
        `${name}.${written}`,
        translator.t(language, 'calls.editor.field_in_language', {
          field: translator.t(language, `calls.place_form.${label}`),
          language: translator.t(language, `calls.editor.languages.${written}`),
        }),
        { lang: LANG[written] },
      ),
    );
  const choices = (keys: readonly string[], prefix: string) =>
    keys.map((value) => ({ value, label: { key: `${prefix}.${value}` } }));
  const written = (list: string) => Math.max(-1, ...linesOf(typed, list)) + 1;
  const lines = (list: string) => Array.from({ length: written(list) + BLANK_LINES }, (_, line) => line);
  return [
    {
      title: key('where'),
      lead: null,
      beside: false,
      fields: [
        ...(world.hosts ? [control('select', 'institutionId', key('host'), { options: world.hosts })] : []),
        ...(world.units.length > 0
          ? [
              control('select', 'unitId', key('unit'), {
                optional: true,
                options: world.units.map(({ id, name }) => ({
                  value: id,
                  label: translator.localized(language, name),
                })),
              }),
            ]
          : []),
        control('select', 'fieldCode', key('field'), {
          options: fieldsOfStudy(4).map((field) => ({
            value: field.code,
            label: `${field.code} ${translator.localized(language, field)}`,
          })),
        }),
      ],
    },
    {
      title: null,
      lead: null,
      beside: true,
      fields: [
        control('select', 'level', key('level'), {
          optional: true,
          options: LEVELS.map((level) => ({ value: String(level), label: { key: `calls.levels.${level}` } })),
        }),
        control('select', 'language', key('language'), {
          options: [
            ...new Set([...LANGUAGES_OF_WORK, ...(typed['language'] ? [typed['language']] : [])]),
          ].map((value) => ({ value, label: translator.languageName(language, value) })),
        }),
        control('select', 'languageLevel', key('language_level'), {
          options: LANGUAGE_LEVELS.map((value) => ({
            value,
            label: value === 'NS' ? { key: 'calls.native_speaker' } : value,
          })),
        }),
      ],
    },
    {
      title: null,
      lead: null,
      beside: true,
      fields: [
        control('text', 'capacity', key('capacity'), { width: 4 }),
        control('text', 'months', key('months'), { width: 4, hint: key('months_hint') }),
      ],
    },
    {
      title: key('services'),
      lead: key('services_hint'),
      beside: true,
      fields: inLanguages('services', 'services'),
    },
    ...lines('facilities').map((line) => ({
      title: line === 0 ? key('facilities') : null,
      lead: line === 0 ? key('facilities_hint') : null,
      beside: true,
      fields: [
        control('select', `facilities.${line}.kind`, key('facility_kind'), {
          options: choices(FACILITY_KINDS, 'calls.places.facility'),
          optional: line >= written('facilities'),
        }),
        ...inLanguages(`facilities.${line}.words`, 'facility_words'),
      ],
    })),
    ...lines('cost').map((line) => ({
      title: line === 0 ? key('cost') : null,
      lead: line === 0 ? key('cost_hint') : null,
      beside: true,
      fields: [
        control('select', `cost.${line}.item`, key('cost_item'), {
          options: choices(COST_ITEMS, 'calls.places.item'),
          optional: line >= written('cost'),
        }),
        control('select', `cost.${line}.payer`, key('cost_payer'), {
          options: choices(PAYERS, 'calls.places.payer'),
        }),
        control('text', `cost.${line}.amount`, key('cost_amount'), {
          width: 10,
          hint: key('cost_amount_hint'),
        }),
        control('select', `cost.${line}.currency`, key('cost_currency'), {
          options: CURRENCIES.map((value) => ({ value, label: value })),
        }),
        control('select', `cost.${line}.per`, key('cost_per'), {
          options: choices(['month', 'once'], 'calls.place_form.per'),
        }),
      ],
    })),
  ];
}
