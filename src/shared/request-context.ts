import type { Actor } from './actor.js';
import type { Clock } from './clock.js';
import type { Language } from './language.js';

/** Who asks, in which language, by which clock, under which number in the log. */
export interface RequestContext {
  readonly actor: Actor;
  readonly language: Language;
  readonly clock: Clock;
  readonly requestId: string;
}
