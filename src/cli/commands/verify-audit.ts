import { parseArgs } from 'node:util';
import { selectWith } from '../select-with.js';
import type { Command } from '../command.js';

export const verifyAuditCommand: Command = {
  name: 'verify audit',
  arguments: '',
  summary: 'compute the chain of the audit record again',
  details:
    'Compares every entry with the seals that were made over it. Entries of the last minute are recorded but not sealed yet; they are counted apart. Exit status 1 where anything was changed, added, removed or reordered.',
  async run(words, house) {
    parseArgs({ args: [...words], options: {} });
    const { verifyChain } = await import('../../audit/public.js');
    const { seals, entries, unsealed, faults } = await verifyChain(selectWith(await house.reader()));
    for (const fault of faults) house.print(fault);
    house.print(
      `${faults.length === 0 ? 'The audit record is whole' : 'The audit record is damaged'}: ` +
        `${entries} entries under ${seals} seals, ${unsealed} not sealed yet.`,
    );
    return faults.length === 0 ? 0 : 1;
  },
};
