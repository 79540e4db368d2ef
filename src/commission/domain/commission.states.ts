import { TransitionTable } from '../../shared/transition-table.js';

export const ITEM_STATES = ['tabled', 'discussed', 'decided', 'postponed', 'remitted', 'moot'] as const;
export type ItemState = (typeof ITEM_STATES)[number];
export type ItemAct = 'take_up' | 'decide' | 'postpone' | 'remit' | 'fall_away';

/**
 * What is before the commission. A postponed item waits for a later session, and falls away where the two sides settle it
 * themselves before that, or it is withdrawn.
 */
export const itemStates = new TransitionTable<ItemState, ItemAct>('commission item', 'tabled', ITEM_STATES, [
  { act: 'take_up', from: ['tabled', 'postponed'], to: 'discussed', by: 'secretary, in a session' },
  { act: 'decide', from: ['discussed'], to: 'decided', by: 'commission, by vote' },
  { act: 'postpone', from: ['discussed'], to: 'postponed', by: 'commission' },
  { act: 'remit', from: ['discussed'], to: 'remitted', by: 'commission, by vote' },
  { act: 'fall_away', from: ['tabled', 'postponed'], to: 'moot', by: 'both sides, or whoever withdrew' },
]);

/** What a session can still deal with. */
export const OPEN_ITEMS: readonly ItemState[] = ['tabled', 'postponed', 'discussed'];

export const SESSION_STATES = ['planned', 'open', 'interrupted', 'closed', 'cancelled'] as const;
export type SessionState = (typeof SESSION_STATES)[number];
export type SessionAct = 'open' | 'interrupt' | 'resume' | 'close' | 'cancel';

const SECRETARY = 'secretary of either country';

/** A session. What was interrupted goes on where it was. */
export const sessionStates = new TransitionTable<SessionState, SessionAct>(
  'commission session',
  'planned',
  SESSION_STATES,
  [
    { act: 'open', from: ['planned'], to: 'open', by: `${SECRETARY}, with a quorum of each` },
    { act: 'interrupt', from: ['open'], to: 'interrupted', by: SECRETARY },
    { act: 'resume', from: ['interrupted'], to: 'open', by: `${SECRETARY}, with a quorum of each` },
    { act: 'close', from: ['open'], to: 'closed', by: SECRETARY },
    { act: 'cancel', from: ['planned'], to: 'cancelled', by: SECRETARY },
  ],
);

export const PROTOCOL_STATES = ['draft', 'agreed', 'signed_both', 'published'] as const;
export type ProtocolState = (typeof PROTOCOL_STATES)[number];
export type ProtocolAct = 'agree' | 'revise' | 'sign' | 'publish';

/** The protocol. Each side agrees to the same text by its hash; a change voids what was agreed. */
export const protocolStates = new TransitionTable<ProtocolState, ProtocolAct>(
  'commission protocol',
  'draft',
  PROTOCOL_STATES,
  [
    {
      act: 'agree',
      from: ['draft'],
      to: 'agreed',
      by: 'secretary or member of each side, the second of both',
    },
    { act: 'revise', from: ['draft', 'agreed'], to: 'draft', by: SECRETARY },
    { act: 'sign', from: ['agreed'], to: 'signed_both', by: 'member of each side, the second of both' },
    { act: 'publish', from: ['signed_both'], to: 'published', by: SECRETARY },
  ],
);
