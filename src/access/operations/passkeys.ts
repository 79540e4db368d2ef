import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Sessions } from '../../platform/http/sessions.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PasskeyEntity } from '../data/passkey.entity.js';
import { accountPolicy } from '../domain/account.policy.js';
import { labelFrom, obstacleToRemoving } from '../domain/passkey-rules.js';

export interface PasskeyView {
  readonly id: Id;
  readonly label: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly synced: boolean;
}

/** A person's own passkeys: which there are, what they are called, and which are no more. */
@Injectable()
export class Passkeys {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
    private readonly sessions: Sessions,
  ) {}

  /** The oldest first. */
  list(request: RequestContext): Promise<readonly PasskeyView[]> {
    return this.database.read(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.read');
      return passkeysOf(ctx, personId);
    });
  }

  /** @throws DomainError `not_found`, `invalid` (field `label`), `forbidden` (`second_factor_needed`) */
  async rename(request: RequestContext, id: string, typed: string): Promise<void> {
    const label = labelFrom(typed);
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const { passkey } = await this.find(ctx, personId, id);
      if (!ctx.actor.secondFactor) throw new DomainError('forbidden', { reason: 'second_factor_needed' });
      if (label === null) {
        throw new DomainError('invalid', { fields: [{ field: `label-${id}`, problem: 'passkey_label' }] });
      }
      await ctx.tx.update(PasskeyEntity, { id }, { label });
      await this.audit.record(ctx, {
        action: 'passkey.renamed',
        subject: { kind: 'person', id: personId },
        data: { passkey: passkey.id },
      });
    });
  }

  /**
   * Removes one, and ends the person's other sessions: they may stand on it. `asserted` says whether the provider itself
   * asserted a second factor at this sign-in.
   * @throws DomainError `not_found`, `forbidden` (`second_factor_needed`), `conflict` (`last_passkey`)
   */
  async remove(
    request: RequestContext,
    id: string,
    session: { readonly id: string; readonly asserted: boolean },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const owner = ownAccount(ctx, 'account.change');
      await lockPasskeys(ctx, owner);
      const { passkey, known } = await this.find(ctx, owner, id);
      const obstacle = obstacleToRemoving(known, ctx.actor, session.asserted);
      if (obstacle !== null) {
        const code = obstacle === 'last_passkey' ? 'conflict' : 'forbidden';
        throw new DomainError(code, { reason: obstacle });
      }
      await ctx.tx.update(PasskeyEntity, { id }, { removedAt: ctx.clock.now(), removedBy: owner });
      await this.audit.record(ctx, {
        action: 'passkey.removed',
        subject: { kind: 'person', id: owner },
        data: { passkey: passkey.id },
      });
      await this.outbox.emit(ctx, {
        type: 'passkey.removed',
        subject: { kind: 'person', id: owner },
        payload: { passkey: passkey.id },
      });
      await this.sessions.endAllOwn(ctx, session.id);
    });
  }

  private async find(
    ctx: Ctx,
    personId: Id,
    id: string,
  ): Promise<{ readonly passkey: PasskeyEntity; readonly known: number }> {
    const all = await passkeysOf(ctx, personId);
    const passkey = isId(id) ? all.find((candidate) => candidate.id === id) : undefined;
    if (!passkey) throw new DomainError('not_found');
    return { passkey, known: all.length };
  }
}

/** Those that a person has now, the oldest first. */
export function passkeysOf(ctx: Ctx, personId: Id): Promise<PasskeyEntity[]> {
  return ctx.tx.find(PasskeyEntity, {
    where: { personId, removedAt: IsNull() },
    order: { createdAt: 'asc', id: 'asc' },
  });
}

/** Whoever counts a person's passkeys before changing them does so alone until the end of the transaction. */
export async function lockPasskeys(ctx: Ctx, personId: Id): Promise<void> {
  await ctx.tx.query("select pg_advisory_xact_lock(hashtextextended('passkeys ' || $1, 0))", [personId]);
}

/** Whose account it is that the actor reads or changes: their own, by the table of the account. */
export function ownAccount(ctx: Ctx, action: 'account.read' | 'account.change'): Id {
  const { personId } = ctx.actor;
  if (personId === null) throw new DomainError('not_signed_in');
  authorise(ctx, accountPolicy, action, { state: 'open', personId }, 'account.read');
  return personId;
}
