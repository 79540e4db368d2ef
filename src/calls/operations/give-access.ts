import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AccessCodeEntity } from '../data/access-code.entity.js';
import { accessCodeHash, addressHash, grantProblems, newAccessCode } from '../domain/access-code.js';
import type { AccessGrant } from '../domain/access-code.js';
import { CALL_ACCESS_GIVEN, CALL_ACCESS_REVOKED } from '../domain/calls.events.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { CallRecords, factsOf } from './call-record.js';

/** What a code opens. */
export interface GivenAccess {
  readonly codeId: Id;
  readonly callId: Id;
  readonly until: Date;
}

/** Lets somebody who was invited, or is late, apply to a call by a code that is told once. */
@Injectable()
export class GiveAccess {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Answers the code, which is kept nowhere: whoever loses it is given another one. */
  async make(request: RequestContext, callId: Id, grant: AccessGrant): Promise<string> {
    return this.database.transaction(request, async (ctx) => {
      const { call } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.give_access', factsOf(call), 'call.read');
      const now = ctx.clock.now();
      const problems = grantProblems(grant, now);
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      const code = newAccessCode();
      const id = newId(now);
      await ctx.tx.insert(AccessCodeEntity, {
        id,
        callId,
        codeHash: accessCodeHash(code),
        emailHash: grant.email ? addressHash(grant.email) : null,
        maxUses: grant.uses,
        uses: 0,
        validUntil: grant.validUntil,
        reason: grant.reason.trim(),
        madeAt: now,
        revokedAt: null,
      });
      await this.audit.record(ctx, {
        action: CALL_ACCESS_GIVEN,
        subject: { kind: 'call', id: callId },
        data: { code: id, uses: grant.uses, until: grant.validUntil.toISOString() },
      });
      return code;
    });
  }

  /** From now on the code opens nothing, also to whoever has begun by it and not submitted. */
  async revoke(request: RequestContext, callId: Id, codeId: Id): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { call } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.give_access', factsOf(call), 'call.read');
      const code = isId(codeId) ? await ctx.tx.findOneBy(AccessCodeEntity, { id: codeId, callId }) : null;
      if (!code) throw new DomainError('not_found');
      if (code.revokedAt) return;
      await ctx.tx.update(AccessCodeEntity, { id: codeId }, { revokedAt: ctx.clock.now() });
      const subject = { kind: 'call', id: callId };
      await this.audit.record(ctx, { action: CALL_ACCESS_REVOKED, subject, data: { code: codeId } });
      await this.outbox.emit(ctx, { type: CALL_ACCESS_REVOKED, subject, payload: { code: codeId } });
    });
  }

  /**
   * What a code opens to whoever has this address, under the code's lock. A wrong code, one that is somebody else's, used up,
   * over or revoked is told apart to nobody.
   *
   * @throws DomainError `invalid` at the field `code`
   */
  async opened(ctx: Ctx, typed: string, email: string): Promise<GivenAccess & { readonly usedUp: boolean }> {
    const code = await withSystemRights(ctx, () =>
      ctx.tx
        .getRepository(AccessCodeEntity)
        .createQueryBuilder('c')
        .where('c.codeHash = :hash', { hash: accessCodeHash(typed) })
        .setLock('pessimistic_write')
        .getOne(),
    );
    const opens =
      code &&
      code.revokedAt === null &&
      ctx.clock.now() < code.validUntil &&
      (code.emailHash === null || code.emailHash === addressHash(email));
    if (!opens) throw wrongCode();
    return {
      codeId: code.id,
      callId: code.callId,
      until: code.validUntil,
      usedUp: code.uses >= code.maxUses,
    };
  }

  /** Counts that somebody applies by it. */
  async use(ctx: Ctx, { codeId, usedUp }: { readonly codeId: Id; readonly usedUp: boolean }): Promise<void> {
    if (usedUp) throw wrongCode();
    await withSystemRights(ctx, () => ctx.tx.increment(AccessCodeEntity, { id: codeId }, 'uses', 1));
  }
}

function wrongCode(): DomainError {
  return new DomainError('invalid', { fields: [{ field: 'code', problem: 'code_unknown' }] });
}
