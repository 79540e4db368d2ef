import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import { rolesPolicy } from '../domain/roles.policy.js';
import { Granting } from './granting.js';
import type { Granted, WantedRole } from './granting.js';
import { InviteToRole } from './invite-to-role.js';

/** Whom: somebody whom one sees, or an address. */
export type WantedPerson =
  { readonly personId: Id } | { readonly email: string; readonly language?: Language | undefined };

/** What became of it: whether anybody has this address, a stranger does not learn. */
export type GrantOutcome =
  ({ readonly kind: 'granted' } & Granted) | { readonly kind: 'invited'; readonly id: Id };

@Injectable()
export class GrantRole {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly granting: Granting,
    private readonly invitations: InviteToRole,
  ) {}

  /**
   * Gives a role. An address that is exactly that of one person whom the actor may see is theirs; any other is invited.
   * @throws DomainError `invalid`, `forbidden`, `conflict` (see `Granting`), `not_found` (`person_unknown`)
   */
  run(request: RequestContext, wanted: WantedRole & WantedPerson): Promise<GrantOutcome> {
    return this.database.transaction(request, async (ctx) => {
      const { checked, facts } = await this.granting.check(ctx, wanted);
      const personId =
        'email' in wanted ? await this.grants.personByAddress(ctx, wanted.email.trim()) : wanted.personId;
      authorise(ctx, rolesPolicy, 'role.grant', { ...facts, personId }, 'role.read');
      if (personId === null && 'email' in wanted) {
        return { kind: 'invited', id: await this.invitations.enter(ctx, wanted, checked, null) };
      }
      const grantedBy = ctx.actor.personId;
      if (personId === null || grantedBy === null || !(await this.grants.isSeen(ctx, personId))) {
        throw new DomainError('not_found', { reason: 'person_unknown' });
      }
      const granted = await this.granting.enter(ctx, checked, { personId, grantedBy, origin: null });
      return { kind: 'granted', ...granted };
    });
  }
}
