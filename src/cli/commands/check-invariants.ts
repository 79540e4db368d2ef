import { parseArgs } from 'node:util';
import { FileStore } from '../../platform/storage/file-store.js';
import { missingFiles } from '../missing-files.js';
import { selectWith } from '../select-with.js';
import type { Command } from '../command.js';

export const checkInvariantsCommand: Command = {
  name: 'check invariants',
  arguments: '[--files] [--list]',
  summary: 'look for records that break what must always hold',
  details:
    'Checks in one snapshot and changes nothing. --files also reads every stored file and compares its hash. --list only says what is checked. Exit status 1 where anything was found; each finding names the first twenty records.',
  async run(words, house) {
    const { values } = parseArgs({
      args: [...words],
      options: { files: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
    });
    const { INVARIANTS, checkInvariants } = await import('../invariants.js');
    if (values.list) {
      for (const { name, meaning } of INVARIANTS) house.print(`${name}\n    ${meaning}`);
      return 0;
    }
    const select = selectWith(await house.reader());
    const violations = await checkInvariants(select);
    for (const { invariant, meaning, offences } of violations) {
      house.print(`${invariant}\n    ${meaning}`);
      for (const offence of offences) house.print(`    ${JSON.stringify(offence)}`);
    }
    let lost = 0;
    if (values.files) {
      const store = (await house.app()).get(FileStore);
      for await (const { table, id, reason } of missingFiles(select, store)) {
        lost += 1;
        house.print(`file of ${table} ${id}: ${reason}`);
      }
    }
    const found = violations.length + lost;
    house.print(
      found === 0
        ? `All ${INVARIANTS.length} invariants hold${values.files ? ', and every file is there and whole' : ''}.`
        : `${violations.length} of ${INVARIANTS.length} invariants do not hold${values.files ? `; ${lost} files are lost or damaged` : ''}.`,
    );
    return found === 0 ? 0 : 1;
  },
};
