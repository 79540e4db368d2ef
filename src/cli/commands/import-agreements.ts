import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '../../shared/domain-error.js';
import { systemClock } from '../../shared/clock.js';
import type { ReceivedFile } from '../../documents/public.js';
import type { KeepAnnexes } from '../../agreements/public.js';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

export const importAgreementsCommand: Command = {
  name: 'import agreements',
  arguments: 'FILE [--dry-run] [--drafts] [--scans FOLDER]',
  summary: 'take agreements that were signed on paper',
  details:
    'FILE is CSV in UTF-8 with the columns that /agreements/import tells, or JSON as the API says a version, with externalReference, reference, kind and signedOn beside it. All of it is taken, or, where one row is wrong, none, and every fault is named with its line and its column. A row is recognised by its external_reference: the same file twice changes nothing. What is taken goes before both ministries and counts once both have confirmed it; --drafts leaves it to its parties to put it there. --scans is where the PDF files lie that the column scan names. --dry-run looks and writes nothing.',
  async run(words, house) {
    const { positionals, values } = parseArgs({
      args: [...words],
      options: {
        'dry-run': { type: 'boolean', default: false },
        drafts: { type: 'boolean', default: false },
        scans: { type: 'string' },
      },
      allowPositionals: true,
    });
    const [file, more] = positionals;
    if (!file || more) throw new Misuse('exactly one FILE is needed');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new Refusal(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
    const app = await house.app();
    const { systemContext } = await import('../../platform/database/database.js');
    const agreements = await import('../../agreements/public.js');
    const scans = values.scans
      ? await received(app.get(agreements.KeepAnnexes), values.scans, namesIn(text))
      : new Map<string, ReceivedFile>();
    const dryRun = values['dry-run'];
    const report = await app
      .get(agreements.ImportAgreements)
      .importAgreements(systemContext(systemClock), text, { dryRun, asDrafts: values.drafts, scans });
    for (const { problem, values: said } of report.problems) {
      house.note(`${file}: ${problem}${said ? ` (${Object.values(said).join(', ')})` : ''}\n`);
    }
    for (const { line, problems } of report.rows) {
      for (const { field, problem, values: said } of problems) {
        house.note(
          `${file}:${line} ${field}: ${problem}${said ? ` (${Object.values(said).join(', ')})` : ''}\n`,
        );
      }
    }
    const refused =
      report.problems.length + report.rows.filter(({ outcome }) => outcome === 'refused').length;
    if (refused > 0) throw new Refusal('Nothing was imported.');
    const count = (outcome: string) => report.rows.filter((row) => row.outcome === outcome).length;
    house.print(
      `Agreements: ${count('new')} new, ${count('changed')} changed, ${count('unchanged')} as they were.${dryRun ? ' Nothing was written.' : ''}`,
    );
    return 0;
  },
};

/** Every name of a PDF file that stands in the text: which of them are scans the import says. */
function namesIn(text: string): readonly string[] {
  return [
    ...new Set([...text.matchAll(/[^\s",;:[\]{}][^",;:[\]{}\r\n]*\.pdf/gi)].map(([name]) => name.trim())),
  ];
}

/** Reads the files that are there; one that is named and not there is told of with its row. */
async function received(
  annexes: KeepAnnexes,
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReceivedFile>> {
  const found = new Map<string, ReceivedFile>();
  for (const name of names) {
    // A name, and no way out of the folder.
    if (basename(name) !== name) continue;
    const path = join(folder, name);
    if (!(await stat(path).catch(() => null))?.isFile()) continue;
    try {
      found.set(name, await annexes.receive(path, name));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new Refusal(`${path}: ${error.fields.map(({ problem }) => problem).join(', ')}`);
    }
  }
  return found;
}
