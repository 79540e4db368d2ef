import { Inject, Injectable } from '@nestjs/common';
import { Balances, PERSON, PERSON_DAY } from '../../ledger/public.js';
import { ReadStays } from '../../mobilities/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { CountryCode } from '../../shared/country.js';
import { hasRole } from '../../shared/policy.js';
import { wallTime } from '../../shared/zoned-time.js';
import { balanceLines, imbalance } from '../domain/balance-lines.js';
import type { BalanceLine } from '../domain/balance-lines.js';
import type { FigureCell, FiguresTable } from './views/figures.js';

const NOTHING = { planned: 0, happened: 0 };

/** Who is with whom today, whether the two countries are in balance, and what it has cost: from stays and ledger. */
@Injectable()
export class ReadBalance {
  constructor(
    @Inject(Balances) private readonly balances: Balances,
    @Inject(ReadStays) private readonly stays: ReadStays,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async tables(
    ctx: Ctx,
    countries: readonly CountryCode[] | null,
    zone: string,
  ): Promise<readonly FiguresTable[]> {
    const { day } = wallTime(ctx.clock.now(), zone);
    const [sums, present] = await Promise.all([
      this.balances.of(ctx, { on: day }, ['year']),
      this.present(ctx, countries, day),
    ]);
    const lines = balanceLines(sums, countries);
    return [present, this.balance(ctx, lines), this.cost(ctx, lines)];
  }

  private direction(
    ctx: Ctx,
    { homeCountry, hostCountry }: Pick<BalanceLine, 'homeCountry' | 'hostCountry'>,
  ) {
    const name = (country: CountryCode) => this.translator.countryName(ctx.language, country);
    return { text: `${name(homeCountry)} → ${name(hostCountry)}` };
  }

  private number(ctx: Ctx, value: number): FigureCell {
    return { text: this.translator.number(ctx.language, value) };
  }

  private async present(
    ctx: Ctx,
    countries: readonly CountryCode[] | null,
    day: string,
  ): Promise<FiguresTable> {
    const all = await this.stays.presentOn(ctx, day);
    const rows = all.filter(
      ({ homeCountry, hostCountry }) =>
        !countries || countries.includes(homeCountry) || countries.includes(hostCountry),
    );
    const most = Math.max(1, ...rows.map(({ persons }) => persons));
    return {
      key: 'present',
      title: { key: 'reporting.overview.present' },
      lead: { key: 'reporting.overview.present_lead' },
      columns: [
        { label: { key: 'reporting.columns.direction' } },
        { label: { key: 'reporting.columns.persons' }, numeric: true },
      ],
      rows: rows.map((row) => ({
        cells: [this.direction(ctx, row), this.number(ctx, row.persons)],
        bar: { length: Math.round((100 * row.persons) / most), bad: 0 },
      })),
      empty: { key: 'reporting.overview.present_empty' },
      exportHref: '/overview/export?table=present',
      ...(hasRole(ctx.actor, 'ministry_officer')
        ? { more: { href: '/mobilities', text: { key: 'reporting.overview.to_mobilities' } } }
        : {}),
    };
  }

  private balance(ctx: Ctx, lines: readonly BalanceLine[]): FiguresTable {
    const persons = (line: BalanceLine) => line.units.get(PERSON) ?? NOTHING;
    const most = Math.max(1, ...lines.map((line) => persons(line).happened));
    const more = (value: number): FigureCell => ({
      text: value === 0 ? { key: 'reporting.overview.even' } : this.signed(ctx, value),
    });
    return {
      key: 'balance',
      title: { key: 'reporting.overview.balance' },
      lead: { key: 'reporting.overview.balance_lead' },
      columns: [
        { label: { key: 'reporting.columns.direction' } },
        { label: { key: 'reporting.columns.year' } },
        ...(['persons', 'persons_planned', 'persons_more', 'days', 'days_planned', 'days_more'] as const).map(
          (column) => ({ label: { key: `reporting.columns.${column}` }, numeric: true }),
        ),
      ],
      rows: lines
        .filter(({ units }) => units.has(PERSON) || units.has(PERSON_DAY))
        .map((line) => {
          const days = line.units.get(PERSON_DAY) ?? NOTHING;
          return {
            cells: [
              this.direction(ctx, line),
              { text: line.year },
              this.number(ctx, persons(line).happened),
              this.number(ctx, persons(line).planned),
              more(imbalance(lines, line, PERSON)),
              this.number(ctx, days.happened),
              this.number(ctx, days.planned),
              more(imbalance(lines, line, PERSON_DAY)),
            ],
            bar: { length: Math.round((100 * persons(line).happened) / most), bad: 0 },
          };
        }),
      empty: { key: 'reporting.overview.balance_empty' },
      exportHref: '/overview/export?table=balance',
      more: { href: '/ledger', text: { key: 'reporting.overview.to_ledger' } },
    };
  }

  private cost(ctx: Ctx, lines: readonly BalanceLine[]): FiguresTable {
    const money = (minor: number, currency: string): FigureCell => ({
      text: this.translator.money(ctx.language, { minor, currency }),
    });
    return {
      key: 'cost',
      title: { key: 'reporting.overview.cost' },
      lead: { key: 'reporting.overview.cost_lead' },
      columns: [
        { label: { key: 'reporting.columns.direction' } },
        { label: { key: 'reporting.columns.year' } },
        { label: { key: 'reporting.columns.currency' } },
        { label: { key: 'reporting.columns.happened' }, numeric: true },
        { label: { key: 'reporting.columns.planned' }, numeric: true },
      ],
      // Each currency by itself: nothing is converted silently.
      rows: lines.flatMap((line) =>
        [...line.units]
          .filter(([unit]) => unit !== PERSON && unit !== PERSON_DAY)
          .map(([currency, { happened, planned }]) => ({
            cells: [
              this.direction(ctx, line),
              { text: line.year },
              { text: currency },
              money(happened, currency),
              money(planned, currency),
            ],
          })),
      ),
      empty: { key: 'reporting.overview.cost_empty' },
      exportHref: '/overview/export?table=cost',
      more: { href: '/ledger', text: { key: 'reporting.overview.to_ledger' } },
    };
  }

  private signed(ctx: Ctx, value: number): string {
    const shown = this.translator.number(ctx.language, Math.abs(value));
    return value > 0 ? `+${shown}` : `−${shown}`;
  }
}
