import { wallTime } from '../../shared/zoned-time.js';
import type { GateState } from './gate.states.js';

interface Word {
  readonly state: GateState;
  /** The last day on which it holds, YYYY-MM-DD; null: for the whole stay. */
  readonly expiresOn: string | null;
  /** The last day of the stay, YYYY-MM-DD. */
  readonly neededUntil: string;
}

/** What day it is for an office that reads its own clock. */
export function dayOf(instant: Date, zone: string): string {
  return wallTime(instant, zone).day;
}

/**
 * The state of a gate on a day of its country: a word that ends before the stay does counts through its last day there, and
 * from midnight on no longer, whether or not the clock has put it on record yet.
 */
export function stateOn(word: Word, today: string): GateState {
  const { state, expiresOn, neededUntil } = word;
  const holds = state === 'cleared' || state === 'conditional';
  return holds && expiresOn !== null && expiresOn < neededUntil && expiresOn < today ? 'expired' : state;
}
