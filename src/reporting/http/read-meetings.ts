import { Inject, Injectable } from '@nestjs/common';
import { DecisionSubjects } from '../../approvals/public.js';
import type { SubjectName } from '../../approvals/public.js';
import { ReadCommission } from '../../commission/public.js';
import type { AgendaLine, ItemRow } from '../../commission/public.js';
import { ReadGates } from '../../gates/public.js';
import type { WaitingGate } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { daysBegun } from '../../promises/public.js';
import type { OpenPromises, PromisingOffice } from '../../promises/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { FigureCell, FiguresTable } from './views/figures.js';

const ROWS = 50;
const SESSIONS = 10;

/** What an officer reads line by line, as it was found: not yet with what it is called. */
export interface FoundMeetings {
  readonly gates: readonly WaitingGate[];
  readonly items: readonly ItemRow[];
  readonly agendas: readonly AgendaLine[];
}

/** The same with the names of what the gates and the commission have before them, and of who stood aside. */
export interface NamedMeetings extends FoundMeetings {
  readonly subjects: ReadonlyMap<string, SubjectName>;
  readonly people: ReadonlyMap<string, { readonly name: string }>;
}

/** Gates that wait, and what is before the joint commission and what it decided: line by line, as far as an officer reads it. */
@Injectable()
export class ReadMeetings {
  constructor(
    @Inject(ReadCommission) private readonly commission: ReadCommission,
    @Inject(ReadGates) private readonly gates: ReadGates,
    @Inject(DecisionSubjects) private readonly subjects: DecisionSubjects,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async find(ctx: Ctx): Promise<FoundMeetings> {
    const [gates, items, agendas] = await Promise.all([
      this.gates.waiting(ctx, ROWS),
      this.commission.waitingItems(ctx, ROWS),
      this.commission.lastAgendas(ctx, SESSIONS),
    ]);
    return { gates, items, agendas };
  }

  async named(ctx: Ctx, found: FoundMeetings): Promise<NamedMeetings> {
    const aside = found.agendas.flatMap((line) => (line.aside ?? []).map(({ personId }) => personId));
    const [subjects, people] = await Promise.all([
      this.subjects.names(
        ctx,
        [...found.gates, ...found.items, ...found.agendas].flatMap(({ subjectKind: kind, subjectId: id }) =>
          kind && id ? [{ kind, id }] : [],
        ),
      ),
      this.commission.namesOfMembers(ctx, aside),
    ]);
    return { ...found, subjects, people };
  }

  /** Gates of the reader's own country one by one; of other offices how many, since when and until when. */
  waitingGates(
    ctx: Ctx,
    { gates, subjects }: Pick<NamedMeetings, 'gates' | 'subjects'>,
    open: readonly OpenPromises[],
    nameOf: (office: PromisingOffice) => string,
    own: readonly CountryCode[],
    zone: string,
  ): FiguresTable {
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
        ...gates.flatMap((gate) => {
          const name = subjects.get(gate.subjectId);
          return name
            ? [
                {
                  cells: [
                    { text: { key: `gates.kinds.${gate.kind}` }, href: `/gates/${gate.id}` },
                    { text: name.reference },
                    { text: office(gate.country) },
                    this.since(ctx, gate.stateSince, zone),
                    when(gate.dueAt),
                  ],
                },
              ]
            : [];
        }),
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
  items(ctx: Ctx, { items, subjects }: NamedMeetings, zone: string): FiguresTable {
    return {
      key: 'items',
      title: { key: 'reporting.overview.items' },
      columns: (['matter', 'why', 'state', 'waits_since'] as const).map((column) => ({
        label: { key: `reporting.columns.${column}` },
      })),
      rows: items.map(({ id, origin, state, tabledAt, words, subjectId }) => ({
        cells: [
          this.nameOf(ctx, id, words, subjects.get(subjectId ?? '')),
          { text: { key: `commission.origins.${origin}` } },
          { text: { key: `record_states.commission_item.${state}` } },
          this.since(ctx, tabledAt, zone),
        ],
      })),
      empty: { key: 'reporting.overview.items_empty' },
      exportHref: '/overview/export?table=items',
      more: { href: '/commission', text: { key: 'reporting.overview.to_commission' } },
    };
  }

  /** The last sessions: what each decided, and who stood aside. One line for each item of an agenda, in its order. */
  sessions(ctx: Ctx, { agendas, subjects, people }: NamedMeetings): FiguresTable {
    const none: FigureCell = { text: '—' };
    return {
      key: 'sessions',
      title: { key: 'reporting.overview.sessions' },
      lead: { key: 'reporting.overview.sessions_lead' },
      columns: (['session', 'session_day', 'state', 'matter', 'decided', 'recused'] as const).map(
        (column) => ({
          label: { key: `reporting.columns.${column}` },
        }),
      ),
      rows: agendas.map((line) => {
        const aside = (line.aside ?? []).map(({ personId, country }) => {
          const name = people.get(personId)?.name ?? '';
          return country ? `${name} (${this.translator.countryName(ctx.language, country)})` : name;
        });
        return {
          cells: [
            { text: line.number, href: `/commission/sessions/${line.sessionId}` },
            { text: this.translator.date(ctx.language, line.heldAt, line.timeZone) },
            { text: { key: `record_states.commission_session.${line.state}` } },
            this.matterOf(ctx, line, subjects),
            line.outcome ? { text: { key: `commission.outcomes.${line.outcome}` } } : none,
            aside.length > 0 ? { text: aside.join(', '), lang: 'und' } : none,
          ],
        };
      }),
      empty: { key: 'reporting.overview.sessions_empty' },
      exportHref: '/overview/export?table=sessions',
      more: { href: '/commission', text: { key: 'reporting.overview.to_commission' } },
    };
  }

  private matterOf(
    ctx: Ctx,
    { itemId, visible, words, subjectId }: AgendaLine,
    subjects: ReadonlyMap<string, SubjectName>,
  ): FigureCell {
    if (itemId === null) return { text: '—' };
    return visible
      ? this.nameOf(ctx, itemId, words ?? {}, subjects.get(subjectId ?? ''))
      : { text: { key: 'commission.item.withheld' } };
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

  private nameOf(
    ctx: Ctx,
    itemId: string,
    words: ItemRow['words'],
    name: SubjectName | undefined,
  ): FigureCell {
    const href = `/commission/items/${itemId}`;
    if (name) return { text: `${name.reference} · ${name.title}`, lang: name.titleLang, href };
    const own = words[ctx.language];
    if (own) return { text: own.title, href };
    const [first] = Object.entries(words);
    return first
      ? { text: first[1].title, lang: first[0], href }
      : { text: { key: 'commission.item.no_sight' }, href };
  }
}
