import type { Select } from '../../platform/database/invariant.js';
import { GENESIS, chainHash } from '../domain/chain.js';
import { sealedRows } from './sealed-rows.js';

interface Seal {
  readonly sequence: string;
  readonly from: string;
  readonly until: string;
  readonly entries: number;
  readonly previous_hash: string;
  readonly hash: string;
}

/** What a verification found. `faults` is empty where the record is whole. */
export interface AuditVerdict {
  readonly seals: number;
  readonly entries: number;
  /** Entries since the last seal: recorded, not chained yet. */
  readonly unsealed: number;
  readonly faults: readonly string[];
}

/** Computes the whole chain again from the entries, seal by seal, and compares it with what was sealed. */
export async function verifyChain(select: Select): Promise<AuditVerdict> {
  const seals = await select<Seal>(
    `select sequence::text, from_transaction::text as from, until_transaction::text as until, entries, previous_hash, hash
     from audit_seals order by audit_seals.sequence`,
  );
  const faults: string[] = [];
  let previous = GENESIS;
  let edge = '0';
  let entries = 0;
  const read = (seal: Seal | undefined) => {
    const rows = seal && sealedRows(select, seal.from, seal.until);
    rows?.catch(() => undefined);
    return rows;
  };
  let next = read(seals[0]);
  for (const [index, seal] of seals.entries()) {
    const rows = (await next) ?? [];
    // The database reads the entries of the next seal while these are hashed.
    next = read(seals[index + 1]);
    entries += rows.length;
    if (Number(seal.sequence) !== index + 1)
      faults.push(`seal ${index + 1} is missing; found ${seal.sequence}`);
    if (seal.from !== edge)
      faults.push(`seal ${seal.sequence} begins at ${seal.from}, the one before ended at ${edge}`);
    if (seal.previous_hash !== previous)
      faults.push(`seal ${seal.sequence} does not follow the one before it`);
    if (rows.length !== seal.entries) {
      faults.push(
        `seal ${seal.sequence} was made over ${seal.entries} entries, now there are ${rows.length}`,
      );
    }
    if (chainHash(seal.previous_hash, rows) !== seal.hash) {
      faults.push(`seal ${seal.sequence}: an entry was changed, added, removed or reordered`);
    }
    previous = seal.hash;
    edge = seal.until;
  }
  const [rest] = await select<{ count: number }>(
    'select count(*)::integer as count from audit_entries where transaction_id >= $1::text::xid8',
    [edge],
  );
  return { seals: seals.length, entries, unsealed: rest?.count ?? 0, faults };
}
