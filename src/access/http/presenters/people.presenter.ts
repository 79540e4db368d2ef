import type { GrantedRole } from '../../../shared/actor.js';
import { GRANTED_ROLES } from '../../../shared/actor.js';
import type { Page } from '../../../shared/cursor.js';
import type { GrantView } from '../../data/role-directory.js';
import type { Choice, PeopleView } from '../views/people-views.js';
import type { TabLink } from '../views/rights-views.js';
import { presentGrantState, presentScope, presentTerm } from './present-grant.js';
import type { Reading } from './present-grant.js';

/** What the list can be narrowed to by the time of a grant. */
export const LISTED_STATES = ['in_force', 'ending', 'pending', 'upcoming', 'ended'] as const;
export type ListedState = (typeof LISTED_STATES)[number];

/** What of the list is shown, as its address says it. */
export interface PeopleAddress {
  readonly q: string;
  readonly role: GrantedRole | null;
  readonly institution: string | null;
  /** Null: all that has not ended. */
  readonly state: ListedState | null;
  readonly after: string | null;
}

const COLUMNS = ['person', 'role', 'scope', 'term', 'state'];

export function presentPeople(
  reading: Reading,
  page: Page<GrantView>,
  address: PeopleAddress,
  options: {
    readonly tabs: readonly TabLink[];
    readonly institutions: readonly Choice[];
    readonly mayGrant: boolean;
    readonly secondFactorMissing: boolean;
  },
): PeopleView {
  const narrowed = [address.q, address.role, address.institution, address.state].filter(Boolean).length;
  const { translator, language } = reading;
  return {
    tabs: options.tabs,
    mayGrant: options.mayGrant,
    secondFactorMissing: options.secondFactorMissing,
    filters: {
      q: address.q,
      role: address.role ?? '',
      roles: GRANTED_ROLES.map((role) => ({ value: role, label: { key: `roles.${role}` } })),
      institution: address.institution ?? '',
      institutions: options.institutions,
      state: address.state ?? '',
      states: LISTED_STATES.map((state) => ({
        value: state,
        label: { key: `access.people.states.${state}` },
      })),
    },
    list: {
      action: '/admin/people',
      caption: { key: 'access.people.caption' },
      activeFilters: narrowed,
      clearHref: '/admin/people',
      columns: COLUMNS.map((column) => ({ label: { key: `access.people.columns.${column}` } })),
      rows: page.items.map((grant) => ({
        href: `/admin/people/${grant.personId}`,
        title: grant.personName,
        cells: [
          {
            text: grant.actingForName
              ? translator.t(language, 'access.people.role_for', {
                  role: translator.t(language, `roles.${grant.role}`),
                  name: grant.actingForName,
                })
              : { key: `roles.${grant.role}` },
          },
          { parts: presentScope(reading, grant).map((text) => ({ text })) },
          { text: presentTerm(reading, grant.validFrom, grant.validUntil) },
          { tag: presentGrantState(reading, grant) },
        ],
      })),
      empty:
        narrowed > 0
          ? {
              title: { key: 'access.people.empty.filtered_title' },
              why: { key: 'access.people.empty.filtered' },
              action: { href: '/admin/people', text: { key: 'access.people.empty.all' } },
            }
          : {
              title: { key: 'access.people.empty.title' },
              why: { key: 'access.people.empty.why' },
              ...(options.mayGrant
                ? { action: { href: '/admin/people/grant', text: { key: 'access.people.grant' } } }
                : {}),
            },
      pagination: {
        previous: address.after ? hrefOf({ ...address, after: null }) : null,
        next: page.next ? hrefOf({ ...address, after: page.next }) : null,
      },
    },
  };
}

function hrefOf(address: PeopleAddress): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(address)) {
    if (typeof value === 'string' && value !== '') params.set(name, value);
  }
  const query = params.toString();
  return query ? `/admin/people?${query}` : '/admin/people';
}
