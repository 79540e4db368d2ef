import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { clientsPolicy } from '../domain/clients.policy.js';
import type { ClientState } from '../domain/clients.policy.js';

/** Another system that an institution let in. */
export interface RegisteredClient {
  readonly id: Id;
  readonly state: ClientState;
  readonly institutionId: Id;
  readonly country: CountryCode;
  readonly name: string;
  readonly issuer: string;
  /** Under which id the issuer knows it: `sub` and `client_id` of its tokens. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly reason: string;
  readonly grantedBy: Id;
  readonly createdAt: Date;
  readonly validUntil: Date | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: Id | null;
  readonly revokeReason: string | null;
}

const SELECT = `select c.id, c.state, c.institution_id as "institutionId", i.country, c.name, c.issuer, c.subject, c.scopes,
  c.reason, c.granted_by as "grantedBy", c.created_at as "createdAt", c.valid_until as "validUntil",
  c.revoked_at as "revokedAt", c.revoked_by as "revokedBy", c.revoke_reason as "revokeReason"
  from integration_clients c join institutions i on i.id = c.institution_id`;

/** The systems that are registered, as the actor of the context may read them. */
@Injectable()
export class IntegrationClients {
  /** The registration by which a token's bearer acts at this moment; null for a stranger. */
  async inForce(ctx: Ctx, issuer: string, subject: string): Promise<RegisteredClient | null> {
    const rows = await ctx.tx.query<RegisteredClient[]>(
      `${SELECT} where c.issuer = $1 and c.subject = $2 and c.revoked_at is null and c.created_at <= $3
         and (c.valid_until is null or c.valid_until > $3)`,
      [issuer, subject, ctx.clock.now()],
    );
    return rows[0] ?? null;
  }

  async byId(ctx: Ctx, id: Id, lock: 'for update of c' | '' = ''): Promise<RegisteredClient | null> {
    const rows = await ctx.tx.query<RegisteredClient[]>(`${SELECT} where c.id = $1 ${lock}`, [id]);
    return rows[0] ?? null;
  }

  /** Those in force first, in the order of their names; `after` is the last id of the page before. */
  list(ctx: Ctx, limit: number, after: Id | null): Promise<readonly RegisteredClient[]> {
    return ctx.tx.query<RegisteredClient[]>(
      `${SELECT} where ${clientsPolicy.filter(ctx.actor, 'client.list', 'c')}
         and ($2::uuid is null or (c.state, lower(c.name), c.id) >
           (select last.state, lower(last.name), last.id from integration_clients last where last.id = $2))
       order by c.state, lower(c.name), c.id limit $1`,
      [limit, after],
    );
  }

  /** The institutions for which the actor may register, in the order of their ids. */
  async institutionsOf(ctx: Ctx): Promise<readonly { readonly id: Id; readonly country: CountryCode }[]> {
    return ctx.tx.query(
      'select id, country from institutions i where keeps_clients_of(i.id) order by country, id',
    );
  }
}
