import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DomainError } from '../../shared/domain-error.js';
import { systemClock } from '../../shared/clock.js';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

const OPTIONS = ['country', 'list', 'issuer', 'version', 'date', 'source'] as const;

export const importRestrictedPartiesCommand: Command = {
  name: 'import restricted-parties',
  arguments: 'FILE --country RS --list NAME --issuer RU --version V --date YYYY-MM-DD --source TEXT',
  summary: 'take a version of a list of restricted parties',
  details:
    'FILE is CSV in UTF-8 with the columns key, kind (person or organisation), name, aliases, birth_years, note; strokes part several aliases and years. All of it is taken, or, where one row is wrong, none, and every fault is named with its line. --country is whose gates are screened with it, --issuer whose list it is. Versions are kept; what runs is screened again by the worker.',
  async run(words, house) {
    const { positionals, values } = parseArgs({
      args: [...words],
      options: Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }])),
      allowPositionals: true,
    });
    const [file, more] = positionals;
    if (!file || more) throw new Misuse('exactly one FILE is needed');
    const given = (name: (typeof OPTIONS)[number]): string => {
      const value = values[name];
      if (typeof value !== 'string' || !value.trim()) throw new Misuse(`--${name} is needed`);
      return value.trim();
    };
    const list = {
      country: given('country'),
      list: given('list'),
      issuerCountry: given('issuer'),
      version: given('version'),
      dated: given('date'),
      source: given('source'),
    };
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new Refusal(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
    const app = await house.app();
    const { systemContext } = await import('../../platform/database/database.js');
    const { ImportRestrictedList } = await import('../../gates/public.js');
    const { Countries } = await import('../../universities/public.js');
    const { Database } = await import('../../platform/database/database.js');
    const request = systemContext(systemClock);
    const countries = await app.get(Database).read(request, (ctx) => app.get(Countries).all(ctx));
    if (!countries.some(({ code }) => code === list.country)) {
      throw new Refusal(`${list.country} is no country of the programme.`);
    }
    const report = await app
      .get(ImportRestrictedList)
      .run(request, list, text)
      .catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
        const fields = error.fields.map(({ field, problem }) => `${field}: ${problem}`).join(', ');
        throw new Refusal(fields || (error.reason ?? error.code));
      });
    for (const { line, column, fault, value } of report.faults) {
      house.note(`${file}:${line}${column ? ` ${column}` : ''}: ${fault} (${value})\n`);
    }
    if (report.faults.length > 0) throw new Refusal('Nothing was imported.');
    house.print(
      `Entries: ${report.entries}; ${report.added} new, ${report.changed} changed, ${report.removed} gone.`,
    );
    return 0;
  },
};
