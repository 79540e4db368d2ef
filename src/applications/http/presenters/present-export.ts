import { fieldOfStudy } from '../../../calls/public.js';
import type { Sensitivity } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import { TABLE_FORMATS } from '../../../platform/tables/table-file.js';
import type { Language } from '../../../shared/language.js';
import { institutionName } from '../../../universities/public.js';
import { EXPORT_MOST } from '../../operations/export-worklist.js';
import type { KindOfAnswers } from '../../operations/personal-answers.js';
import type { WorklistEntry } from '../read-office.js';
import type { ExportView } from '../views/office-views.js';
import { OPEN_COLUMNS, PERSONAL_COLUMNS } from '../export-columns.js';
import type { ExportColumn } from '../export-columns.js';
import { LEVELS } from '../worklist-address.js';
import type { Column } from '../worklist-address.js';
import { officeName } from './present-custody.js';

/** Which columns of a file say what a column of the page says. */
const OF_PAGE: Readonly<Record<Column, readonly ExportColumn[]>> = {
  name: [],
  call: ['call'],
  category: ['category'],
  route: ['home', 'host'],
  field: ['field'],
  level: ['level'],
  state: ['state'],
  since: ['since'],
  submitted: ['submitted'],
  holder: ['holder', 'due'],
};

export function exportColumnsOf(columns: readonly Column[]): readonly ExportColumn[] {
  return ['number', ...columns.flatMap((column) => OF_PAGE[column])];
}

/** Kinds of answers that are read from what was submitted. */
export function kindsOf(columns: readonly ExportColumn[]): readonly Sensitivity[] {
  return (['contact', 'passport'] as const).filter((kind) => columns.includes(kind));
}

export function exportHeader(
  translator: Translator,
  language: Language,
  columns: readonly ExportColumn[],
): string[] {
  return columns.map((column) => translator.t(language, `applications.export.columns.${column}`));
}

export function exportLine(
  translator: Translator,
  language: Language,
  entry: WorklistEntry,
  answers: ReadonlyMap<Sensitivity, KindOfAnswers> | undefined,
  columns: readonly ExportColumn[],
): string[] {
  return columns.map((column) => cellOf(translator, language, entry, answers, column));
}

function cellOf(
  translator: Translator,
  language: Language,
  entry: WorklistEntry,
  answers: ReadonlyMap<Sensitivity, KindOfAnswers> | undefined,
  column: ExportColumn,
): string {
  const { application, call, place, name, custody } = entry;
  const t = (key: string, values?: Readonly<Record<string, string | number>>) =>
    translator.t(language, key, values);
  const instant = (value: Date | null | undefined) => (value ? isoInZone(value, call.timeZone) : '');
  switch (column) {
    case 'number':
      return application.number ?? '';
    case 'call':
      return translator.localized(language, call.title);
    case 'category':
      return t(`calls.categories.${call.category}`);
    case 'home':
    case 'host': {
      if (column === 'home' && application.freemover) return t('applications.freemover.short');
      const institution = entry[column];
      return institution ? institutionName(language, institution).text : '';
    }
    case 'field': {
      const field = place && fieldOfStudy(place.fieldCode);
      return field ? `${field.code} ${translator.localized(language, field)}` : (place?.fieldCode ?? '');
    }
    case 'level':
      if (!place?.level) return '';
      return LEVELS.includes(place.level)
        ? t(`calls.levels.${place.level}`)
        : t('calls.levels.other', { level: place.level });
    case 'state':
      return t(`applications.states.${application.state}`);
    case 'result':
      return application.result ? t(`applications.export.results.${application.result}`) : '';
    case 'since':
      return instant(application.stateSince);
    case 'submitted':
      return instant(application.submittedAt);
    case 'holder':
      return holders(translator, language, entry);
    case 'due':
      return instant(
        custody.flatMap(({ until }) => until ?? []).sort((a, b) => a.getTime() - b.getTime())[0],
      );
    case 'name':
      return name === 'withheld' ? t('applications.withheld.name') : (name?.name ?? '');
    case 'contact':
    case 'passport': {
      const given = answers?.get(column);
      if (given === 'withheld') return t('applications.export.withheld');
      return (given ?? []).map(({ label, shown }) => `${label}: ${shown}`).join('; ');
    }
  }
}

function holders(translator: Translator, language: Language, entry: WorklistEntry): string {
  const { custody, home, host, homeCountry, hostCountry } = entry;
  const names = {
    homeInstitution: home && institutionName(language, home),
    hostInstitution: host && institutionName(language, host),
    homeMinistry: homeCountry && translator.localized(language, homeCountry.ministry),
    hostMinistry: hostCountry && translator.localized(language, hostCountry.ministry),
  };
  return custody
    .map(({ office }) => officeName(names, office).text)
    .map((text) => (typeof text === 'string' ? text : translator.t(language, text.key, text.values)))
    .join(', ');
}

const ZONES = new Map<string, Intl.DateTimeFormat>();

/** "2027-03-15T23:59:00+01:00": the instant by the clock of the call, for people and programs alike. */
export function isoInZone(instant: Date, timeZone: string): string {
  const format =
    ZONES.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
  ZONES.set(timeZone, format);
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  return `${day}T${part('hour')}:${part('minute')}:${part('second')}${offset}`;
}

/** The page on which an export is ordered. */
export function presentExport(order: {
  readonly count: number;
  readonly query: string;
  readonly columns: readonly string[];
  readonly format: string;
  readonly problems: ExportView['problems'];
}): ExportView {
  const { count, query, columns, format, problems } = order;
  const option = (column: ExportColumn) => ({
    value: column,
    label: { key: `applications.export.columns.${column}` },
  });
  return {
    problems,
    count: Math.min(count, EXPORT_MOST),
    most: EXPORT_MOST,
    tooMany: count > EXPORT_MOST,
    query,
    back: `/applications?${query}`,
    columns: OPEN_COLUMNS.map((column) => ({ ...option(column), checked: columns.includes(column) })),
    personal: PERSONAL_COLUMNS.map((column) => ({ ...option(column), checked: columns.includes(column) })),
    format: {
      kind: 'radios',
      name: 'format',
      label: { key: 'applications.export.format' },
      value: format,
      options: TABLE_FORMATS.map((each) => ({
        value: each,
        label: { key: `applications.export.formats.${each}.name` },
        hint: { key: `applications.export.formats.${each}.hint` },
      })),
    },
  };
}
