import type { CallPhase } from '../../domain/call.js';

/** Parts of the list of calls, for those who prepare and lead them. */
export const EDITOR_TABS = ['draft', 'current', 'done', 'all'] as const;
export type EditorTab = (typeof EDITOR_TABS)[number];

const CURRENT: readonly CallPhase[] = [
  'upcoming',
  'open',
  'grace',
  'closed',
  'standby',
  'in_selection',
  'provisional_published',
];
const DONE: readonly CallPhase[] = ['final_published', 'cancelled', 'archived'];

export const PHASES_OF_TAB: Readonly<Record<EditorTab, readonly CallPhase[]>> = {
  draft: ['draft'],
  current: CURRENT,
  done: DONE,
  all: ['draft', ...CURRENT, ...DONE],
};
