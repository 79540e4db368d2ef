import { serveTasks } from '../../platform/threads/serve-tasks.js';
import type { Selection } from '../domain/build-instance.js';
import { inputHashOf, reckon } from '../domain/reckoning.js';
import type { Reckoned, Wanted } from '../domain/reckoning.js';

export interface ReckoningTask {
  readonly selection: Selection;
  readonly wanted: Wanted;
}

/** Gives the places of large calls away from the event loop. */
serveTasks(({ selection, wanted }: ReckoningTask, report): Reckoned | string =>
  wanted === 'hash' ? inputHashOf(selection) : reckon(selection, wanted, report),
);
