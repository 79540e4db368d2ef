import type { Actor } from './actor.js';
import type { Clock } from './clock.js';
import type { Language } from './language.js';

/** Who asks, in which language, by which clock, under which number in the log. */
export interface RequestContext {
  readonly actor: Actor;
  readonly language: Language;
  readonly clock: Clock;
  readonly requestId: string;
  /** Where the call carries an idempotency key: what every act for it writes beside itself, in its own transaction. */
  readonly fence?: Fence;
  /** Where the call says from which version it changes a record: refuses (`stale`) where that is another one by now. */
  readonly requireVersion?: (version: number) => void;
  /** Absent where everything is read at the primary: machines, jobs, commands. */
  readonly freshness?: Freshness;
}

/** Beyond every position: whoever has written, nobody knows up to where, reads at the primary for a while. */
export const NOWHERE_YET = 'FFFFFFFF/FFFFFFFF';

/** How new what somebody reads has to be, where a replica answers reads. It changes in the course of a request. */
export interface Freshness {
  /** Whether it may be a moment behind what others have written. */
  mayLag: boolean;
  /** Up to where the caller themselves has written: a position in PostgreSQL's log (`pg_lsn`), null when it is long ago. */
  position: string | null;
  /** Whether they wrote in this request. */
  wrote: boolean;
}

/**
 * Runs at the beginning of each transaction that may write. It refuses by throwing where another process has taken over
 * the same call, so that an act that was believed dead cannot be done a second time.
 */
export type Fence = (query: (sql: string, values: unknown[]) => Promise<unknown>) => Promise<void>;
