import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Sessions } from '../../platform/http/sessions.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PasskeyEntity } from '../data/passkey.entity.js';
import { RoleGrants } from '../data/role-grants.js';
import { peoplePolicy } from '../domain/roles.policy.js';
import { lockPasskeys } from './passkeys.js';

const MOST_REASON_CHARACTERS = 1000;

/**
 * Lets in again whoever has lost their passkeys: an administrator who answers for their offices takes all of them away,
 * and the next sign-in enrols anew.
 */
@Injectable()
export class ResetPasskeys {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Ends the person's sessions as well.
   * @throws DomainError `not_found`, `forbidden`, `invalid` (field `reason`), `conflict` (`no_passkeys`)
   */
  async run(request: RequestContext, personId: string, typed: string): Promise<void> {
    const reason = typed.normalize('NFC').trim();
    await this.database.transaction(request, async (ctx) => {
      if (!isId(personId) || !(await this.grants.isSeen(ctx, personId))) throw new DomainError('not_found');
      const facts = await this.grants.personFacts(ctx, personId);
      authorise(ctx, peoplePolicy, 'person.reset_passkeys', facts, 'person.read_roles');
      if (reason === '' || reason.length > MOST_REASON_CHARACTERS) {
        const problem = reason === '' ? 'required' : 'too_long';
        throw new DomainError('invalid', {
          fields: [{ field: 'reason', problem, values: { max: MOST_REASON_CHARACTERS } }],
        });
      }
      await lockPasskeys(ctx, personId);
      const removed = await withSystemRights(ctx, () =>
        ctx.tx.update(
          PasskeyEntity,
          { personId, removedAt: IsNull() },
          { removedAt: ctx.clock.now(), removedBy: ctx.actor.personId, removeReason: reason },
        ),
      );
      if (!removed.affected) throw new DomainError('conflict', { reason: 'no_passkeys' });
      const sessions = await withSystemRights(ctx, () => this.sessions.endAllOf(ctx, personId));
      await this.audit.record(ctx, {
        action: 'passkey.reset',
        subject: { kind: 'person', id: personId },
        data: { passkeys: removed.affected, sessions },
      });
      await this.outbox.emit(ctx, {
        type: 'passkey.reset',
        subject: { kind: 'person', id: personId },
        payload: { passkeys: removed.affected },
      });
    });
  }
}
