import { Policy, isOfficerOf, sitsFor } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import type { CallView } from './call.js';
import { CALL_STATES, callStates } from './call.states.js';
import type { CallAct, CallState } from './call.states.js';

/** What the policy must know of a call. */
export interface CallFacts {
  readonly state: CallState;
  /** Every country that sends or receives by it. */
  readonly countries: readonly CountryCode[];
}

const ofCountries = (alias: string, countries: string) =>
  `exists (select from call_directions d where d.call_id = ${alias}.id
     and (d.home_country = any (${countries}) or d.host_country = any (${countries})))`;

/**
 * Who reads a call that is not public, and who leads it through its states. What is published everybody reads: that
 * needs no row.
 */
export const callsPolicy = new Policy<CallFacts, 'programme' | 'own_country' | 'own_commission', CallState>(
  'call',
  {
    programme: { holds: () => true, sql: () => 'true' },
    own_country: {
      holds: (actor, call) => call.countries.some((country) => isOfficerOf(actor, country)),
      sql: (alias) => ofCountries(alias, '(select actor_officer_of())::text[]'),
    },
    own_commission: {
      holds: (actor, call) => call.countries.some((country) => sitsFor(actor, country)),
      sql: (alias) => ofCountries(alias, '(select actor_commission_of())::text[]'),
    },
  },
  {
    'call.read': [
      { role: 'programme_administrator', relation: 'programme' },
      { role: 'auditor', relation: 'programme' },
      { role: 'ministry_officer', relation: 'own_country' },
      { role: 'commission_member', relation: 'own_commission' },
      { role: 'commission_secretary', relation: 'own_commission' },
    ],
    'call.prepare': [{ role: 'programme_administrator', relation: 'programme', states: ['draft'] }],
    'call.edit': [{ role: 'programme_administrator', relation: 'programme', states: ['draft'] }],
    // Hosts are asked what they offer for it.
    'call.invite_offers': [{ role: 'programme_administrator', relation: 'programme', states: ['draft'] }],
    'call.propose': [{ role: 'programme_administrator', relation: 'programme', states: ['draft'] }],
    'call.publish': [
      { role: 'programme_administrator', relation: 'programme', states: callStates.from('publish') },
    ],
    'call.move_deadline': [{ role: 'programme_administrator', relation: 'programme', states: ['published'] }],
    // Words and form, by a text that both countries approve again.
    'call.amend': [{ role: 'programme_administrator', relation: 'programme', states: ['published'] }],
    // Codes for those who are invited or late.
    'call.give_access': [
      { role: 'programme_administrator', relation: 'programme', states: ['published', 'standby'] },
    ],
    // Of a ranked call: places that its final list left unfilled are given by another call.
    'call.open_round': [
      { role: 'programme_administrator', relation: 'programme', states: ['final_published'] },
    ],
    // Which act is possible when is the transition table's matter.
    'call.move': [{ role: 'programme_administrator', relation: 'programme', states: CALL_STATES }],
  },
);

/** The acts by which an administrator leads a call on after its publication. */
export type CallMove = Exclude<CallAct, 'publish'>;
export const CALL_MOVES: readonly CallMove[] = [
  'suspend',
  'resume',
  'begin_selection',
  'publish_provisional',
  'publish_final',
  'reopen_selection',
  'archive',
  'cancel',
];

/** Acts of a ranked call that follow from its lists: they are part of the act that publishes one, or sets one aside. */
const LIST_MOVES = ['publish_provisional', 'publish_final', 'reopen_selection'] as const;
export type ListMove = (typeof LIST_MOVES)[number];

/** Whether an act leads this call only together with a list. */
export function isByList(call: Pick<CallView, 'route' | 'selection'>, act: CallMove): boolean {
  return call.route === 'ranked' && call.selection !== null && LIST_MOVES.some((each) => each === act);
}
