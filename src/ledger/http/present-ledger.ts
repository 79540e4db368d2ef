import type { AgreementView } from '../../agreements/public.js';
import type { Message } from '../../platform/http/page.js';
import type { Translator } from '../../platform/i18n/translator.js';
import type { Language } from '../../shared/language.js';
import type { EntryView } from '../data/entries.js';
import type { BalanceRow, PayerRow } from '../domain/balance.js';
import { PERSON, PERSON_DAY, isMoney } from '../domain/entry.js';
import type { LedgerLine } from '../domain/entry.js';
import { GROUPINGS } from './ledger-address.js';
import type { Grouping, LedgerAddress } from './ledger-address.js';
import type { Bar, Chart, EntryLine, Field, LedgerView, Table } from './views/ledger-views.js';

export interface LedgerReader {
  readonly translator: Translator;
  readonly language: Language;
}

export interface LedgerModel {
  readonly address: LedgerAddress;
  readonly rows: readonly BalanceRow[];
  readonly payers: readonly PayerRow[];
  readonly known: { readonly years: readonly string[]; readonly categories: readonly string[] };
  readonly agreements: ReadonlyMap<string, AgreementView>;
}

/** A day (YYYY-MM-DD) in words: it has no zone. */
export function dayInWords({ translator, language }: LedgerReader, day: string): string {
  return translator.date(language, new Date(`${day}T12:00:00Z`), 'UTC');
}

export function presentLedger(reader: LedgerReader, model: LedgerModel): LedgerView {
  const { address, rows } = model;
  const { asOf } = address;
  return {
    problems: address.problems.map(({ field, problem }) => ({
      message: { key: `problems.${problem}` },
      href: `#field-${field}`,
    })),
    fields: fieldsOf(reader, model),
    asOf: asOf.knownOn
      ? {
          key: 'ledger.as_of_known',
          values: { on: dayInWords(reader, asOf.on), known: dayInWords(reader, asOf.knownOn) },
        }
      : { key: 'ledger.as_of', values: { on: dayInWords(reader, asOf.on) } },
    charts: unitsOf(rows).flatMap((unit) => chartsOf(reader, model, unit)),
    tables: [differences(reader, model), money(reader, model), paidBy(reader, model)].filter(
      (table) => table.rows.length > 0,
    ),
    entriesHref: `/ledger/entries?${address.query.toString()}`,
    query: address.query.toString(),
    dated: address.dated.toString(),
    empty: rows.length === 0,
  };
}

function fieldsOf({ translator, language }: LedgerReader, model: LedgerModel): readonly Field[] {
  const { address, known, agreements } = model;
  const errorAt = (name: string) => {
    const found = address.problems.find(({ field }) => field === name);
    return found ? { error: { key: `problems.${found.problem}` } } : {};
  };
  const { filter, typed } = address;
  return [
    { kind: 'date', name: 'on', label: { key: 'ledger.fields.on' }, value: typed.on, ...errorAt('on') },
    {
      kind: 'date',
      name: 'known',
      label: { key: 'ledger.fields.known' },
      hint: { key: 'ledger.fields.known_hint' },
      optional: true,
      value: typed.known,
      ...errorAt('known'),
    },
    {
      kind: 'radios',
      name: 'by',
      label: { key: 'ledger.fields.by' },
      value: address.by,
      options: GROUPINGS.map((value) => ({ value, label: { key: `ledger.by.${value}` } })),
    },
    {
      kind: 'select',
      name: 'agreement',
      label: { key: 'ledger.fields.agreement' },
      optional: true,
      value: filter.agreementId ?? '',
      options: [...agreements.values()].map(({ id, title }) => ({
        value: id,
        label: translator.localized(language, title),
      })),
    },
    {
      kind: 'select',
      name: 'year',
      label: { key: 'ledger.fields.year' },
      optional: true,
      value: filter.academicYear ?? '',
      options: [...known.years]
        .sort()
        .reverse()
        .map((value) => ({ value, label: value })),
    },
    {
      kind: 'select',
      name: 'category',
      label: { key: 'ledger.fields.category' },
      optional: true,
      value: filter.category ?? '',
      options: known.categories.map((value) => ({ value, label: { key: `agreements.categories.${value}` } })),
    },
  ];
}

/** Of which year, agreement or category a row is, in words. */
function groupName(reader: LedgerReader, { agreements }: LedgerModel, by: Grouping, row: BalanceRow): string {
  const { translator, language } = reader;
  if (by === 'year') return row.academicYear ?? '';
  if (by === 'category') return translator.t(language, `agreements.categories.${row.category ?? ''}`);
  const agreement = row.agreementId === null ? undefined : agreements.get(row.agreementId);
  return agreement ? translator.localized(language, agreement.title) : '';
}

