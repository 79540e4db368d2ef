import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { ReadCommission } from '../../commission/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { askWithSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Promises, daysBegun } from '../../promises/public.js';
import type { OpenPromises, PromisingOffice, StepRecord } from '../../promises/public.js';
import type { CountryCode } from '../../shared/country.js';
import { hasRole, isOfficerOf } from '../../shared/policy.js';
import { Countries } from '../../universities/public.js';
import { OfficeNames } from '../data/office-names.js';
import type { FiguresTable, OverviewView } from './views/figures.js';
import { ReadBalance } from './read-balance.js';
import { ReadMeetings } from './read-meetings.js';
import type { FoundMeetings } from './read-meetings.js';
import { worklistOf } from './worklist-of.js';

const WAITING_COLUMNS = ['office', 'step', 'open', 'late', 'oldest', 'next'] as const;
/** Each that is counted is looked at through the wall: whoever has more needs the list, not the number. */
const COUNT_LIMIT = 100;
const PROTOCOLS_SHOWN = 10;

/** Whoever watches over all countries reads none of it line by line. */
const NOTHING_FOUND: FoundMeetings = { gates: [], items: [], agendas: [] };

/** What a ministry asks every morning, on one page: of its own country for an officer, of all for whoever watches over it. */
@Injectable()
export class ReadOverview {
  constructor(
    @Inject(Promises) private readonly promises: Promises,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ReadCommission) private readonly commission: ReadCommission,
    @Inject(ReadBalance) private readonly balance: ReadBalance,
    @Inject(ReadMeetings) private readonly meetings: ReadMeetings,
    @Inject(OfficeNames) private readonly names: OfficeNames,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async view(ctx: Ctx): Promise<OverviewView> {
    const all = await this.countries.all(ctx);
    const own = all.filter(({ code }) => isOfficerOf(ctx.actor, code));
    const codes = own.length > 0 ? own.map(({ code }) => code) : null;
    const zone = own[0]?.timeZone ?? 'UTC';
    // All that hangs on nothing goes in one message; then the names of what was found, in another.
    const [[open, records, published], found, settling, balance] = await Promise.all([
      // The same for everybody, each by itself: the rights change once for the three.
      askWithSystemRights(ctx, () =>
        Promise.all([
          this.promises.open(ctx, codes),
          this.promises.records(ctx, codes),
          this.commission.allPublished(ctx, PROTOCOLS_SHOWN),
        ]),
      ),
      codes ? this.meetings.find(ctx) : NOTHING_FOUND,
      this.settling(ctx),
      this.balance.tables(ctx, codes, zone),
    ]);
    const [nameOf, meetings] = await Promise.all([this.names.of(ctx, open), this.meetings.named(ctx, found)]);
    return {
      lead: {
        key: codes ? 'reporting.overview.lead_country' : 'reporting.overview.lead_all',
        values: {
          country: own.map(({ code }) => this.translator.countryName(ctx.language, code)).join(', '),
          at: this.translator.dateTime(ctx.language, ctx.clock.now(), zone),
        },
      },
      tables: [
        this.waiting(ctx, open, nameOf, zone),
        this.meetings.waitingGates(ctx, meetings, open, nameOf, codes ?? [], zone),
        settling,
        ...(codes ? [this.meetings.items(ctx, meetings, zone), this.meetings.sessions(ctx, meetings)] : []),
        this.settled(ctx, published, codes),
        ...balance,
        this.kept(ctx, records),
      ],
      asksCommission: codes !== null,
      links: [
        { href: '/ledger', text: { key: 'reporting.overview.to_ledger' } },
        { href: '/promises', text: { key: 'reporting.overview.to_promises' } },
        ...(hasRole(ctx.actor, 'ministry_officer')
          ? [
              { href: '/applications', text: { key: 'reporting.overview.to_worklist' } },
              { href: '/approvals', text: { key: 'reporting.overview.to_approvals' } },
              { href: '/mobilities', text: { key: 'reporting.overview.to_mobilities' } },
            ]
          : []),
      ],
    };
  }

