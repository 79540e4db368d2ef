import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.js';
import { Misuse } from '../failures.js';
import type { Command } from '../command.js';

export const retentionCommand: Command = {
  name: 'retention',
  arguments: '[--dry-run]',
  summary: 'take away data whose time is over',
  details:
    'Does at once what the worker does every night: takes away personal data whose time is over by the rules of retention, category by category, and prints how many records of each. What stands under a hold stays and is counted. It can be broken off and run again at any time. With --dry-run nothing is changed, and the numbers are those that a run would give now.',
  async run(words, house) {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false } },
    });
    if (positionals.length > 0) throw new Misuse(`not understood: ${positionals.join(' ')}`);
    const app = await house.app();
    const { RunRetention } = await import('../../privacy/public.js');
    const { lines } = await app.get(RunRetention).run(systemClock, { dry: values['dry-run'] });
    for (const { category, country, days, taken, held } of lines) {
      house.print(
        `${category} ${country ?? 'elsewhere'} after ${days} days: ${taken}${held > 0 ? `, held ${held}` : ''}`,
      );
    }
    return 0;
  },
};
