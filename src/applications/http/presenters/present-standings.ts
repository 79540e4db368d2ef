import type { Ctx } from '../../../platform/database/context.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Page } from '../../../shared/cursor.js';
import type { ApplicationStanding } from '../../operations/read-states.js';
import type { Cell } from '../views/office-views.js';
import type { StandingView, StandingsAddress, StandingsView } from '../views/standing-views.js';
import { officeName, presentCustody } from './present-custody.js';
import type { OfficeNames } from './present-custody.js';
import { presentState } from './present-state.js';
import { LISTED_STATES } from '../worklist-address.js';
import { atInstant } from './reader.js';
import type { Reader } from './reader.js';

/** The list of support, the longest in its state first. */
export function presentStandings(
  translator: Translator,
  { language }: Ctx,
  page: Page<ApplicationStanding>,
  address: StandingsAddress,
  names: (standing: ApplicationStanding) => OfficeNames,
): StandingsView {
  const href = (after: string | null) => {
    const params = new URLSearchParams();
    if (address.state) params.set('state', address.state);
    if (address.q) params.set('q', address.q);
    if (after) params.set('after', after);
    const text = params.toString();
    return text ? `/applications?${text}` : '/applications';
  };
  const cells = (standing: ApplicationStanding): Cell[] => [
    { text: translator.localized(language, standing.call.title) },
    { tag: presentState(standing) },
    { text: translator.dateTime(language, standing.since, standing.call.timeZone) },
    standing.custody.length > 0
      ? { parts: standing.custody.map(({ office }) => officeName(names(standing), office)) }
      : { text: { key: 'applications.office.nobody' } },
  ];
  return {
    filters: {
      q: address.q,
      state: address.state ?? '',
      states: LISTED_STATES.map((state) => ({
        value: state,
        label: { key: `applications.states.${state}` },
      })),
    },
    list: {
      action: '/applications',
      caption: { key: 'applications.office.custody.caption' },
      activeFilters: [address.state, address.q].filter(Boolean).length,
      clearHref: '/applications',
      columns: [
        { label: { key: 'applications.office.columns.number' } },
        { label: { key: 'applications.office.columns.call' } },
        { label: { key: 'applications.office.columns.state' } },
        { label: { key: 'applications.office.custody.since' } },
        { label: { key: 'applications.office.columns.holder' } },
      ],
      rows: page.items.map((standing) => ({
        href: `/applications/${standing.id}/state`,
        title: standing.number,
        code: true,
        cells: cells(standing),
      })),
      empty: {
        title: { key: 'applications.office.custody.empty' },
        why: { key: 'applications.office.custody.empty_why' },
      },
      pagination: {
        previous: address.after ? href(null) : null,
        next: page.next ? href(page.next) : null,
      },
    },
  };
}

export function presentStanding(
  reader: Reader,
  standing: ApplicationStanding,
  names: OfficeNames,
): StandingView {
  return {
    number: standing.number,
    call: {
      title: reader.translator.localized(reader.language, standing.call.title),
      href: `/calls/${standing.call.slug}`,
    },
    state: presentState(standing),
    since: atInstant(reader, standing.since),
    custody: presentCustody(reader, names, standing.custody, false),
    why: { key: 'applications.office.custody.why' },
  };
}
