import { TransitionTable } from '../../shared/transition-table.js';

export const PLACE_OFFER_STATES = [
  'draft',
  'submitted',
  'returned',
  'accepted',
  'declined',
  'withdrawn',
] as const;
export type PlaceOfferState = (typeof PLACE_OFFER_STATES)[number];
export type PlaceOfferAct = 'submit' | 'accept' | 'return' | 'decline' | 'withdraw';

const HOST = 'host institution';
const ADMINISTRATOR = 'programme administrator';

/** Places that a host institution offers for a call that is being prepared. */
export const placeOfferStates = new TransitionTable<PlaceOfferState, PlaceOfferAct>(
  'place_offer',
  'draft',
  PLACE_OFFER_STATES,
  [
    { act: 'submit', from: ['draft', 'returned'], to: 'submitted', by: HOST },
    {
      act: 'accept',
      from: ['submitted'],
      to: 'accepted',
      by: `${ADMINISTRATOR}, who takes the places into the call`,
    },
    { act: 'return', from: ['submitted'], to: 'returned', by: `${ADMINISTRATOR}, with words` },
    { act: 'decline', from: ['submitted'], to: 'declined', by: `${ADMINISTRATOR}, with words` },
    { act: 'withdraw', from: ['draft', 'submitted', 'returned'], to: 'withdrawn', by: HOST },
  ],
);
