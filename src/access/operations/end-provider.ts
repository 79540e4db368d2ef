import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ProviderVersions } from '../data/provider-versions.js';
import { providersPolicy } from '../domain/providers.policy.js';
import { reasonProblems } from './propose-provider.js';
import { ProviderRegistry } from './provider-registry.js';

/** Takes a provider out of force, or a proposal back. One administrator is enough: a provider that was broken into cannot wait. */
@Injectable()
export class EndProvider {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly versions: ProviderVersions,
    private readonly registry: ProviderRegistry,
  ) {}

  /** @throws DomainError `not_found`, `wrong_state` where it has ended already, `invalid` without a reason */
  async run(request: RequestContext, key: string, version: Id, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      await this.versions.lockOpen(ctx);
      const found = (await this.versions.of(ctx, key)).find(({ id }) => id === version);
      if (!found) throw new DomainError('not_found');
      authorise(
        ctx,
        providersPolicy,
        'provider.end',
        { state: found.state, proposedBy: found.proposed.personId },
        'provider.read',
      );
      const fields = reasonProblems(reason);
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      await ctx.tx.query(
        'update identity_providers set ended_at = $2, ended_by = $3, end_reason = $4 where id = $1',
        [version, ctx.clock.now(), ctx.actor.personId, reason.trim()],
      );
      await this.audit.record(ctx, {
        action: 'provider.ended',
        subject: { kind: 'identity_provider', id: key },
        data: { version, was: found.state },
      });
    });
    await this.registry.refresh();
  }
}
