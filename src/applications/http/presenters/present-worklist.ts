import { MEETS } from '../../data/eligibility-sql.js';
import { CALL_CATEGORIES, fieldOfStudy, fieldsOfStudy } from '../../../calls/public.js';
import type { CallView } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Page } from '../../../shared/cursor.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { institutionName } from '../../../universities/public.js';
import type { SavedFilterRow } from '../../data/saved-filter.entity.js';
import type { Counted } from '../../data/application-counts.js';
import type { OfficeWork } from '../../data/application-lists.js';
import type { ApplicationState } from '../../domain/application.states.js';
import { BULK_MOST } from '../../domain/bulk-acts.js';
import type { BulkAct } from '../../domain/bulk-acts.js';
import type { WorklistLine } from '../read-lines.js';
import type { DeadlineView } from '../views/applicant-views.js';
import type { Cell, Part, WorklistView } from '../views/office-views.js';
import { officeName } from './present-custody.js';
import { COLUMNS, LEVELS, LISTED_STATES, hrefOf, keptParams, narrowedBy } from '../worklist-address.js';
import type { Changes, Column, WorklistAddress } from '../worklist-address.js';
import { presentState } from './present-state.js';

const NEAR_MS = 3 * 86_400_000;
const NONE: Counted = { count: 0, more: false };

export interface WorklistCounts {
  readonly work: ReadonlyMap<OfficeWork, Counted>;
  readonly states: ReadonlyMap<ApplicationState, Counted>;
}

/** What the page of the worklist is made of. */
export interface WorklistReading {
  readonly page: Page<WorklistLine>;
  readonly address: WorklistAddress;
  /** Of the days that were typed. */
  readonly problems: readonly FieldProblem[];
  readonly counts: WorklistCounts;
  /** The reader's own filters. */
  readonly saved: readonly SavedFilterRow[];
  /** Acts that the reader may ever do with many at once. */
  readonly bulk: readonly BulkAct[];
  /** Whether the reader may ever put candidates in order. */
  readonly ranks: boolean;
  /** Calls to choose from. */
  readonly calls: readonly Pick<CallView, 'id' | 'title'>[];
}

