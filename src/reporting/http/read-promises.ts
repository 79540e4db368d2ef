import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { FEWEST_IN_PUBLIC, Promises, isTellable, recordOf } from '../../promises/public.js';
import type {
  OpenPromises,
  PromiseRecord,
  PromiseStep,
  PromisingOffice,
  SettledPromises,
} from '../../promises/public.js';
import { OfficeNames } from '../data/office-names.js';
import { groupedBy } from '../domain/grouped-by.js';
import { reportsPolicy } from '../domain/reports.policy.js';
import type { FigureCell, FiguresTable, PromisesView } from './views/figures.js';
import { worklistOf } from './worklist-of.js';

const KINDS = ['ministry', 'institution', 'commission'] as const;
const COLUMNS = ['office', 'step', 'kept', 'broken', 'late', 'median', 'longest'] as const;

/** What one office made of its promises for one step. */
interface Line extends PromisingOffice {
  readonly step: PromiseStep;
  readonly record: PromiseRecord;
  readonly open: number;
  readonly late: number;
}

/** The page of promises: for everybody what names nobody, for offices all of it. */
@Injectable()
export class ReadPromises {
  constructor(
    @Inject(Promises) private readonly promises: Promises,
    @Inject(OfficeNames) private readonly names: OfficeNames,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async view(ctx: Ctx, wishedYear: string | undefined): Promise<PromisesView> {
    const all = await this.promises.settled(ctx);
    const years = [...new Set(all.map(({ year }) => year))].sort((one, other) => other - one);
    const year = years.find((each) => String(each) === wishedYear) ?? null;
    const settled = year === null ? all : all.filter((each) => each.year === year);
    // A year that is over has nothing that is late now.
    const open = year === null || year === years[0] ? await this.promises.open(ctx) : [];
    const full = reportsPolicy.decide(ctx.actor, 'report.read', { state: 'kept' }).allowed;
    const lines = linesOf(settled, open).filter((line) => full || isTellable(line.record));
    const nameOf = await this.names.of(ctx, lines);
    return {
      tables: KINDS.flatMap((kind) => {
        const own = lines.filter(({ office }) => office === kind);
        return own.length > 0 || kind !== 'commission'
          ? [this.table(ctx, kind, own, nameOf, full, year)]
          : [];
      }),
      years: [
        { href: '/promises', text: { key: 'reporting.promises.all_years' }, current: year === null },
        ...years.map((each) => ({
          href: `/promises?year=${each}`,
          text: String(each),
          current: each === year,
        })),
      ],
      left: full ? null : { key: 'reporting.promises.left', values: { count: FEWEST_IN_PUBLIC } },
    };
  }

  private table(
    ctx: Ctx,
    kind: (typeof KINDS)[number],
    lines: readonly Line[],
    nameOf: (office: PromisingOffice) => string,
    full: boolean,
    year: number | null,
  ): FiguresTable {
    const number = (value: number) => this.translator.number(ctx.language, value);
    const days = (value: number | null): FigureCell =>
      value === null ? { text: '—' } : { text: { key: 'reporting.days', values: { count: value } } };
    const late = (line: Line): FigureCell => {
      // Of a few that are open, the late ones could be recognised.
      if (!full && line.open < FEWEST_IN_PUBLIC) return { text: '—' };
      const href = full && line.late > 0 ? worklistOf(ctx.actor, line, nameOf(line)) : undefined;
      return { text: number(line.late), ...(href ? { href } : {}) };
    };
    return {
      key: kind,
      title: { key: `reporting.promises.kinds.${kind}` },
      columns: COLUMNS.map((column) => ({
        label: { key: `reporting.columns.${column}` },
        ...(column === 'office' || column === 'step' ? {} : { numeric: true }),
      })),
      rows: lines.map((line) => {
        const { kept, broken, medianDays, longestDays, promisedDays } = line.record;
        const all = kept + broken;
        return {
          cells: [
            { text: nameOf(line) },
            { text: { key: `reporting.steps.${line.step}` } },
            { text: number(kept) },
            { text: number(broken) },
            late(line),
            medianDays === null || promisedDays === null
              ? { text: '—' }
              : {
                  text: {
                    key: 'reporting.promises.days_of',
                    values: { count: promisedDays, taken: number(medianDays) },
                  },
                },
            days(longestDays),
          ],
          ...(all > 0 ? { bar: { length: 100, bad: Math.round((100 * broken) / all) } } : {}),
        };
      }),
      empty: { key: 'reporting.promises.empty' },
      exportHref: `/promises/export?table=${kind}${year === null ? '' : `&year=${year}`}`,
    };
  }
}

/** One line for each office and step that has settled something or has something before it. */
function linesOf(settled: readonly SettledPromises[], open: readonly OpenPromises[]): Line[] {
  const keyOf = ({ office, country, institutionId, step }: PromisingOffice & { readonly step: string }) =>
    [office, country, institutionId ?? '', step].join(' ');
  const lines = new Map<string, Line>();
  for (const [key, group] of groupedBy(settled, keyOf)) {
    const [first] = group;
    if (!first) continue;
    const { office, country, institutionId, step } = first;
    lines.set(key, { office, country, institutionId, step, record: recordOf(group), open: 0, late: 0 });
  }
  for (const { office, country, institutionId, step, open: running, late } of open) {
    const key = keyOf({ office, country, institutionId, step });
    const known = lines.get(key) ?? { office, country, institutionId, step, record: recordOf([]) };
    lines.set(key, { ...known, open: running, late });
  }
  return [...lines].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line);
}
