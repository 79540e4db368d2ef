import type { Select } from '../../platform/database/invariant.js';
import type { SealedRow } from '../domain/chain.js';

/** The entries of the transactions in [from, until), in the order in which a seal chains them. */
export function sealedRows(select: Select, from: string, until: string): Promise<SealedRow[]> {
  return select<SealedRow>(
    `select id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, actor_kind, actor_id::text, action,
       subject_kind, subject_id, data::text, request_id, transaction_id::text, role, acting_for::text
     from audit_entries where transaction_id >= $1::text::xid8 and transaction_id < $2::text::xid8
     order by audit_entries.transaction_id, audit_entries.id`,
    [from, until],
  );
}