/** The worklist of an office, the longest waiting first. */
export function presentWorklist(translator: Translator, ctx: Ctx, reading: WorklistReading): WorklistView {
  const { page, address, problems, counts, bulk, ranks } = reading;
  const href = (changes: Changes) => hrefOf(address, changes);
  const only = (changes: Changes) => href({ ...NOTHING, ...changes });
  const narrowed = narrowedBy(address);
  const waiting = address.waits !== 'all' && narrowed === 0;
  return {
    problems: problems.map(({ field, problem }) => ({
      message: { key: `problems.${problem}` },
      href: `#field-${field}`,
    })),
    saved: savedOf(reading),
    bulk: {
      acts: bulk.map((act) => ({ value: act, label: { key: `applications.bulk.acts.${act}.name` } })),
      query: keptParams(address).toString(),
      most: BULK_MOST,
    },
    nominationsHref: ranks ? '/nominations' : null,
    exportHref: `/applications/export?${keptParams(address).toString()}`,
    waits: [...counts.work]
      .filter(([work, { count }]) => count > 0 || work === address.waits)
      .map(([work, counted]) => ({
        href: only({ waits: work }),
        text: { key: `applications.office.waits.${work}`, values: { count: counted.count } },
        ...counted,
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
      const counted = counts.states.get(state) ?? NONE;
      if (counted.count === 0 && state !== address.state) return [];
      return [
        {
          href: only({ waits: 'all', state }),
          text: { key: `applications.states.${state}` },
          ...counted,
          current: state === address.state,
        },
      ];
    }),
    filters: filtersOf(translator, ctx, reading),
    list: {
      action: '/applications',
      caption: { key: 'applications.office.caption' },
      ...(bulk.length > 0 ? { select: 'bulk' } : {}),
      activeFilters: narrowed,
      clearHref: only({}),
      density: address.density,
      densityHrefs: {
        comfortable: href({ density: 'comfortable' }),
        compact: href({ density: 'compact' }),
      },
      columns: ['number', ...address.columns].map((column) => ({
        label: { key: `applications.office.columns.${column}` },
      })),
      rows: page.items.map((entry) => ({
        href: `/applications/${entry.application.id}/review`,
        title: entry.application.number ?? '',
        code: true,
        ...(bulk.length > 0 ? { select: entry.application.id } : {}),
        cells: address.columns.map((column) => cellOf(translator, ctx, entry, column)),
      })),
      empty: emptyOf(narrowed > 0, waiting, only),
      pagination: {
        previous: address.after ? href({ after: null }) : null,
        next: page.next ? href({ after: page.next }) : null,
      },
    },
  };
}

function savedOf({ address, saved }: WorklistReading): WorklistView['saved'] {
  const here = keptParams(address).toString();
  const known = saved.some(({ query }) => query === here);
  const usual = narrowedBy(address) === 0 && address.waits === address.usual;
  return {
    filters: saved.map(({ name, query }) => ({
      href: `/applications?${query}`,
      name,
      current: query === here,
    })),
    saveHref:
      known || usual ? null : `/applications/filters?${new URLSearchParams({ save: here }).toString()}`,
  };
}

const NOTHING: Changes = {
  state: null,
  call: null,
  q: null,
  home: null,
  host: null,
  category: null,
  field: null,
  level: null,
  overdue: null,
  duplicates: null,
  meets: null,
  from: null,
  until: null,
  after: null,
};

function filtersOf(
  translator: Translator,
  { language }: Ctx,
  { address, problems, calls }: WorklistReading,
): WorklistView['filters'] {
  const day = (field: 'from' | 'until') => {
    const problem = problems.find((each) => each.field === field);
    return { value: address[field], error: problem ? { key: `problems.${problem.problem}` } : null };
  };
  const alone = problems.some(({ field }) => field === 'meets');
  return {
    waits: address.waits,
    density: address.density,
    state: address.state ?? '',
    states: LISTED_STATES.map((state) => ({ value: state, label: { key: `applications.states.${state}` } })),
    call: address.call ?? '',
    calls: calls.map((call) => ({ value: call.id, label: translator.localized(language, call.title) })),
    q: address.q,
    home: address.home,
    host: address.host,
    category: address.category ?? '',
    categories: CALL_CATEGORIES.map((category) => ({
      value: category,
      label: { key: `calls.categories.${category}` },
    })),
    field: address.field ?? '',
    fields: fieldsOfStudy(address.field?.length === 4 ? 4 : 3).map((field) => ({
      value: field.code,
      label: `${field.code} ${translator.localized(language, field)}`,
    })),
    level: String(address.level ?? ''),
    levels: [...new Set([...LEVELS, ...(address.level ? [address.level] : [])])].map((level) => ({
      value: String(level),
      label: levelName(level),
    })),
    overdue: address.overdue,
    duplicates: address.duplicates,
    meets: address.meets ?? '',
    conditions: MEETS.map((meets) => ({
      value: meets,
      label: { key: `applications.office.meets.${meets}` },
    })),
    meetsError: alone ? { key: 'problems.needs_call' } : null,
    from: day('from'),
    until: day('until'),
    columns: COLUMNS.map((column) => ({
      value: column,
      label: { key: `applications.office.columns.${column}` },
      checked: address.columns.includes(column),
    })),
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

function cellOf(translator: Translator, ctx: Ctx, entry: WorklistLine, column: Column): Cell {
  const { application, call, name, home, host, place } = entry;
  const { language } = ctx;
  switch (column) {
    case 'name':
      return nameCell(name);
    case 'call':
      return { text: translator.localized(language, call.title) };
    case 'category':
      return { text: { key: `calls.categories.${call.category}` } };
    case 'route': {
      const institutions = [home, host].flatMap((institution) => (institution ? [institution] : []));
      return {
        parts: [
          ...(application.freemover ? [{ text: { key: 'applications.freemover.short' } }] : []),
          ...institutions.map((institution) => institutionName(language, institution)),
        ],
        arrow: true,
      };
    }
    case 'field': {
      const field = place && fieldOfStudy(place.fieldCode);
      return { text: field ? translator.localized(language, field) : (place?.fieldCode ?? '') };
    }
    case 'level':
      return { text: place?.level ? levelName(place.level) : '' };
    case 'state':
      return { tag: presentState(application) };
    case 'since':
      return { text: translator.date(language, application.stateSince, call.timeZone) };
    case 'submitted': {
      const { submittedAt } = application;
      return { text: submittedAt ? translator.date(language, submittedAt, call.timeZone) : '' };
    }
    case 'holder':
      return holderCell(translator, ctx, entry);
  }
}

function levelName(level: number): Message {
  return LEVELS.includes(level)
    ? { key: `calls.levels.${level}` }
    : { key: 'calls.levels.other', values: { level } };
}

function nameCell(name: WorklistLine['name']): Cell {
  if (name === 'withheld') return { text: { key: 'applications.withheld.name' } };
  return name ? { text: name.name, lang: name.language } : { text: { key: 'common.unknown' } };
}

function holderCell(translator: Translator, ctx: Ctx, entry: WorklistLine): Cell {
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
