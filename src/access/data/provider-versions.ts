import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import type { Id } from '../../shared/ids.js';
import { providersPolicy } from '../domain/providers.policy.js';
import type { ProviderState } from '../domain/providers.policy.js';

/** The entry as it is kept: its secret lies apart, sealed. */
export type OpenEntry = Omit<IdentityProviderEntry, 'clientSecret'>;

/** What was done to a version, by whom and when. The name is null for whoever may not be seen. */
export interface VersionAct {
  readonly personId: Id;
  readonly name: string | null;
  readonly at: Date;
}

/** One version of a provider's entry in the register, with its history. */
export interface ProviderVersion {
  readonly id: Id;
  readonly key: string;
  readonly state: ProviderState;
  readonly entry: OpenEntry;
  readonly hasSecret: boolean;
  readonly reason: string;
  readonly proposed: VersionAct;
  readonly confirmed: VersionAct | null;
  readonly ended: VersionAct | null;
  /** Null where the version after it took its place. */
  readonly endReason: string | null;
}

/** A version in force as it signs people in. */
export interface VersionInForce {
  readonly id: Id;
  readonly entry: OpenEntry;
  readonly sealedSecret: Buffer | null;
}

interface VersionRow {
  readonly id: Id;
  readonly key: string;
  readonly state: ProviderState;
  readonly entry: OpenEntry;
  readonly has_secret: boolean;
  readonly reason: string;
  readonly end_reason: string | null;
  readonly proposed_by: Id;
  readonly proposed_name: string | null;
  readonly proposed_at: Date;
  readonly confirmed_by: Id | null;
  readonly confirmed_name: string | null;
  readonly confirmed_at: Date | null;
  readonly ended_by: Id | null;
  readonly ended_name: string | null;
  readonly ended_at: Date | null;
}

const STATE = `case when p.ended_at is not null then 'ended' when p.confirmed_at is not null then 'in_force'
  else 'proposed' end`;
/** Versions as a table of a query, with their state. */
export const PROVIDER_VERSIONS = `(select p.*, ${STATE} as state from identity_providers p)`;
const VERSION = `
  select p.id, p.key, ${STATE} as state, p.entry, p.client_secret is not null as has_secret, p.reason, p.end_reason,
    p.proposed_by, p.proposed_at, p.confirmed_by, p.confirmed_at, p.ended_by, p.ended_at,
    proposer.native_given || ' ' || proposer.native_family as proposed_name,
    confirmer.native_given || ' ' || confirmer.native_family as confirmed_name,
    ender.native_given || ' ' || ender.native_family as ended_name
  from identity_providers p
    left join persons proposer on proposer.id = p.proposed_by
    left join persons confirmer on confirmer.id = p.confirmed_by
    left join persons ender on ender.id = p.ended_by`;

/** The versions of the register of providers, as the actor of the context may read them. */
@Injectable()
export class ProviderVersions {
  /** How many versions wait for the actor as the second administrator. */
  async countToConfirm(ctx: Ctx): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from ${PROVIDER_VERSIONS} v
       where ${providersPolicy.filter(ctx.actor, 'provider.confirm', 'v')}`,
    );
    return row?.count ?? 0;
  }

  /** Every version, the youngest first. */
  async all(ctx: Ctx): Promise<readonly ProviderVersion[]> {
    const rows = await ctx.tx.query<VersionRow[]>(`${VERSION} order by p.proposed_at desc, p.id desc`);
    return rows.map(versionOf);
  }

  /** The versions of one provider, the youngest first. */
  async of(ctx: Ctx, key: string): Promise<readonly ProviderVersion[]> {
    const rows = await ctx.tx.query<VersionRow[]>(
      `${VERSION} where p.key = $1 order by p.proposed_at desc, p.id desc`,
      [key],
    );
    return rows.map(versionOf);
  }

  /** The versions that are in force or wait for a second hand, locked: what is decided of them is decided alone. */
  async lockOpen(ctx: Ctx): Promise<readonly ProviderVersion[]> {
    // Proposals of different keys may name one issuer, and would not see each other by locks on rows.
    await ctx.tx.query("select pg_advisory_xact_lock(hashtext('identity-providers'))");
    const rows = await ctx.tx.query<VersionRow[]>(
      `${VERSION} where p.ended_at is null order by p.proposed_at, p.id`,
    );
    return rows.map(versionOf);
  }

  /** What signs people in at this moment. */
  async inForce(ctx: Ctx): Promise<readonly VersionInForce[]> {
    return ctx.tx.query<VersionInForce[]>(
      `select id, entry, client_secret as "sealedSecret" from identity_providers
       where confirmed_at is not null and ended_at is null order by country, key`,
    );
  }

  async sealedSecret(ctx: Ctx, id: Id): Promise<Buffer | null> {
    const rows = await ctx.tx.query<{ client_secret: Buffer | null }[]>(
      'select client_secret from identity_providers where id = $1',
      [id],
    );
    return rows[0]?.client_secret ?? null;
  }
}

function versionOf(row: VersionRow): ProviderVersion {
  const act = (personId: Id | null, name: string | null, at: Date | null) =>
    personId === null || at === null ? null : { personId, name, at };
  return {
    id: row.id,
    key: row.key,
    state: row.state,
    entry: row.entry,
    hasSecret: row.has_secret,
    reason: row.reason,
    proposed: { personId: row.proposed_by, name: row.proposed_name, at: row.proposed_at },
    confirmed: act(row.confirmed_by, row.confirmed_name, row.confirmed_at),
    ended: act(row.ended_by, row.ended_name, row.ended_at),
    endReason: row.end_reason,
  };
}
