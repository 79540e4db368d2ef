import { createHash } from 'node:crypto';

/** One entry as the seal sees it: every column that tells what happened, as text. */
export interface SealedRow {
  readonly id: string;
  readonly at: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: string;
  readonly request_id: string;
  readonly transaction_id: string;
  readonly role: string | null;
  readonly acting_for: string | null;
}

/** What the first seal follows. */
export const GENESIS = '0'.repeat(64);

/**
 * SHA-256 over the previous seal and the rows in their order. A changed, missing, added or reordered row gives another
 * hash, and so does every seal after it.
 */
export function chainHash(previous: string, rows: readonly SealedRow[]): string {
  const hash = createHash('sha256').update(previous);
  for (const row of rows) {
    hash.update('\n').update(
      JSON.stringify([
        row.id,
        row.at,
        row.actor_kind,
        row.actor_id,
        row.action,
        row.subject_kind,
        row.subject_id,
        row.data,
        row.request_id,
        row.transaction_id,
        // Absent in entries that were sealed before these columns were there.
        ...(row.role === null && row.acting_for === null ? [] : [row.role, row.acting_for]),
      ]),
    );
  }
  return hash.digest('hex');
}
