import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Sessions } from '../../platform/http/sessions.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AccessPorts } from '../access-ports.js';
import type { JoinConflict } from '../access-ports.js';
import { AccountJoins } from '../data/account-joins.js';
import type { AccountJoin } from '../data/account-joins.js';
import { accountPolicy } from '../domain/account.policy.js';
import { hasIdleOffice } from '../domain/passkey-rules.js';
import { MOST_IDENTITIES } from '../domain/identities.js';

/** What joining would do, or why it cannot be. */
export interface JoinOutlook {
  /** Translation key under `reasons`; null where nothing is in the way. */
  readonly obstacle: string | null;
  /** Of what both have, the person says which one goes on. */
  readonly conflicts: readonly JoinConflict[];
}

/**
 * Two accounts of one person become one. An officer who found that they are asks for it; only the person does it, who signs
 * in at both in one session. The account that they are in goes on; what belonged to the other is theirs from then on, and
 * nobody signs in to that one any more. No role moves.
 */
@Injectable()
export class JoinAccounts {
  constructor(
    private readonly database: Database,
    private readonly joins: AccountJoins,
    private readonly ports: AccessPorts,
    private readonly sessions: Sessions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Asks the person of two accounts to make them one, inside the act of an officer that the caller has authorised.
   * @throws DomainError `conflict` (`join_asked_already`)
   */
  async ask(
    ctx: Ctx,
    of: { readonly firstId: Id; readonly secondId: Id; readonly verdictId: Id },
  ): Promise<AccountJoin> {
    const askedBy = ctx.actor.personId;
    if (askedBy === null) throw new DomainError('forbidden');
    const open = await this.joins.openOf(ctx, of.firstId);
    if (open.some(({ secondId }) => secondId === of.secondId)) {
      throw new DomainError('conflict', { reason: 'join_asked_already' });
    }
    const now = ctx.clock.now();
    const join: AccountJoin = {
      ...of,
      id: newId(now),
      askedBy,
      askedFor: ctx.authority?.actingFor ?? null,
      askedAt: now,
      state: 'asked',
      answeredAt: null,
      keptId: null,
    };
    await this.joins.add(ctx, join);
    await this.note(ctx, join, 'account_join.asked');
    for (const personId of [of.firstId, of.secondId]) {
      await this.outbox.emit(ctx, {
        type: 'account.join_asked',
        subject: { kind: 'person', id: personId },
        payload: { join: join.id },
      });
    }
    return join;
  }

  /** What waits for an answer of whoever acts. */
  async own(ctx: Ctx): Promise<readonly AccountJoin[]> {
    const { personId } = ctx.actor;
    return personId === null ? [] : this.joins.openOf(ctx, personId);
  }

  /** Whether whoever acts was asked to join this account to theirs. */
  async askedOf(ctx: Ctx, otherId: Id): Promise<AccountJoin | null> {
    const open = await this.own(ctx);
    return open.find(({ firstId, secondId }) => firstId === otherId || secondId === otherId) ?? null;
  }

  /** What would become of the other account, which whoever acts has signed in to just now. */
  async outlook(ctx: Ctx, otherId: Id): Promise<JoinOutlook> {
    const personId = own(ctx, 'account.read');
    if (!(await this.askedOf(ctx, otherId))) return { obstacle: 'join_not_asked', conflicts: [] };
    return withSystemRights(ctx, () => this.lookAhead(ctx, personId, otherId));
  }

  /** The person says that the two are not both theirs, or that they do not want it. */
  refuse(request: RequestContext, joinId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      own(ctx, 'account.change');
      const join = (await this.own(ctx)).find(({ id }) => id === joinId);
      if (!join) throw new DomainError('not_found');
      await this.joins.answer(ctx, join, 'refused', null);
      await this.note(ctx, join, 'account_join.refused');
    });
  }

  /**
   * @param otherId the account that whoever acts has proved to be theirs
   * @param chosen of each conflict what goes on
   * @throws DomainError `conflict` with the obstacle, `invalid` where something is not chosen
   */
  run(request: RequestContext, otherId: Id, chosen: ReadonlyMap<string, string>): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const keptId = own(ctx, 'account.change');
      for (const id of [keptId, otherId].toSorted()) {
        await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`identities ${id}`]);
      }
      const join = await this.askedOf(ctx, otherId);
      if (!join) throw new DomainError('conflict', { reason: 'join_not_asked' });
      await withSystemRights(ctx, async () => {
        const { obstacle, conflicts } = await this.lookAhead(ctx, keptId, otherId);
        if (obstacle !== null) throw new DomainError('conflict', { reason: obstacle });
        const open = conflicts.filter(
          ({ key, options }) => !options.some(({ value }) => value === chosen.get(key)),
        );
        if (open.length > 0) {
          throw new DomainError('invalid', {
            fields: open.map(({ key }) => ({ field: key, problem: 'required_choice' })),
          });
        }
        for (const belongings of this.ports.belongings) {
          await belongings.move(ctx, { keptId, joinedId: otherId }, chosen);
        }
        await this.joins.move(ctx, keptId, otherId);
        await this.sessions.endAllOf(ctx, otherId);
        await this.joins.answer(ctx, join, 'joined', keptId);
      });
      await this.note(ctx, join, 'account_join.joined');
      await this.audit.record(ctx, {
        action: 'person.joined',
        subject: { kind: 'person', id: keptId },
        data: { joined: otherId },
      });
      await this.outbox.emit(ctx, {
        type: 'account.joined',
        subject: { kind: 'person', id: keptId },
        payload: { join: join.id },
      });
    });
  }

  private async lookAhead(ctx: Ctx, keptId: Id, joinedId: Id): Promise<JoinOutlook> {
    const accounts = { keptId, joinedId };
    let obstacle = await this.joins.obstacle(ctx, keptId, joinedId, MOST_IDENTITIES);
    const conflicts: JoinConflict[] = [];
    for (const belongings of this.ports.belongings) {
      obstacle ??= (await belongings.obstacle?.(ctx, accounts)) ?? null;
      conflicts.push(...((await belongings.conflicts?.(ctx, accounts)) ?? []));
    }
    return { obstacle, conflicts };
  }

  private note(ctx: Ctx, { id, firstId, secondId }: AccountJoin, action: string): Promise<void> {
    return this.audit.record(ctx, {
      action,
      subject: { kind: 'account_join', id },
      data: { accounts: [firstId, secondId] },
    });
  }
}

function own(ctx: Ctx, action: 'account.read' | 'account.change'): Id {
  const { personId } = ctx.actor;
  if (personId === null) throw new DomainError('not_signed_in');
  if (action === 'account.change' && hasIdleOffice(ctx.actor)) {
    throw new DomainError('forbidden', { reason: 'second_factor_needed' });
  }
  authorise(ctx, accountPolicy, action, { state: 'open', personId }, 'account.read');
  return personId;
}
