import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.js';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

export const importInstitutionsCommand: Command = {
  name: 'import institutions',
  arguments: 'FILE',
  summary: 'take a file of institutions into the register',
  details:
    'FILE is CSV in UTF-8 with the columns of src/universities/data/institutions.csv. All of it is taken, or, where one row is wrong, none, and every fault is named with its line. A row is recognised by its slug: the same file twice changes nothing.',
  async run(words, house) {
    const { positionals } = parseArgs({ args: [...words], options: {}, allowPositionals: true });
    const [file, more] = positionals;
    if (!file || more) throw new Misuse('exactly one FILE is needed');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new Refusal(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
    const app = await house.app();
    const { Database, systemContext } = await import('../../platform/database/database.js');
    const { ImportInstitutions } = await import('../../universities/public.js');
    const { ensureCountries } = await import('../packaged-register.js');
    await ensureCountries(app);
    const report = await app
      .get(Database)
      .transaction(systemContext(systemClock), (ctx) =>
        app.get(ImportInstitutions).importInstitutions(ctx, text),
      );
    for (const { line, column, fault, value } of report.faults) {
      house.note(`${file}:${line}${column ? ` ${column}` : ''}: ${fault} (${value})\n`);
    }
    if (report.faults.length > 0) throw new Refusal('Nothing was imported.');
    house.print(
      `Institutions: ${report.created} new, ${report.changed} changed, ${report.unchanged} as they were.`,
    );
    return 0;
  },
};
