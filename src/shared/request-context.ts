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
}

/**
 * Runs at the beginning of each transaction that may write. It refuses by throwing where another process has taken over
 * the same call, so that an act that was believed dead cannot be done a second time.
 */
export type Fence = (query: (sql: string, values: unknown[]) => Promise<unknown>) => Promise<void>;
