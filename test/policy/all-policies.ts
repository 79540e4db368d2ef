import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Policy } from '../../src/shared/policy.js';
import type { AskedPolicy } from './records.js';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** Every policy that any `*.policy.ts` exports, by subject. */
export async function allPolicies(): Promise<readonly AskedPolicy[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.policy.ts'),
  );
  const modules = await Promise.all(
    files.map((file) => import(join(SOURCES, file)) as Promise<Readonly<Record<string, unknown>>>),
  );
  const policies = modules
    .flatMap((module) => Object.values(module))
    .filter((exported): exported is AskedPolicy => exported instanceof Policy);
  return policies.sort((a, b) => a.subject.localeCompare(b.subject, 'en'));
}
