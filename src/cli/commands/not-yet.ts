import { MISUSED } from '../command.js';
import type { Command } from '../command.js';

/** A command that is promised and not there yet: it says so, and never pretends to have done anything. */
function notYet(name: string, args: string, summary: string): Command {
  return {
    name,
    arguments: args,
    summary: `${summary} (not there yet)`,
    details: 'This command is not there yet.',
    run(_words, house) {
      house.note(`${name} is not there yet. Nothing was done.\n`);
      return Promise.resolve(MISUSED);
    },
  };
}

export const commandsToCome: readonly Command[] = [notYet('erase-person', 'EMAIL', 'anonymise a person')];
