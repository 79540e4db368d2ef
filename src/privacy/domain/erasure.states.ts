import { TransitionTable } from '../../shared/transition-table.js';

/** What a request to be erased goes through. The database knows `running` too, which no committed row ever has. */
export const ERASURE_STATES = ['asked', 'proposed', 'granted', 'withdrawn', 'refused', 'done'] as const;
export type ErasureState = (typeof ERASURE_STATES)[number];
export type ErasureAct = 'propose' | 'send_back' | 'grant' | 'refuse' | 'take_back' | 'carry_out';

/** States in which somebody may still take back what they asked. */
export const OPEN_ERASURES: readonly ErasureState[] = ['asked', 'proposed', 'granted'];

const FIRST = 'officer of the owner side';
const SECOND = 'second officer of the owner side';

/** A request to be erased: two people of the owner side say the same, or nothing is done. */
export const erasureStates = new TransitionTable<ErasureState, ErasureAct>(
  'erasure',
  'asked',
  ERASURE_STATES,
  [
    { act: 'propose', from: ['asked'], to: 'proposed', by: FIRST },
    { act: 'send_back', from: ['proposed'], to: 'asked', by: SECOND },
    { act: 'grant', from: ['proposed'], to: 'granted', by: SECOND },
    { act: 'refuse', from: ['proposed'], to: 'refused', by: SECOND },
    { act: 'take_back', from: OPEN_ERASURES, to: 'withdrawn', by: 'the person' },
    { act: 'carry_out', from: ['granted'], to: 'done', by: 'clock, after the time to think it over' },
  ],
);