interface Sides {
  readonly first: string;
  readonly second: string;
}

/** Each pair of countries once. */
function pairsOf(
  rows: readonly { readonly homeCountry: string; readonly hostCountry: string }[],
): readonly Sides[] {
  const pairs = new Set(
    rows.map(({ homeCountry, hostCountry }) => [homeCountry, hostCountry].sort().join(' ')),
  );
  return [...pairs].map((pair) => {
    const [first = '', second = ''] = pair.split(' ');
    return { first, second };
  });
}

function direction({ translator, language }: LedgerReader, home: string, host: string): string {
  return translator.t(language, 'agreements.quotas.from', {
    home: translator.countryName(language, home),
    host: translator.countryName(language, host),
  });
}

/** What there is anything of: persons, their days, and each currency by itself, for they are never added. */
function unitsOf(rows: readonly BalanceRow[]): readonly string[] {
  const money = rows.filter(({ unit }) => isMoney(unit)).map(({ unit }) => unit);
  return [PERSON, PERSON_DAY, ...[...new Set(money)].sort()];
}

/** One country's people to the left, the other's to the right, all on one scale: a lean is seen before a number is read. */
function chartsOf(reader: LedgerReader, model: LedgerModel, unit: string): readonly Chart[] {
  const { translator, language } = reader;
  const rows = model.rows.filter((row) => row.unit === unit);
  const longest = Math.max(1, ...rows.map(({ amount }) => amount));
  const length = (value: number) => Math.round((Math.max(0, value) / longest) * 1000) / 10;
  const number = (value: number) =>
    isMoney(unit)
      ? translator.money(language, { minor: value, currency: unit })
      : translator.number(language, value);
  return pairsOf(rows).map(({ first, second }) => {
    const groups = [...new Set(rows.map((row) => groupName(reader, model, model.address.by, row)))];
    const bar = (group: string, home: string, host: string): Bar => {
      const amount = (basis: string) =>
        rows.find(
          (row) =>
            row.basis === basis &&
            row.homeCountry === home &&
            row.hostCountry === host &&
            groupName(reader, model, model.address.by, row) === group,
        )?.amount ?? 0;
      const [planned, happened] = [amount('planned'), amount('happened')];
      return {
        label: {
          key: 'ledger.chart.happened_of_planned',
          values: { happened: number(happened), planned: number(planned) },
        },
        personsLength: length(planned),
        committedLength: length(happened),
      };
    };
    return {
      title: isMoney(unit)
        ? { key: 'ledger.chart.money', values: { currency: unit } }
        : { key: `ledger.chart.${unit}` },
      leftTitle: direction(reader, first, second),
      rightTitle: direction(reader, second, first),
      pairs: groups.map((group) => ({
        title: group,
        left: bar(group, first, second),
        right: bar(group, second, first),
      })),
    };
  });
}

const column = (key: string, numeric = false) => ({ label: { key: `ledger.columns.${key}` }, numeric });

/** What was planned against what happened. */
function differences(reader: LedgerReader, model: LedgerModel): Table {
  const { translator, language } = reader;
  const number = (value: number) => translator.number(language, value);
  const lines = new Map<string, { name: string; home: string; host: string; sums: Map<string, number> }>();
  for (const row of model.rows.filter(({ unit }) => !isMoney(unit))) {
    const name = groupName(reader, model, model.address.by, row);
    const key = `${name} ${row.homeCountry} ${row.hostCountry}`;
    const line = lines.get(key) ?? {
      name,
      home: row.homeCountry,
      host: row.hostCountry,
      sums: new Map<string, number>(),
    };
    line.sums.set(`${row.basis} ${row.unit}`, row.amount);
    lines.set(key, line);
  }
  return {
    title: { key: 'ledger.tables.differences' },
    columns: [
      column(model.address.by),
      column('direction'),
      ...[
        'persons_planned',
        'persons_happened',
        'persons_difference',
        'days_planned',
        'days_happened',
        'days_difference',
      ].map((key) => column(key, true)),
    ],
    rows: [...lines.values()].map(({ name, home, host, sums }) => [
      name,
      direction(reader, home, host),
      ...[PERSON, PERSON_DAY].flatMap((unit) => {
        const planned = sums.get(`planned ${unit}`) ?? 0;
        const happened = sums.get(`happened ${unit}`) ?? 0;
        return [number(planned), number(happened), signed(reader, happened - planned)];
      }),
    ]),
  };
}

