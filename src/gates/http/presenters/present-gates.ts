import type { Ctx } from '../../../platform/database/context.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Page } from '../../../shared/cursor.js';
import { GATE_TABS } from '../../data/gates.repository.js';
import type { GateTab } from '../../data/gates.repository.js';
import type { GateState } from '../../domain/gate.states.js';
import type { ListedGate } from '../../operations/read-gates.js';
import type { DeadlineView, GatesView, Tag } from '../views/gate-views.js';

const NEAR_MS = 7 * 86_400_000;

const KINDS: Readonly<Record<GateState, Tag['kind']>> = {
  not_required: 'grey',
  pending: 'brass',
  cleared: 'leaf',
  conditional: 'leaf',
  refused: 'brick',
  expired: 'brick',
};

export function gateTag(state: GateState): Tag {
  return { kind: KINDS[state], text: { key: `gates.states.${state}` } };
}

/** When a country has promised to say its word, in the zone of those who read it. */
export function presentGateDue(
  translator: Translator,
  { language, clock }: Pick<Ctx, 'language' | 'clock'>,
  due: Date,
  zone: string,
): DeadlineView {
  const now = clock.now();
  const { relative, absolute } = translator.deadline(language, due, [zone], now);
  const left = due.getTime() - now.getTime();
  return {
    iso: due.toISOString(),
    left: relative,
    text: { key: 'gates.until', values: { when: absolute } },
    urgency: left <= 0 ? 'passed' : left < NEAR_MS ? 'near' : 'far',
  };
}

/** The worklist of a country's officers. */
export function presentGates(
  translator: Translator,
  ctx: Ctx,
  page: Page<ListedGate>,
  query: { readonly tab: GateTab; readonly after: string | null },
  zones: ReadonlyMap<string, string>,
): GatesView {
  const href = (tab: GateTab, after: string | null) => {
    const params = new URLSearchParams();
    if (tab !== 'waiting') params.set('tab', tab);
    if (after) params.set('after', after);
    const text = params.toString();
    return text ? `/gates?${text}` : '/gates';
  };
  return {
    tabs: GATE_TABS.map((tab) => ({
      href: href(tab, null),
      text: { key: `gates.tabs.${tab}` },
      current: tab === query.tab,
    })),
    list: {
      caption: { key: `gates.tabs.${query.tab}` },
      columns: ['matter', 'kind', 'name', 'parties', 'state', 'when'].map((column) => ({
        label: { key: `gates.columns.${column}` },
      })),
      rows: page.items.map(({ gate, summary }) => {
        const zone = zones.get(gate.country) ?? 'UTC';
        return {
          href: `/gates/${gate.id}`,
          title: summary.reference,
          cells: [
            { text: { key: `gates.kinds.${gate.kind}` } },
            { text: summary.title, lang: summary.titleLang },
            { parts: [{ text: summary.homeParty }, { text: summary.hostParty }], arrow: true },
            { tag: gateTag(gate.state) },
            query.tab === 'waiting'
              ? { deadline: presentGateDue(translator, ctx, gate.dueAt, zone) }
              : { text: translator.dateTime(ctx.language, gate.stateSince, zone) },
          ],
        };
      }),
      empty: {
        title: { key: `gates.empty.${query.tab}.title` },
        why: { key: `gates.empty.${query.tab}.why` },
      },
      pagination: {
        previous: query.after ? href(query.tab, null) : null,
        next: page.next ? href(query.tab, page.next) : null,
      },
    },
  };
}
