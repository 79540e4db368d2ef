import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { IntegrationClients } from '../data/integration-clients.js';
import { clientsPolicy } from '../domain/clients.policy.js';

const LONGEST_REASON = 1000;

/** Shuts another system out: its next call is a stranger's. */
@Injectable()
export class RevokeClient {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clients: IntegrationClients,
  ) {}

  /** @throws DomainError `not_found`, `forbidden`, `wrong_state` where that was done already, `invalid` without a reason */
  run(request: RequestContext, id: Id, reason: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const client = isId(id) ? await this.clients.byId(ctx, id, 'for update of c') : null;
      if (!client) throw new DomainError('not_found');
      authorise(ctx, clientsPolicy, 'client.revoke', client, 'client.read');
      if (reason.trim() === '')
        throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required' }] });
      if (reason.length > LONGEST_REASON) {
        throw new DomainError('invalid', {
          fields: [{ field: 'reason', problem: 'too_long', values: { max: LONGEST_REASON } }],
        });
      }
      await ctx.tx.query(
        'update integration_clients set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where id = $1',
        [id, ctx.clock.now(), ctx.actor.personId, reason],
      );
      await this.audit.record(ctx, {
        action: 'client.revoked',
        subject: { kind: 'client', id },
        data: { institution: client.institutionId },
      });
    });
  }
}
