import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { takenBy } from '../../shared/identity-provider.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ProviderVersions } from '../data/provider-versions.js';
import { providersPolicy } from '../domain/providers.policy.js';
import { ProviderRegistry } from './provider-registry.js';

/** The second hand: brings a proposed version into force, in place of the one before it. */
@Injectable()
export class ConfirmProvider {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly versions: ProviderVersions,
    private readonly registry: ProviderRegistry,
  ) {}

  /**
   * `version` is the one that was looked at: what was changed meanwhile is not confirmed with it.
   * @throws DomainError `not_found`, `forbidden` (`own_proposal`), `wrong_state`, or `conflict` (`provider_taken`) where
   * the key or the issuer has come into other use since
   */
  async run(request: RequestContext, key: string, version: Id): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const open = await this.versions.lockOpen(ctx);
      const found =
        open.find(({ id }) => id === version) ??
        (await this.versions.of(ctx, key)).find(({ id }) => id === version);
      if (found?.key !== key) throw new DomainError('not_found');
      authorise(
        ctx,
        providersPolicy,
        'provider.confirm',
        { state: found.state, proposedBy: found.proposed.personId },
        'provider.read',
      );
      const inForce = open.filter(({ state }) => state === 'in_force');
      const others = inForce.filter((other) => other.key !== key).map(({ entry }) => entry);
      if (takenBy(found.entry, [...this.registry.fromFile, ...others]).length > 0) {
        throw new DomainError('conflict', { reason: 'provider_taken' });
      }
      const before = inForce.find((other) => other.key === key);
      const [now, by] = [ctx.clock.now(), ctx.actor.personId];
      if (before) {
        await ctx.tx.query('update identity_providers set ended_at = $2, ended_by = $3 where id = $1', [
          before.id,
          now,
          by,
        ]);
      }
      await ctx.tx.query('update identity_providers set confirmed_at = $2, confirmed_by = $3 where id = $1', [
        version,
        now,
        by,
      ]);
      await this.audit.record(ctx, {
        action: 'provider.confirmed',
        subject: { kind: 'identity_provider', id: key },
        data: { version, replaces: before?.id ?? null },
      });
    });
    await this.registry.refresh();
  }
}
