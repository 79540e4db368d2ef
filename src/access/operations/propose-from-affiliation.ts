import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { RoleGrants } from '../data/role-grants.js';
import { proposalsOf } from '../domain/affiliations.js';
import { VouchedInstitutions } from './vouched-institutions.js';

/**
 * What somebody is at home may propose a role, by the rules of the provider's entry. It stays a proposal until a person
 * grants it; one that was settled is not made again, or whoever was refused would ask at every sign-in.
 */
@Injectable()
export class ProposeFromAffiliation {
  constructor(
    private readonly grants: RoleGrants,
    private readonly institutions: VouchedInstitutions,
    private readonly audit: AuditTrail,
  ) {}

  /** Part of a sign-in, which the application itself does. `affiliations` are values like `employee@example.org`. */
  async run(
    ctx: Ctx,
    {
      personId,
      provider,
      affiliations,
    }: {
      readonly personId: Id;
      readonly provider: Pick<IdentityProviderEntry, 'key' | 'country' | 'institutions' | 'roleProposals'>;
      readonly affiliations: readonly string[];
    },
  ): Promise<void> {
    for (const { role, domain, claim } of proposalsOf(provider, affiliations)) {
      const institutionId = await this.institutions.byDomain(ctx, provider, domain);
      if (institutionId === null) continue;
      const held = await this.grants.heldBy(ctx, personId);
      if (held.some((grant) => grant.role === role && grant.institutionId === institutionId)) continue;
      const id = newId(ctx.clock.now());
      const entered = await ctx.tx.query<unknown[]>(
        `insert into role_proposals (id, person_id, role, institution_id, provider_key, claim, proposed_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (person_id, role, institution_id) do nothing returning id`,
        [id, personId, role, institutionId, provider.key, claim, ctx.clock.now()],
      );
      if (entered.length === 0) continue;
      await this.audit.record(ctx, {
        action: 'role.proposed',
        subject: { kind: 'person', id: personId },
        data: { proposal: id, role, institution_id: institutionId, provider: provider.key },
      });
    }
  }
}
