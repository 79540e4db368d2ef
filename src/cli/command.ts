import type { House } from './house.js';

/** Exit status of a command that was called wrongly; that of one which failed is 1. */
export const MISUSED = 2;

/** One command of the administration. */
export interface Command {
  /** The words that call it: `verify audit`. */
  readonly name: string;
  /** What follows the name, as the help shows it. */
  readonly arguments: string;
  /** In one line, for the list of commands. */
  readonly summary: string;
  /** What one must know besides, for `--help`. */
  readonly details: string;
  /** Whether, called with these words, it needs neither database nor settings, and so takes no offence at wrong ones. */
  standsAlone?(words: readonly string[]): boolean;
  /**
   * Does it and answers the exit status, 0 only on success.
   * Throws `Misuse` where it was called wrongly, `Refusal` where it cannot be done.
   */
  run(words: readonly string[], house: House): Promise<number>;
}
