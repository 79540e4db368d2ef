import { TransitionTable } from '../../shared/transition-table.js';

export const PANEL_PHASES = ['bidding', 'reviewing', 'discussion', 'closed'] as const;
export type PanelPhase = (typeof PANEL_PHASES)[number];
export type PanelAct =
  'open_reviewing' | 'open_discussion' | 'reopen_reviewing' | 'close' | 'reopen_for_appeal';

/** In these reviews are written, handed in and said anew. */
export const REVIEWS_COME: readonly PanelPhase[] = ['reviewing', 'discussion'];

const BY = 'programme administrator or commission secretary';

/** A panel, from whom it has and what each would rather read, to its last word. */
export const panelStates = new TransitionTable<PanelPhase, PanelAct>('panel', 'bidding', PANEL_PHASES, [
  {
    act: 'open_reviewing',
    from: ['bidding'],
    to: 'reviewing',
    by: `${BY}, once the call is in selection`,
  },
  { act: 'open_discussion', from: ['reviewing'], to: 'discussion', by: BY },
  { act: 'reopen_reviewing', from: ['discussion'], to: 'reviewing', by: BY },
  { act: 'close', from: REVIEWS_COME, to: 'closed', by: `${BY}, when no review is awaited` },
  {
    act: 'reopen_for_appeal',
    from: ['closed'],
    to: 'reviewing',
    by: 'an upheld appeal, for its application alone',
  },
]);
