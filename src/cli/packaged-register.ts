import { readFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { Database, systemContext } from '../platform/database/database.js';
import { systemClock } from '../shared/clock.js';
import { Countries, ImportCountries } from '../universities/public.js';
import type { CountryView } from '../universities/public.js';

const COUNTRIES = new URL('../universities/data/countries.json', import.meta.url);

/** A new database knows no country, and without one no institution can be imported: it is given those that come with MOST. */
export async function ensureCountries(app: INestApplicationContext): Promise<void> {
  await app.get(Database).transaction(systemContext(systemClock), async (ctx) => {
    if ((await app.get(Countries).all(ctx)).length > 0) return;
    const countries = JSON.parse(await readFile(COUNTRIES, 'utf8')) as CountryView[];
    await app.get(ImportCountries).importCountries(ctx, countries);
  });
}
