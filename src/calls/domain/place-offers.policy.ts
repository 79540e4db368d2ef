import { isOrActsFor } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import type { Id } from '../../shared/ids.js';
import { Policy, administers, coordinates } from '../../shared/policy.js';
import type { PolicyRow, Unless } from '../../shared/policy.js';
import { PLACE_OFFER_STATES, placeOfferStates } from './place-offer.states.js';
import type { PlaceOfferState } from './place-offer.states.js';

/** What the policy must know of an offer of places. */
export interface PlaceOfferFacts {
  readonly state: PlaceOfferState;
  /** The host that offers. */
  readonly institutionId: Id;
  readonly preparedBy: Id | null;
}

/** Whoever wrote an offer does not also take it. */
const ownOffer: Unless<PlaceOfferFacts> = {
  reason: 'separation_of_duties',
  when: (actor, { preparedBy }) => preparedBy !== null && isOrActsFor(actor, preparedBy),
  sql: (alias) =>
    `(${alias}.prepared_by = (select actor_person()) or ${alias}.prepared_by = any ((select actor_acts_for())::uuid[]))`,
};

const speaksForHost = (actor: Actor, institutionId: Id) =>
  administers(actor, institutionId) || coordinates(actor, institutionId, 'host');

type Rows = readonly PolicyRow<PlaceOfferFacts, 'host' | 'programme', PlaceOfferState>[];
const byHost = (states: readonly PlaceOfferState[]): Rows => [
  { role: 'institution_administrator', relation: 'host', states },
  { role: 'coordinator', relation: 'host', states },
];
/** What a host still thinks about is its own business. */
const TOLD = PLACE_OFFER_STATES.filter((state) => state !== 'draft' && state !== 'withdrawn');

export const placeOffersPolicy = new Policy<PlaceOfferFacts, 'host' | 'programme', PlaceOfferState>(
  'offer',
  {
    host: {
      holds: (actor, { institutionId }) => speaksForHost(actor, institutionId),
      sql: (alias) => `(${alias}.institution_id = any ((select actor_administers())::uuid[])
        or ${alias}.institution_id = any ((select actor_host_institutions())::uuid[]))`,
    },
    programme: { holds: () => true, sql: () => 'true' },
  },
  {
    'offer.read': [
      ...byHost(PLACE_OFFER_STATES),
      { role: 'programme_administrator', relation: 'programme', states: TOLD },
      { role: 'auditor', relation: 'programme', states: TOLD },
    ],
    'offer.prepare': byHost(['draft']),
    'offer.edit': byHost(placeOfferStates.from('submit')),
    'offer.submit': byHost(placeOfferStates.from('submit')),
    'offer.withdraw': byHost(placeOfferStates.from('withdraw')),
    'offer.answer': [
      {
        role: 'programme_administrator',
        relation: 'programme',
        states: placeOfferStates.from('accept'),
        unless: [ownOffer],
      },
    ],
  },
);
