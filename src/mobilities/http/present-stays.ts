import type { DisplayName } from '../../access/public.js';
import { CALL_CATEGORIES } from '../../calls/public.js';
import { STAY_WHENS } from '../data/stay-filter.js';
import type { StayWhen } from '../data/stay-filter.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import type { PresentCount } from '../operations/read-stays.js';
import { dayInWords, stateTag } from './present-stay.js';
import type { StayReader } from './present-stay.js';
import type { StaysView } from './views/mobility-views.js';

export interface StaysModel {
  readonly when: StayWhen;
  readonly filter: {
    readonly homeCountry?: string;
    readonly hostCountry?: string;
    readonly category?: string;
  };
  readonly countries: readonly string[];
  readonly present: readonly PresentCount[];
  readonly stays: readonly MobilityRow[];
  readonly names: ReadonlyMap<string, DisplayName>;
  readonly institutions: ReadonlyMap<string, string>;
  readonly day: string;
  readonly next: string | null;
}

export function presentStays(reader: StayReader, model: StaysModel): StaysView {
  const { translator, language } = reader;
  const { when, filter, institutions, names } = model;
  const address = (changes: Readonly<Record<string, string | null>>): string => {
    const { homeCountry, hostCountry, category } = filter;
    const asked = { when, home: homeCountry, host: hostCountry, category, ...changes };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
    return `/mobilities?${query.toString()}`;
  };
  const country = (code: string) => ({ value: code, label: translator.countryName(language, code) });
  const day = (value: string) => dayInWords(reader, value);
  const late = ({ state, plannedFrom, plannedUntil }: MobilityRow) =>
    (state === 'planned' && plannedFrom < model.day) || (state === 'ongoing' && plannedUntil < model.day);
  return {
    present: model.present.map(({ homeCountry, hostCountry, persons }) => ({
      key: 'mobilities.present',
      values: {
        persons,
        home: translator.countryName(language, homeCountry),
        host: translator.countryName(language, hostCountry),
      },
    })),
    whens: STAY_WHENS.map((each) => ({
      href: address({ when: each }),
      text: { key: `mobilities.when.${each}` },
      current: each === when,
    })),
    fields: [
      {
        kind: 'select',
        name: 'home',
        label: { key: 'mobilities.facts.home' },
        value: filter.homeCountry ?? '',
        options: model.countries.map(country),
      },
      {
        kind: 'select',
        name: 'host',
        label: { key: 'mobilities.facts.host' },
        value: filter.hostCountry ?? '',
        options: model.countries.map(country),
      },
      {
        kind: 'select',
        name: 'category',
        label: { key: 'mobilities.fields.category' },
        value: filter.category ?? '',
        options: CALL_CATEGORIES.map((value) => ({
          value,
          label: { key: `agreements.categories.${value}` },
        })),
      },
    ],
    list: {
      action: '/mobilities',
      caption: { key: `mobilities.when.${when}` },
      activeFilters: Object.keys(filter).length,
      clearHref: `/mobilities?when=${when}`,
      columns: ['who', 'direction', 'planned', 'actual', 'state'].map((key) => ({
        label: { key: `mobilities.columns.${key}` },
      })),
      rows: model.stays.map((stay) => {
        const name = names.get(stay.participantId);
        const home = stay.homeInstitutionId ? institutions.get(stay.homeInstitutionId) : null;
        return {
          href: `/mobilities/${stay.id}`,
          title: name?.name ?? stay.id.slice(0, 8),
          ...(name ? { lang: name.language } : {}),
          cells: [
            {
              parts: [
                { text: home ?? translator.countryName(language, stay.homeCountry) },
                { text: institutions.get(stay.hostInstitutionId) ?? '' },
              ],
              arrow: true,
            },
            { text: `${day(stay.plannedFrom)} – ${day(stay.plannedUntil)}` },
            {
              text: stay.arrivedOn
                ? `${day(stay.arrivedOn)} – ${stay.departedOn ? day(stay.departedOn) : '…'}`
                : '—',
            },
            {
              tag: late(stay) ? { kind: 'brick', text: { key: 'mobilities.overdue' } } : stateTag(stay.state),
            },
          ],
        };
      }),
      empty: {
        title: { key: `mobilities.empty.${when}` },
        why: { key: 'mobilities.empty.why' },
      },
      pagination: { previous: null, next: model.next ? address({ after: model.next }) : null },
    },
    query: when,
    out: model.stays.length > 0 ? address({}).slice('/mobilities?'.length) : null,
  };
}
