import { fieldOfStudy } from '../../../calls/public.js';
import type { Sensitivity } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import { ZoneOffsets } from '../../../platform/i18n/zone-offsets.js';
import { TABLE_FORMATS } from '../../../platform/tables/table-file.js';
import type { Language } from '../../../shared/language.js';
import { institutionName } from '../../../universities/public.js';
import { KEPT_HOURS } from '../../operations/export-jobs.js';
import { EXPORT_MOST } from '../../operations/export-worklist.js';
import type { KindOfAnswers } from '../../operations/personal-answers.js';
import type { WorklistLine } from '../read-lines.js';
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

/**
 * Makes the lines of one file. Calls, institutions and words are few and lines are many: what was said once of the same is
 * said again.
 */
export class ExportLines {
  private readonly said = new Map<string, Map<unknown, string>>();
  private readonly zones = new Map<string, ZoneOffsets>();

  constructor(
    private readonly translator: Translator,
    private readonly language: Language,
    private readonly columns: readonly ExportColumn[],
  ) {}

  line(entry: WorklistLine, answers: ReadonlyMap<Sensitivity, KindOfAnswers> | undefined): string[] {
    return this.columns.map((column) => this.cell(entry, answers, column));
  }

  private cell(
    entry: WorklistLine,
    answers: ReadonlyMap<Sensitivity, KindOfAnswers> | undefined,
    column: ExportColumn,
  ): string {
    const { translator, language } = this;
    const { application, call, place, name, custody } = entry;
    switch (column) {
      case 'number':
        return application.number ?? '';
      case 'call':
        return this.once('call', call, () => translator.localized(language, call.title));
      case 'category':
        return this.word('calls.categories', call.category);
      case 'home':
      case 'host': {
        if (column === 'home' && application.freemover) return this.word('applications.freemover', 'short');
        const institution = entry[column];
        return institution
          ? this.once('institution', institution, () => institutionName(language, institution).text)
          : '';
      }
      case 'field': {
        if (!place) return '';
        const { fieldCode } = place;
        return this.once('field', fieldCode, () => {
          const field = fieldOfStudy(fieldCode);
          return field ? `${field.code} ${translator.localized(language, field)}` : fieldCode;
        });
      }
      case 'level': {
        if (!place?.level) return '';
        const { level } = place;
        return this.once('level', level, () =>
          LEVELS.includes(level)
            ? translator.t(language, `calls.levels.${level}`)
            : translator.t(language, 'calls.levels.other', { level }),
        );
      }
      case 'state':
        return this.word('applications.states', application.state);
      case 'result':
        return application.result ? this.word('applications.export.results', application.result) : '';
      case 'since':
        return this.instant(application.stateSince, call.timeZone);
      case 'submitted':
        return this.instant(application.submittedAt, call.timeZone);
      case 'holder':
        return this.holders(entry);
      case 'due':
        return this.instant(
          custody.flatMap(({ until }) => until ?? []).sort((a, b) => a.getTime() - b.getTime())[0],
          call.timeZone,
        );
      case 'name':
        return name === 'withheld' ? this.word('applications.withheld', 'name') : (name?.name ?? '');
      case 'contact':
      case 'passport': {
        const given = answers?.get(column);
        if (given === 'withheld') return this.word('applications.export', 'withheld');
        return (given ?? []).map(({ label, shown }) => `${label}: ${shown}`).join('; ');
      }
    }
  }

  private holders({ custody, home, host, homeCountry, hostCountry }: WorklistLine): string {
    const { translator, language } = this;
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

  private word(group: string, code: string): string {
    return this.once(group, code, () => this.translator.t(this.language, `${group}.${code}`));
  }

  private once(kind: string, of: unknown, say: () => string): string {
    let known = this.said.get(kind);
    if (!known) this.said.set(kind, (known = new Map<unknown, string>()));
    let text = known.get(of);
    if (text === undefined) known.set(of, (text = say()));
    return text;
  }

  /** "2027-03-15T23:59:00+01:00": the instant by the clock of the call, for people and programs alike. */
  private instant(value: Date | null | undefined, timeZone: string): string {
    if (!value) return '';
    let offsets = this.zones.get(timeZone);
    if (!offsets) this.zones.set(timeZone, (offsets = new ZoneOffsets(timeZone)));
    return offsets.iso(value);
  }
}

/** The page on which an export is ordered. */
export function presentExport(order: {
  readonly count: number;
  /** Whether the file is written beside the page. */
  readonly large: boolean;
  readonly jobs: ExportView['jobs'];
  readonly query: string;
  readonly columns: readonly string[];
  readonly format: string;
  readonly problems: ExportView['problems'];
}): ExportView {
  const { count, large, jobs, query, columns, format, problems } = order;
  const option = (column: ExportColumn) => ({
    value: column,
    label: { key: `applications.export.columns.${column}` },
  });
  return {
    problems,
    count: Math.min(count, EXPORT_MOST),
    most: EXPORT_MOST,
    tooMany: count > EXPORT_MOST,
    beside: large ? { key: 'applications.export.job.beside', values: { hours: KEPT_HOURS } } : null,
    jobs,
    query,
    back: `/applications?${query}`,
    columnsError: problems.find(({ href }) => href === '#field-columns')?.message ?? null,
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
