import { TransitionTable } from '../../shared/transition-table.js';

/** What a person decided. That a published call is open or closed follows from the clock: see `callPhase`. */
export const CALL_STATES = [
  'draft',
  'published',
  'in_selection',
  'provisional_published',
  'final_published',
  'standby',
  'cancelled',
  'archived',
] as const;
export type CallState = (typeof CALL_STATES)[number];

export type CallAct =
  | 'publish'
  | 'suspend'
  | 'resume'
  | 'begin_selection'
  | 'publish_provisional'
  | 'publish_final'
  | 'reopen_selection'
  | 'cancel'
  | 'archive';

const ADMINISTRATOR = 'programme administrator';

export const callStates = new TransitionTable<CallState, CallAct>('call', 'draft', CALL_STATES, [
  {
    act: 'publish',
    from: ['draft'],
    to: 'published',
    by: `${ADMINISTRATOR}, both countries having approved the text`,
  },
  { act: 'suspend', from: ['published'], to: 'standby', by: ADMINISTRATOR },
  { act: 'resume', from: ['standby'], to: 'published', by: ADMINISTRATOR },
  {
    act: 'begin_selection',
    from: ['published'],
    to: 'in_selection',
    by: `${ADMINISTRATOR}, after the deadline`,
  },
  { act: 'publish_provisional', from: ['in_selection'], to: 'provisional_published', by: ADMINISTRATOR },
  {
    act: 'publish_final',
    // A direct call has no list to object to.
    from: ['in_selection', 'provisional_published'],
    to: 'final_published',
    by: ADMINISTRATOR,
  },
  { act: 'reopen_selection', from: ['provisional_published'], to: 'in_selection', by: 'an upheld appeal' },
  {
    act: 'cancel',
    // A draft is nobody's promise yet: it is not cancelled, it is never published.
    from: ['published', 'standby', 'in_selection', 'provisional_published'],
    to: 'cancelled',
    by: `${ADMINISTRATOR}, with a reason`,
  },
  { act: 'archive', from: ['final_published'], to: 'archived', by: ADMINISTRATOR },
]);
