import { Inject, Injectable } from '@nestjs/common';
import { ReadCommission } from '../../commission/public.js';
import type { ListedSession, NamedItem } from '../../commission/public.js';
import { ReadGates } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { daysBegun } from '../../promises/public.js';
import type { OpenPromises, PromisingOffice } from '../../promises/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { FigureCell, FiguresTable } from './views/figures.js';

const ROWS = 50;
const SESSIONS = 10;

/** Gates that wait, and what is before the joint commission and what it decided: line by line, as far as an officer reads it. */
@Injectable()
export class ReadMeetings {
  constructor(
    @Inject(ReadCommission) private readonly commission: ReadCommission,
    @Inject(ReadGates) private readonly gates: ReadGates,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** Gates of the reader's own country one by one; of other offices how many, since when and until when. */
  async waitingGates(
    ctx: Ctx,
    open: readonly OpenPromises[],
    nameOf: (office: PromisingOffice) => string,
    own: readonly CountryCode[],
    zone: string,
  ): Promise<FiguresTable> {
    const { items } =
      own.length > 0 ? await this.gates.list(ctx, { tab: 'waiting', limit: ROWS }) : { items: [] };
    const when = (at: Date) => ({ text: this.translator.dateTime(ctx.language, at, zone) });
    const office = (country: CountryCode) => nameOf({ office: 'ministry', country, institutionId: null });
    const sums = open.filter(({ step, country }) => step === 'gate' && !own.includes(country));
    return {
      key: 'gates',
      title: { key: 'reporting.overview.gates' },
      lead: { key: 'reporting.overview.gates_lead' },
      columns: (['gate', 'matter', 'office', 'waits_since', 'until'] as const).map((column) => ({
        label: { key: `reporting.columns.${column}` },
      })),
      rows: [
        ...items.map(({ gate, summary }) => ({
          cells: [
            { text: { key: `gates.kinds.${gate.kind}` }, href: `/gates/${gate.id}` },
            { text: summary.reference },
            { text: office(gate.country) },
            this.since(ctx, gate.stateSince, zone),
            when(gate.dueAt),
          ],
        })),
        ...sums.map((line) => ({
          cells: [
            { text: { key: 'reporting.overview.gates_of', values: { count: line.open } } },
            { text: '—' },
            { text: nameOf(line) },
            this.since(ctx, line.oldestAt, zone),
            when(line.nextDueAt),
          ],
        })),
      ],
      empty: { key: 'reporting.overview.gates_empty' },
      exportHref: '/overview/export?table=gates',
      ...(own.length > 0 ? { more: { href: '/gates', text: { key: 'reporting.overview.to_gates' } } } : {}),
    };
  }

  /** What waits for a session, the oldest first. */
  async items(ctx: Ctx, zone: string): Promise<FiguresTable> {
    const waiting = await this.commission.waiting(ctx, ROWS);
    return {
      key: 'items',
      title: { key: 'reporting.overview.items' },
      columns: (['matter', 'why', 'state', 'waits_since'] as const).map((column) => ({
        label: { key: `reporting.columns.${column}` },
      })),
      rows: waiting.map((named) => ({
        cells: [
          this.nameOf(ctx, named),
          { text: { key: `commission.origins.${named.item.origin}` } },
          { text: { key: `record_states.commission_item.${named.item.state}` } },
          this.since(ctx, named.item.tabledAt, zone),
        ],
      })),
      empty: { key: 'reporting.overview.items_empty' },
      exportHref: '/overview/export?table=items',
      more: { href: '/commission', text: { key: 'reporting.overview.to_commission' } },
    };
  }

  /** The last sessions: what each decided, and who stood aside. */
  async sessions(ctx: Ctx): Promise<FiguresTable> {
    const listed = await this.commission.list(ctx, { from: null, until: null, text: '' }, SESSIONS);
    return {
      key: 'sessions',
      title: { key: 'reporting.overview.sessions' },
      lead: { key: 'reporting.overview.sessions_lead' },
      columns: (['session', 'session_day', 'state', 'matter', 'decided', 'recused'] as const).map(
        (column) => ({
          label: { key: `reporting.columns.${column}` },
        }),
      ),
      rows: listed.flatMap((each) => this.linesOf(ctx, each)),
      empty: { key: 'reporting.overview.sessions_empty' },
      exportHref: '/overview/export?table=sessions',
      more: { href: '/commission', text: { key: 'reporting.overview.to_commission' } },
    };
  }

  /** One for each item of its agenda, in its order. */
  private linesOf(ctx: Ctx, { session, record, items, names }: ListedSession) {
    const head: readonly FigureCell[] = [
      { text: session.number, href: `/commission/sessions/${session.id}` },
      {
        text: this.translator.date(ctx.language, session.openedAt ?? session.startsAt, session.timeZone),
      },
      { text: { key: `record_states.commission_session.${session.state}` } },
    ];
    const none: FigureCell = { text: '—' };
    if (record.agenda.length === 0) return [{ cells: [...head, none, none, none] }];
    return record.agenda.map(({ itemId }) => {
      const named = items.find(({ item }) => item.id === itemId);
      const decided = record.decided.find((each) => each.itemId === itemId);
      const aside = record.recusals
        .filter((each) => each.itemId === itemId)
        .map(({ personId }) => {
          const country = record.seats.find((seat) => seat.personId === personId)?.country;
          const name = names.get(personId)?.name ?? '';
          return country ? `${name} (${this.translator.countryName(ctx.language, country)})` : name;
        });
      return {
        cells: [
          ...head,
          named ? this.nameOf(ctx, named) : { text: { key: 'commission.item.withheld' } },
          decided ? { text: { key: `commission.outcomes.${decided.outcome}` } } : none,
          aside.length > 0 ? { text: aside.join(', '), lang: 'und' } : none,
        ],
      };
    });
  }

  private since(ctx: Ctx, at: Date, zone: string): FigureCell {
    return {
      text: {
        key: 'reporting.overview.since',
        values: {
          count: daysBegun(at, ctx.clock.now()),
          date: this.translator.dateInSentence(ctx.language, at, zone),
        },
      },
    };
  }

  private nameOf(ctx: Ctx, { item, summary }: NamedItem): FigureCell {
    const href = `/commission/items/${item.id}`;
    if (summary) return { text: `${summary.reference} · ${summary.title}`, lang: summary.titleLang, href };
    const own = item.words[ctx.language];
    if (own) return { text: own.title, href };
    const [first] = Object.entries(item.words);
    return first
      ? { text: first[1].title, lang: first[0], href }
      : { text: { key: 'commission.item.no_sight' }, href };
  }
}
