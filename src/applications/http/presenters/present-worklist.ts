import type { CallView } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Page } from '../../../shared/cursor.js';
import { institutionName } from '../../../universities/public.js';
import type { OfficeWork } from '../../data/applications.repository.js';
import { APPLICATION_STATES } from '../../domain/application.states.js';
import type { ApplicationState } from '../../domain/application.states.js';
import type { WorklistEntry } from '../read-office.js';
import type { DeadlineView } from '../views/applicant-views.js';
import type { Cell, CountLink, Part, WorklistView } from '../views/office-views.js';
import { officeName } from './present-custody.js';
import { presentState } from './present-state.js';

/** States that an office can meet; a draft is nobody's business but its applicant's. */
export const LISTED_STATES: readonly ApplicationState[] = APPLICATION_STATES.filter(
  (state) => state !== 'draft' && state !== 'never_submitted',
);

const NEAR_MS = 3 * 86_400_000;
const COLUMNS = ['number', 'name', 'call', 'route', 'state', 'holder'];

/** What of the worklist is shown, as the address says it. */
export interface WorklistAddress {
  /** One kind of work, all that waits for one's offices (`me`), or everything. */
  readonly waits: OfficeWork | 'me' | 'all';
  /** What `waits` is where the address does not say it. */
  readonly usual: 'me' | 'all';
  readonly state: ApplicationState | null;
  readonly call: string | null;
  readonly q: string;
  readonly density: 'comfortable' | 'compact';
  readonly after: string | null;
}

export interface WorklistCounts {
  readonly work: ReadonlyMap<OfficeWork, number>;
  readonly states: ReadonlyMap<ApplicationState, number>;
  /** Counting stopped here. */
  readonly limit: number;
}

type Changes = Partial<Record<'waits' | 'state' | 'call' | 'q' | 'density' | 'after', string | null>>;

/** The worklist of an office, the longest waiting first. */
export function presentWorklist(
  translator: Translator,
  ctx: Ctx,
  page: Page<WorklistEntry>,
  address: WorklistAddress,
  counts: WorklistCounts,
  calls: readonly CallView[],
): WorklistView {
  const href = (changes: Changes) => hrefOf(address, changes);
  const only = (changes: Changes) => href({ state: null, call: null, q: null, after: null, ...changes });
  const count = (value: number): Pick<CountLink, 'count' | 'more'> => ({
    count: Math.min(value, counts.limit),
    more: value > counts.limit,
  });
  const narrowed = [address.state, address.call, address.q].filter(Boolean).length;
  const waiting = address.waits !== 'all' && narrowed === 0;
  return {
    waits: [...counts.work]
      .filter(([work, value]) => value > 0 || work === address.waits)
      .map(([work, value]) => ({
        href: only({ waits: work }),
        text: { key: `applications.office.waits.${work}`, values: { count: Math.min(value, counts.limit) } },
        ...count(value),
        current: work === address.waits,
      })),
    tabs:
      counts.work.size > 0
        ? (['me', 'all'] as const).map((waits) => ({
            href: only({ waits }),
            text: { key: `applications.office.tabs.${waits}` },
            current: waits === address.waits,
          }))
        : [],
    states: LISTED_STATES.flatMap((state) => {
      const value = counts.states.get(state) ?? 0;
      if (value === 0 && state !== address.state) return [];
      return [
        {
          href: only({ waits: 'all', state }),
          text: { key: `applications.states.${state}` },
          ...count(value),
          current: state === address.state,
        },
      ];
    }),
    filters: {
      waits: address.waits,
      density: address.density,
      state: address.state ?? '',
      states: LISTED_STATES.map((state) => ({
        value: state,
        label: { key: `applications.states.${state}` },
      })),
      call: address.call ?? '',
      calls: calls.map((call) => ({
        value: call.id,
        label: translator.localized(ctx.language, call.title),
      })),
      q: address.q,
    },
    list: {
      action: '/applications',
      caption: { key: 'applications.office.caption' },
      activeFilters: narrowed,
      clearHref: only({}),
      density: address.density,
      densityHrefs: {
        comfortable: href({ density: 'comfortable' }),
        compact: href({ density: 'compact' }),
      },
      columns: COLUMNS.map((column) => ({ label: { key: `applications.office.columns.${column}` } })),
      rows: page.items.map((entry) => ({
        href: `/applications/${entry.application.id}/review`,
        title: entry.application.number ?? '',
        code: true,
        cells: cellsOf(translator, ctx, entry),
      })),
      empty: emptyOf(narrowed > 0, waiting, only),
      pagination: {
        previous: address.after ? href({ after: null }) : null,
        next: page.next ? href({ after: page.next }) : null,
      },
    },
  };
}

