import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

export const erasePersonCommand: Command = {
  name: 'erase-person',
  arguments: 'EMAIL [--dry-run]',
  summary: 'anonymise a person',
  details:
    'Takes the personal values of a person away everywhere: account, applications with their files, letters about them, reviews, mails. Ids, codes and dates stay, and records that a law asks for, which are named with their end. Nobody signs in to the account any more. While something stands against it (an exchange that runs, an application that goes on, an open appeal, an office) nothing is done, and what stands against it is said. With --dry-run it is only said. It cannot be undone.',
  async run(words, house) {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false } },
    });
    const [email, ...more] = positionals;
    if (!email || more.length > 0) throw new Misuse('one EMAIL is needed');
    const app = await house.app();
    const { People } = await import('../../access/public.js');
    const { ErasePerson } = await import('../../privacy/public.js');
    const { Database, systemContext } = await import('../../platform/database/database.js');
    const request = systemContext(systemClock);
    const database = app.get(Database);
    const [person, ...others] = await database.read(request, (ctx) => app.get(People).byEmail(ctx, email));
    if (!person) throw new Refusal(`Nobody has the address ${email}.`);
    if (others.length > 0) throw new Refusal(`Several people have the address ${email}.`);
    const holds = await database.read(request, (ctx) => app.get(ErasePerson).holds(ctx, person.id));
    for (const { code, subject, until } of holds) {
      house.print(
        ['held by', code, subject, until ? `until ${until.toISOString()}` : null].filter(Boolean).join(' '),
      );
    }
    if (values['dry-run']) {
      if (holds.length === 0) house.print(`Nothing stands against erasing person ${person.id}.`);
      return 0;
    }
    try {
      const { erased, kept } = await app.get(ErasePerson).run(request, person.id);
      for (const [table, count] of Object.entries(erased)) house.print(`erased ${table} ${count}`);
      for (const { category, count, until, law } of kept) {
        house.print(`kept ${category} ${count} until ${until} (${law})`);
      }
      house.print(`Person ${person.id} is erased.`);
      return 0;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'blocked') {
        throw new Refusal('Something stands against it. Nothing was done.');
      }
      throw error;
    }
  },
};
