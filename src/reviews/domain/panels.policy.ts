import { Policy, reviews, sitsFor } from '../../shared/policy.js';
import type { Actor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { PANEL_PHASES, REVIEWS_COME } from './panel.states.js';
import type { PanelPhase } from './panel.states.js';

/** What the policy must know of a panel. */
export interface PanelFacts {
  readonly state: PanelPhase;
  readonly panelId: Id;
  readonly callId: Id;
  /** For which it assesses: the one whose panel it is, or all that its call joins. */
  readonly countries: readonly CountryCode[];
  /** Who sits in it. */
  readonly members: readonly Id[];
  readonly leadId: Id | null;
}

/** Whether somebody sits in the panel, and still holds the role of a reviewer there. */
export function isMember(actor: Actor, panel: Pick<PanelFacts, 'callId' | 'panelId' | 'members'>): boolean {
  return (
    actor.personId !== null &&
    panel.members.includes(actor.personId) &&
    reviews(actor, panel.callId, panel.panelId)
  );
}

/** Of the commission of a country for which the panel `panel` (an SQL expression of its id) assesses. */
export const sitsForPanel = (panel: string): string => `exists (select from review_panels of_panel
  where of_panel.id = ${panel} and case when of_panel.country is null
    then exists (select from call_directions d where d.call_id = of_panel.call_id
      and (d.home_country = any ((select actor_commission_of())::text[])
        or d.host_country = any ((select actor_commission_of())::text[])))
    else of_panel.country = any ((select actor_commission_of())::text[]) end)`;

const NOT_CLOSED = PANEL_PHASES.filter((phase) => phase !== 'closed');
const KEEPERS = (states: readonly PanelPhase[]) =>
  [
    { role: 'programme_administrator', relation: 'programme', states },
    { role: 'commission_secretary', relation: 'commission', states },
  ] as const;

/** Who makes panels and leads them. What reviews say is for other eyes: see the policy of reviews. */
export const panelsPolicy = new Policy<
  PanelFacts,
  'programme' | 'commission' | 'member' | 'lead',
  PanelPhase
>(
  'panel',
  {
    programme: { holds: () => true, sql: () => 'true' },
    commission: {
      holds: (actor, { countries }) => countries.some((country) => sitsFor(actor, country)),
      sql: (alias) => sitsForPanel(`${alias}.id`),
    },
    member: { holds: isMember, sql: (alias) => `panel_is_of_member(${alias}.id)` },
    lead: {
      holds: (actor, panel) => isMember(actor, panel) && actor.personId === panel.leadId,
      sql: (alias) => `panel_is_led_by_actor(${alias}.id)`,
    },
  },
  {
    'panel.read': [
      { role: 'programme_administrator', relation: 'programme' },
      { role: 'auditor', relation: 'programme' },
      { role: 'commission_secretary', relation: 'commission' },
      { role: 'commission_member', relation: 'commission' },
      { role: 'reviewer', relation: 'member' },
    ],
    'panel.make': KEEPERS(['bidding']),
    // Who sits in it, and until when reviews are due.
    'panel.keep': KEEPERS(NOT_CLOSED),
    // Which phase follows which is the transition table's matter.
    'panel.lead': KEEPERS(NOT_CLOSED),
    'panel.assign': KEEPERS(['bidding', ...REVIEWS_COME]),
    // What stands between whom and which application: of people and numbers, never what a file says.
    'panel.read_conflicts': KEEPERS(PANEL_PHASES),
    // Never one that concerns oneself: the act asks, because a panel does not know whose it is.
    'panel.dismiss_conflict': KEEPERS(NOT_CLOSED),
    'panel.invite': KEEPERS(NOT_CLOSED),
    // What each would rather assess.
    'panel.bid': [{ role: 'reviewer', relation: 'member', states: ['bidding'] }],
    'panel.declare_conflict': [{ role: 'reviewer', relation: 'member', states: NOT_CLOSED }],
    // Who is missing: never what somebody wrote.
    'panel.read_progress': [
      { role: 'programme_administrator', relation: 'programme' },
      { role: 'commission_secretary', relation: 'commission' },
      { role: 'commission_member', relation: 'commission' },
      { role: 'reviewer', relation: 'lead' },
    ],
  },
);