function emptyOf(
  narrowed: boolean,
  waiting: boolean,
  only: (changes: Changes) => string,
): WorklistView['list']['empty'] {
  const words = (kind: string): { readonly title: Message; readonly why: Message } => ({
    title: { key: `applications.office.empty.${kind}.title` },
    why: { key: `applications.office.empty.${kind}.why` },
  });
  if (narrowed) {
    return {
      ...words('filtered'),
      action: { href: only({ waits: 'all' }), text: { key: 'applications.office.tabs.all' } },
    };
  }
  return waiting
    ? {
        ...words('waiting'),
        action: { href: only({ waits: 'all' }), text: { key: 'applications.office.tabs.all' } },
      }
    : words('all');
}

function hrefOf(address: WorklistAddress, changes: Changes): string {
  const parts = { ...address, ...changes };
  const params = new URLSearchParams();
  if (parts.waits && parts.waits !== address.usual) params.set('waits', parts.waits);
  // Filters without a word on what waits search everything, so what waits has to be said beside them.
  if (parts.waits === 'me' && (parts.state ?? parts.call ?? parts.q)) params.set('waits', parts.waits);
  if (parts.state) params.set('state', parts.state);
  if (parts.call) params.set('call', parts.call);
  if (parts.q) params.set('q', parts.q);
  if (parts.density === 'compact') params.set('density', 'compact');
  if (parts.after) params.set('after', parts.after);
  const text = params.toString();
  return text ? `/applications?${text}` : '/applications';
}

function cellsOf(translator: Translator, ctx: Ctx, entry: WorklistEntry): Cell[] {
  const { application, call, name, home, host } = entry;
  const { language } = ctx;
  const institutions = [home, host].flatMap((institution) => (institution ? [institution] : []));
  return [
    nameCell(name),
    { text: translator.localized(language, call.title) },
    { parts: institutions.map((institution) => institutionName(language, institution)), arrow: true },
    { tag: presentState(application) },
    holderCell(translator, ctx, entry),
  ];
}

function nameCell(name: WorklistEntry['name']): Cell {
  if (name === 'withheld') return { text: { key: 'applications.withheld.name' } };
  return name ? { text: name.name, lang: name.language } : { text: { key: 'common.unknown' } };
}

function holderCell(translator: Translator, ctx: Ctx, entry: WorklistEntry): Cell {
  const { custody, call, home, host, homeCountry, hostCountry } = entry;
  const { language } = ctx;
  const names = {
    homeInstitution: home && institutionName(language, home),
    hostInstitution: host && institutionName(language, host),
    homeMinistry: homeCountry && translator.localized(language, homeCountry.ministry),
    hostMinistry: hostCountry && translator.localized(language, hostCountry.ministry),
  };
  const parts: Part[] = custody.map(({ office }) => officeName(names, office));
  if (parts.length === 0) return { text: { key: 'applications.office.nobody' } };
  const until = custody.flatMap((each) => each.until ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  return until ? { parts, deadline: dueOf(translator, ctx, until, call.timeZone) } : { parts };
}

/** The promise in few words: a list is for comparing, the page of the file has the hour and the zones. */
function dueOf(translator: Translator, { language, clock }: Ctx, due: Date, zone: string): DeadlineView {
  const now = clock.now();
  const left = due.getTime() - now.getTime();
  return {
    iso: due.toISOString(),
    left: translator.deadline(language, due, [zone], now).relative,
    text: {
      key: 'applications.office.until',
      values: { date: translator.dateInSentence(language, due, zone) },
    },
    urgency: left <= 0 ? 'passed' : left < NEAR_MS ? 'near' : 'far',
  };
}
