import { Inject, Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import { GENESIS, chainHash } from '../domain/chain.js';
import { sealedRows } from '../data/sealed-rows.js';

/**
 * Chains what was recorded since the last seal. It takes only transactions older than every one still running, so no
 * entry can appear in a range after that range was sealed, and those who write never wait for the chain.
 */
@Injectable()
export class SealAudit {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Returns how many entries were sealed; 0 where there was nothing new. */
  run(clock: Clock): Promise<number> {
    return this.database.transaction(systemContext(clock), async (ctx) => {
      await ctx.tx.query("select pg_advisory_xact_lock(hashtext('seal-audit'))");
      const [last] = await ctx.tx.query<{ sequence: string; until: string; hash: string }[]>(
        'select sequence, until_transaction::text as until, hash from audit_seals order by sequence desc limit 1',
      );
      const [edge] = await ctx.tx.query<{ until: string }[]>(
        'select pg_snapshot_xmin(pg_current_snapshot())::text as until',
      );
      const from = last?.until ?? '0';
      const until = edge?.until ?? '0';
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
}
