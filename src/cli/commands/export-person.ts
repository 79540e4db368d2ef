import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.js';
import { isLanguage } from '../../shared/language.js';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

export const exportPersonCommand: Command = {
  name: 'export-person',
  arguments: 'EMAIL --output FILE [--language sr-Cyrl|sr-Latn|ru|en]',
  summary: 'write down everything about a person',
  details:
    'Writes what the person gets on the page “A copy of your data”: a ZIP with data.json, data.pdf and their own files, for somebody who asks by letter and not by the page. FILE must not be there yet; only its owner can read it. The export is entered in the audit record.',
  async run(words, house) {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { output: { type: 'string' }, language: { type: 'string' } },
    });
    const [email, ...more] = positionals;
    if (!email || more.length > 0) throw new Misuse('one EMAIL is needed');
    const { output } = values;
    if (!output) throw new Misuse('missing: --output');
    if (values.language !== undefined && !isLanguage(values.language)) {
      throw new Misuse('--language: sr-Cyrl, sr-Latn, ru or en');
    }
    const app = await house.app();
    const { People } = await import('../../access/public.js');
    const { ExportPerson } = await import('../../privacy/public.js');
    const { Database, systemContext } = await import('../../platform/database/database.js');
    const request = systemContext(systemClock);
    const found = await app.get(Database).read(request, (ctx) => app.get(People).byEmail(ctx, email));
    const [person, ...others] = found;
    if (!person) throw new Refusal(`Nobody has the address ${email}.`);
    if (others.length > 0) throw new Refusal(`Several people have the address ${email}.`);
    const { content } = await app
      .get(ExportPerson)
      .run({ ...request, language: values.language ?? person.language }, person.id);
    await write(content, output);
    house.print(`${output}: everything about ${email} (person ${person.id}).`);
    return 0;
  },
};

/** Half a copy would pass for a whole one: it does not stay. */
async function write(content: AsyncIterable<Uint8Array>, output: string): Promise<void> {
  const file = createWriteStream(output, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(Readable.from(content), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new Refusal(`${output} is there already. Nothing was written.`);
    }
    await rm(output, { force: true });
    throw error;
  }
}
