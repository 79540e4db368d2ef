import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { allPolicies } from './all-policies.js';
import { COMMAND, permissionsTable } from './permissions.js';

const FILE = fileURLToPath(new URL('../../docs/permissions.md', import.meta.url));

describe('docs/permissions.md', () => {
  it('says what the policies say', async () => {
    const generated = permissionsTable(await allPolicies());
    if (process.env.WRITE_PERMISSIONS === '1') writeFileSync(FILE, generated);
    const committed = readFileSync(FILE, 'utf8').split('\n');
    const changed = generated
      .split('\n')
      .filter((line, index, all) => line !== committed[index] && all.indexOf(line) === index);
    if (committed.join('\n') !== generated) {
      throw new Error(
        `the policies have changed; look at the change and write the table anew: ${COMMAND}\n${changed.slice(0, 20).join('\n')}`,
      );
    }
    expect(committed.join('\n')).toBe(generated);
  });
});
