import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import type { Id } from '../../shared/ids.js';
import { AccessPorts } from '../access-ports.js';
import { RoleGrants } from '../data/role-grants.js';
import { vouchesFor } from '../domain/affiliations.js';
import { NO_SCOPE } from '../domain/delegation.js';

/** The institutions of which a provider may say that somebody is there. */
@Injectable()
export class VouchedInstitutions {
  constructor(
    private readonly grants: RoleGrants,
    private readonly ports: AccessPorts,
  ) {}

  /** The one with this domain; null where there is none, or where it is none of those that the provider's entry names. */
  async byDomain(
    ctx: Ctx,
    provider: Pick<IdentityProviderEntry, 'country' | 'institutions'>,
    domain: string,
  ): Promise<Id | null> {
    if (!vouchesFor(provider, domain)) return null;
    const institutionId = await this.ports.places.institutionByDomain(ctx, domain);
    if (institutionId === null) return null;
    const { institutionCountry } = await this.grants.scope(ctx, { ...NO_SCOPE, institutionId });
    // A provider speaks for the institutions of its own country alone.
    return institutionCountry === provider.country ? institutionId : null;
  }
}
