import { readFileSync } from 'node:fs';
import type { Treaty } from '../domain/treaty.js';

/** Treaties between countries that take part, as far as the programme follows them. */
export const TREATIES = JSON.parse(
  readFileSync(new URL('treaties.json', import.meta.url), 'utf8'),
) as readonly Treaty[];
