import { expect } from '@jest/globals';
import type pg from 'pg';
import { checkInvariants } from '../../src/cli/invariants.js';
import type { Violation } from '../../src/cli/invariants.js';
import { selectWith } from '../../src/cli/select-with.js';

/** What breaks an invariant in this database, as its owner sees it, in whatever transaction the client is in. */
export function violationsIn(owner: pg.Client): Promise<Violation[]> {
  return checkInvariants(selectWith(owner));
}

/** For `afterAll` of every suite that writes to a database: nothing that it did may leave a broken record. */
export async function expectInvariants(owner: pg.Client): Promise<void> {
  expect(await violationsIn(owner)).toEqual([]);
}
