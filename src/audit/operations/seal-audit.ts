import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import { GENESIS, chainHash } from '../domain/chain.js';
import { sealedRows } from '../data/sealed-rows.js';

/** About so many entries make one seal: it is made, and verified, in one piece of memory. */
const ENTRIES_PER_SEAL = 20_000;

/**
 * Chains what was recorded since the last seal. It takes only transactions older than every one still running, so no
 * entry can appear in a range after that range was sealed, and those who write never wait for the chain.
 */
@Injectable()
export class SealAudit {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Returns how many entries were sealed; 0 where there was nothing new. Much that waits becomes several seals.
   * @param sealed is told of each
   */
  async run(clock: Clock, sealed?: (entries: number) => void): Promise<number> {
    for (let all = 0; ;) {
      const entries = await this.sealNext(clock);
      if (entries === 0) return all;
      all += entries;
      sealed?.(entries);
    }
  }

  private sealNext(clock: Clock): Promise<number> {
    return this.database.transaction(systemContext(clock), async (ctx) => {
      await ctx.tx.query("select pg_advisory_xact_lock(hashtext('seal-audit'))");
      const [last] = await ctx.tx.query<{ sequence: string; until: string; hash: string }[]>(
        'select sequence, until_transaction::text as until, hash from audit_seals order by sequence desc limit 1',
      );
      const from = last?.until ?? '0';
      const until = await this.edge(ctx, from);
      const rows = await sealedRows((sql, values) => ctx.tx.query(sql, values && [...values]), from, until);
      if (rows.length === 0) return 0;
      const previous = last?.hash ?? GENESIS;
      await ctx.tx.query(
        `insert into audit_seals (sequence, from_transaction, until_transaction, entries, previous_hash, hash, sealed_at)
         values ($1, $2::text::xid8, $3::text::xid8, $4, $5, $6, $7)`,
        [
          Number(last?.sequence ?? 0) + 1,
          from,
          until,
          rows.length,
          previous,
          chainHash(previous, rows),
          clock.now(),
        ],
      );
      return rows.length;
    });
  }

  /** Up to which transaction the next seal goes, without that one: whole transactions, a single large one included. */
  private async edge(ctx: Ctx, from: string): Promise<string> {
    const [edge] = await ctx.tx.query<{ oldest: string; first: string | null; beyond: string | null }[]>(
      `with edge as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as oldest)
       select oldest::text,
         (select transaction_id::text from audit_entries where transaction_id >= $1::text::xid8
           and transaction_id < oldest order by audit_entries.transaction_id, id limit 1) as first,
         (select transaction_id::text from audit_entries where transaction_id >= $1::text::xid8
           and transaction_id < oldest order by audit_entries.transaction_id, id offset ${ENTRIES_PER_SEAL} limit 1) as beyond
       from edge`,
      [from],
    );
    const { oldest = '0', first = null, beyond = null } = edge ?? {};
    if (first === null || beyond === null) return oldest;
    return beyond === first ? String(BigInt(first) + 1n) : beyond;
  }
}