function signed({ translator, language }: LedgerReader, value: number): string {
  return value > 0 ? `+${translator.number(language, value)}` : translator.number(language, value);
}

/** Each currency by itself: nothing is converted here. */
function money(reader: LedgerReader, model: LedgerModel): Table {
  const { translator, language } = reader;
  const lines = new Map<
    string,
    { readonly name: string; readonly row: BalanceRow; planned: number; happened: number }
  >();
  for (const row of model.rows.filter(({ unit }) => isMoney(unit))) {
    const name = groupName(reader, model, model.address.by, row);
    const key = `${name} ${row.homeCountry} ${row.hostCountry} ${row.unit}`;
    const line = lines.get(key) ?? { name, row, planned: 0, happened: 0 };
    line[row.basis] += row.amount;
    lines.set(key, line);
  }
  const amount = (minor: number, currency: string) => translator.money(language, { minor, currency });
  return {
    title: { key: 'ledger.tables.money' },
    columns: [
      column(model.address.by),
      column('direction'),
      column('currency'),
      column('planned', true),
      column('happened', true),
      column('difference', true),
    ],
    rows: [...lines.values()].map(({ name, row, planned, happened }) => [
      name,
      direction(reader, row.homeCountry, row.hostCountry),
      row.unit,
      amount(planned, row.unit),
      amount(happened, row.unit),
      amount(happened - planned, row.unit),
    ]),
  };
}

function paidBy(reader: LedgerReader, { payers }: LedgerModel): Table {
  const { translator, language } = reader;
  return {
    title: { key: 'ledger.tables.payers' },
    columns: [column('direction'), column('payer'), column('basis'), column('amount', true)],
    rows: payers.map(({ homeCountry, hostCountry, payer, basis, minor, currency }) => [
      direction(reader, homeCountry, hostCountry),
      translator.t(language, `ledger.payers.${payer}`),
      translator.t(language, `ledger.bases.${basis}`),
      translator.money(language, { minor, currency }),
    ]),
  };
}

/** What a line says, of the two halves the one that tells what came or what it cost. */
export function lineInWords(
  { translator, language }: LedgerReader,
  { book, payer, unit, amount }: LedgerLine,
): string {
  const count = isMoney(unit)
    ? translator.money(language, { minor: amount, currency: unit })
    : translator.t(language, `ledger.amounts.${unit}`, { number: translator.number(language, amount) });
  return payer
    ? `${translator.t(language, `ledger.payers.${payer}`)}: ${count}`
    : `${translator.t(language, `ledger.books.${book}`)}: ${count}`;
}

export function correctionOf({ reverses, replaces, reason }: EntryView): Message | null {
  if (reason === null) return null;
  const kind = reverses === null ? 'replaces' : 'reverses';
  return { key: `ledger.corrections.${kind}.${reason}`, values: { entry: reverses ?? replaces ?? '' } };
}

export function presentEntry(
  reader: LedgerReader,
  entry: EntryView,
  agreements: ReadonlyMap<string, AgreementView>,
  inSight: ReadonlySet<string>,
): EntryLine {
  const { translator, language } = reader;
  const agreement = agreements.get(entry.agreementId);
  return {
    id: entry.id,
    act: { key: `ledger.acts.${entry.act}` },
    basis: { key: `ledger.bases.${entry.basis}` },
    occurredOn: dayInWords(reader, entry.occurredOn),
    recordedAt: translator.dateTime(language, entry.recordedAt, 'UTC'),
    where: [
      direction(reader, entry.homeCountry, entry.hostCountry),
      entry.academicYear,
      translator.t(language, `agreements.categories.${entry.category}`),
      agreement?.reference ?? '',
    ]
      .filter(Boolean)
      .join(' · '),
    lines: [
      ...entry.lines
        .filter(({ book }) => book === 'received' || book === 'cost' || book === 'paid')
        .map((line) => lineInWords(reader, line)),
      ...(entry.rate && entry.rateSource && entry.rateOn
        ? [
            translator.t(language, 'ledger.rate', {
              rate: entry.rate,
              source: entry.rateSource,
              day: dayInWords(reader, entry.rateOn),
            }),
          ]
        : []),
    ],
    correction: correctionOf(entry),
    stayHref: entry.stayId !== null && inSight.has(entry.stayId) ? `/mobilities/${entry.stayId}` : null,
  };
}
