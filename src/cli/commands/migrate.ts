import { parseArgs } from 'node:util';
import type { Command } from '../command.js';

export const migrateCommand: Command = {
  name: 'migrate',
  arguments: '',
  summary: 'bring the database to the newest schema',
  details:
    'Connects as the owner (DATABASE_MIGRATION_URL, or DATABASE_URL where there is none). A database that is at the newest schema stays as it is.',
  async run(words, house) {
    parseArgs({ args: [...words], options: {} });
    const { ownerUrl } = await house.database({ migrated: false });
    const { migrate } = await import('../../platform/database/migrate.js');
    await migrate(ownerUrl);
    house.print('The database has the newest schema.');
    return 0;
  },
};
