import { TransitionTable } from '../../shared/transition-table.js';

export const APPEAL_STATES = [
  'draft',
  'lodged',
  'inadmissible',
  'panel',
  'upheld',
  'rejected',
  'withdrawn',
] as const;
export type AppealState = (typeof APPEAL_STATES)[number];
export type AppealAct = 'lodge' | 'find_inadmissible' | 'find_admissible' | 'uphold' | 'reject' | 'withdraw';

/** Somebody still has to say something of it: final lists wait. */
export const OPEN_APPEALS: readonly AppealState[] = ['lodged', 'panel'];
/** A draft is nobody's but its author's. */
export const LODGED_APPEALS: readonly AppealState[] = APPEAL_STATES.filter((state) => state !== 'draft');

/** An appeal against a result, from its first word to its outcome. Nothing is decided by silence. */
export const appealStates = new TransitionTable<AppealState, AppealAct>('appeal', 'draft', APPEAL_STATES, [
  { act: 'lodge', from: ['draft'], to: 'lodged', by: 'applicant, in the window of the result' },
  {
    act: 'find_inadmissible',
    from: ['lodged'],
    to: 'inadmissible',
    by: 'commission secretary, with a coded and a written reason',
  },
  { act: 'find_admissible', from: ['lodged'], to: 'panel', by: 'commission secretary' },
  { act: 'uphold', from: ['panel'], to: 'upheld', by: 'panel, by more than half of its votes' },
  { act: 'reject', from: ['panel'], to: 'rejected', by: 'panel, otherwise' },
  {
    act: 'withdraw',
    from: ['draft', 'lodged', 'panel'],
    to: 'withdrawn',
    by: 'applicant, or the end of the application',
  },
]);
