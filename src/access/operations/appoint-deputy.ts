import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import { rolesPolicy } from '../domain/roles.policy.js';
import { Granting, checkedTerms } from './granting.js';
import type { GrantOutcome, WantedPerson } from './grant-role.js';
import { InviteToRole } from './invite-to-role.js';

export interface WantedDeputy {
  /** One's own grant, which is lent. */
  readonly grantId: Id;
  readonly reason: string;
  readonly validFrom?: Date | null | undefined;
  readonly validUntil: Date;
}

/** Lets somebody act for oneself until a day: with the same role in the same scope, and visibly in one's place. */
@Injectable()
export class AppointDeputy {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly granting: Granting,
    private readonly invitations: InviteToRole,
  ) {}

  /** @throws DomainError `invalid`, `forbidden`, `wrong_state`, `conflict`, `not_found` */
  run(request: RequestContext, wanted: WantedDeputy & WantedPerson): Promise<GrantOutcome> {
    return this.database.transaction(request, async (ctx) => {
      const origin = await this.grants.grant(ctx, wanted.grantId, true);
      authorise(ctx, rolesPolicy, 'role.deputise', origin, 'role.read');
      const { problems, ...terms } = checkedTerms(ctx, wanted);
      const beyond: FieldProblem[] =
        origin.validUntil && wanted.validUntil > origin.validUntil
          ? [{ field: 'validUntil', problem: 'date_too_late' }]
          : [];
      const fields = [...problems, ...beyond];
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      const { role, institutionId, unitId, side, country, callId, panelId } = origin;
      const scope = { institutionId, unitId, side, country, callId, panelId };
      const checked = { role, scope, ...terms };

      const personId =
        'email' in wanted ? await this.grants.personByAddress(ctx, wanted.email.trim()) : wanted.personId;
      if (personId === null && 'email' in wanted) {
        return { kind: 'invited', id: await this.invitations.enter(ctx, wanted, checked, origin.id) };
      }
      if (personId === null || !(await this.grants.isSeen(ctx, personId))) {
        throw new DomainError('not_found', { reason: 'person_unknown' });
      }
      if (personId === origin.personId) throw new DomainError('forbidden', { reason: 'role_to_oneself' });
      const granted = await this.granting.enter(ctx, checked, {
        personId,
        grantedBy: origin.personId,
        origin,
      });
      return { kind: 'granted', ...granted };
    });
  }
}