  /** Who has something before them, what waits longest first. */
  private waiting(
    ctx: Ctx,
    open: readonly OpenPromises[],
    nameOf: (office: PromisingOffice) => string,
    zone: string,
  ): FiguresTable {
    const now = ctx.clock.now();
    const age = ({ oldestAt }: OpenPromises) => daysBegun(oldestAt, now);
    const longest = Math.max(1, ...open.map(age));
    const number = (value: number) => this.translator.number(ctx.language, value);
    return {
      key: 'waiting',
      title: { key: 'reporting.overview.waiting' },
      lead: { key: 'reporting.overview.waiting_lead' },
      columns: WAITING_COLUMNS.map((column) => ({
        label: { key: `reporting.columns.${column}` },
        ...(column === 'open' || column === 'late' ? { numeric: true } : {}),
      })),
      rows: open.map((line) => {
        const href = worklistOf(ctx.actor, line, nameOf(line));
        return {
          cells: [
            { text: nameOf(line) },
            { text: { key: `reporting.steps.${line.step}` } },
            { text: number(line.open) },
            { text: number(line.late), ...(href && line.late > 0 ? { href } : {}) },
            {
              text: {
                key: 'reporting.overview.since',
                values: {
                  count: age(line),
                  date: this.translator.dateInSentence(ctx.language, line.oldestAt, zone),
                },
              },
            },
            { text: this.translator.dateTime(ctx.language, line.nextDueAt, zone) },
          ],
          bar: {
            length: Math.round((100 * age(line)) / longest),
            bad: line.late > 0 ? Math.round((100 * line.late) / line.open) : 0,
          },
        };
      }),
      empty: { key: 'reporting.overview.waiting_empty' },
      exportHref: '/overview/export?table=waiting',
    };
  }

  /** What stands between the two countries. */
  private async settling(ctx: Ctx): Promise<FiguresTable> {
    const officer = hasRole(ctx.actor, 'ministry_officer');
    const [mine, divergent] = officer
      ? await Promise.all([
          this.decisions.countWaiting(ctx, COUNT_LIMIT + 1),
          this.decisions.countDivergent(ctx, COUNT_LIMIT + 1),
        ])
      : [0, 0];
    const line = (key: string, count: number, href: string) => ({
      cells: [
        { text: { key: `reporting.overview.settling_rows.${key}` } },
        {
          text:
            count > COUNT_LIMIT
              ? { key: 'reporting.overview.more_than', values: { count: COUNT_LIMIT } }
              : this.translator.number(ctx.language, count),
          ...(officer ? { href } : {}),
        },
      ],
    });
    return {
      key: 'settling',
      title: { key: 'reporting.overview.settling' },
      columns: [
        { label: { key: 'reporting.columns.matter' } },
        { label: { key: 'reporting.columns.open' }, numeric: true },
      ],
      rows: officer
        ? [line('mine', mine, '/approvals'), line('divergent', divergent, '/approvals?tab=divergent')]
        : [],
      empty: { key: 'reporting.overview.settling_empty' },
      exportHref: '/overview/export?table=settling',
    };
  }

  /** What the joint commission decided lately, as far as its protocols are published. */
  private settled(
    ctx: Ctx,
    published: Awaited<ReturnType<ReadCommission['allPublished']>>,
    countries: readonly CountryCode[] | null,
  ): FiguresTable {
    return {
      key: 'protocols',
      title: { key: 'reporting.overview.protocols' },
      columns: [
        { label: { key: 'reporting.columns.protocol' } },
        { label: { key: 'reporting.columns.session_day' } },
        { label: { key: 'reporting.columns.countries' } },
      ],
      rows: published.flatMap(({ number, publicContent }) =>
        publicContent && (!countries || publicContent.countries.some((code) => countries.includes(code)))
          ? [
              {
                cells: [
                  { text: number, href: `/commission/published/${encodeURIComponent(number)}` },
                  {
                    text: this.translator.date(
                      ctx.language,
                      new Date(`${publicContent.day}T12:00:00Z`),
                      'UTC',
                    ),
                  },
                  {
                    text: publicContent.countries
                      .map((code) => this.translator.countryName(ctx.language, code))
                      .join(' · '),
                  },
                ],
              },
            ]
          : [],
      ),
      empty: { key: 'reporting.overview.protocols_empty' },
      exportHref: '/overview/export?table=protocols',
    };
  }

  /** Promises of ministries in short, the whole of it is a page of its own. */
  private kept(ctx: Ctx, records: readonly StepRecord[]): FiguresTable {
    const number = (value: number) => this.translator.number(ctx.language, value);
    const days = (count: number | null) =>
      count === null ? '—' : { key: 'reporting.days', values: { count } };
    return {
      key: 'kept',
      title: { key: 'reporting.overview.kept' },
      lead: { key: 'reporting.overview.kept_lead' },
      columns: (['step', 'kept', 'broken', 'median', 'longest'] as const).map((column) => ({
        label: { key: `reporting.columns.${column}` },
        ...(column === 'step' ? {} : { numeric: true }),
      })),
      rows: records.map(({ step, kept, broken, medianDays, longestDays }) => ({
        cells: [
          { text: { key: `reporting.steps.${step}` } },
          { text: number(kept) },
          { text: number(broken) },
          { text: days(medianDays) },
          { text: days(longestDays) },
        ],
        bar: { length: 100, bad: Math.round((100 * broken) / Math.max(1, kept + broken)) },
      })),
      empty: { key: 'reporting.promises.empty' },
      exportHref: '/overview/export?table=kept',
    };
  }
}
