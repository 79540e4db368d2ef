import { parseArgs } from 'node:util';
import { Misuse, Refusal } from '../failures.js';
import { progressBar } from '../progress-bar.js';
import type { Command } from '../command.js';

const MOST_APPLICATIONS = 1_000_000;

export const seedCommand: Command = {
  name: 'seed',
  arguments: '--applications N [--drafts N] [--seed NUMBER]',
  summary: 'fill the database with a programme of eight years, for trials and measurements',
  details: `Invented people of both countries with names in their own scripts, officials, calls and up to ${MOST_APPLICATIONS} applications in every state, which keep every rule that real ones keep; with --drafts so many more that are complete and not submitted. The same --seed (1 where absent) on the same register gives the same people, choices and states; each seed can be loaded once. Nobody gets mail; letters, the newest ten thousand, are rendered by the application when it runs next. All comes in one transaction of DATABASE_MIGRATION_URL, a login that may switch triggers off; from 20000 applications on indexes are written at its end, and until then nobody else can use the tables. Needs the register of institutions (npm start loads it, or: import institutions). Refused in production.`,
  async run(words, house) {
    const { values } = parseArgs({
      args: [...words],
      options: {
        applications: { type: 'string' },
        drafts: { type: 'string', default: '0' },
        seed: { type: 'string', default: '1' },
      },
    });
    const applications = wholeNumber(values.applications, '--applications', MOST_APPLICATIONS);
    const drafts = wholeNumber(values.drafts, '--drafts', MOST_APPLICATIONS, 0);
    const number = wholeNumber(values.seed, '--seed', 2_147_483_647);
    if (house.settings.production) throw new Refusal('Invented people have no place in production.');
    const { seed } = await import('../seed/seed.js');
    const began = performance.now();
    await seed(await house.app(), await house.owner(), {
      applications,
      drafts,
      seed: number,
      progress: progressBar(house.note),
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    house.print(`${applications + drafts} applications were loaded in ${seconds} s (seed ${number}).`);
    return 0;
  },
};

function wholeNumber(text: string | undefined, name: string, most: number, least = 1): number {
  const value = Number(text);
  if (text === undefined || !Number.isInteger(value) || value < least || value > most) {
    throw new Misuse(`${name}: a whole number from ${least} to ${most} is needed`);
  }
  return value;
}
