import { Inject, Injectable } from '@nestjs/common';
import type { AccountBelongings, JoinConflict, JoinedAccounts } from '../../access/public.js';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DuplicatesRepository } from '../data/duplicates.repository.js';
import { applicationStates } from '../domain/application.states.js';
import { ApplicationRecord } from './application-record.js';
import { WithdrawApplication } from './withdraw-application.js';

/**
 * Of two accounts that become one the applications are the other's from then on, with what was submitted, sent and decided.
 * Of two to one call that both go on, the person says which one does; the other is withdrawn, and its record says why.
 */
@Injectable()
export class ApplicationsOfAccount implements AccountBelongings {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(DuplicatesRepository) private readonly duplicates: DuplicatesRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(WithdrawApplication) private readonly withdrawing: WithdrawApplication,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** Whoever had a hand in the other account's files as an official cannot become their applicant. */
  async obstacle(ctx: Ctx, { keptId, joinedId }: JoinedAccounts): Promise<string | null> {
    return (await this.duplicates.hadAHand(ctx, keptId, joinedId)) ? 'join_separation' : null;
  }

  async conflicts(ctx: Ctx, accounts: JoinedAccounts): Promise<readonly JoinConflict[]> {
    const pairs = await this.pairs(ctx, accounts);
    const calls = await this.calls.byIds(ctx, [...pairs.keys()]);
    return [...pairs].flatMap(([callId, rows]): JoinConflict[] => {
      const call = calls.get(callId);
      if (!call) return [];
      return [
        {
          key: keyOf(callId),
          title: call.title,
          options: rows.map(({ id, number, state }) => ({
            value: id,
            name: number ?? id.slice(0, 8),
            state: `applications.states.${state}`,
          })),
        },
      ];
    });
  }

  async move(ctx: Ctx, accounts: JoinedAccounts, chosen: ReadonlyMap<string, string>): Promise<void> {
    const { keptId, joinedId } = accounts;
    for (const [callId, rows] of await this.pairs(ctx, accounts)) {
      for (const { id } of rows.filter((row) => row.id !== chosen.get(keyOf(callId)))) {
        const application = await this.applications.lock(ctx, id);
        await this.withdrawing.withdraw(ctx, application, { reason: 'joined_account' });
        await this.record.note(ctx, application, 'application.withdrawn_as_second');
      }
    }
    const moved = await this.alive(ctx, [joinedId], null);
    await this.duplicates.moveAccount(ctx, keptId, joinedId);
    for (const application of moved) {
      await this.record.note(ctx, application, 'application.moved', { from: joinedId });
    }
  }

  /** Applications of both to one call that have not come to an end, by the call. */
  private async pairs(
    ctx: Ctx,
    { keptId, joinedId }: JoinedAccounts,
  ): Promise<ReadonlyMap<Id, readonly ApplicationRow[]>> {
    const alive = applicationStates.from('withdraw');
    const rows = await this.alive(ctx, [keptId, joinedId], alive);
    const byCall = new Map<Id, ApplicationRow[]>();
    for (const row of rows) byCall.set(row.callId, [...(byCall.get(row.callId) ?? []), row]);
    return new Map(
      [...byCall].filter(([, both]) => new Set(both.map(({ applicantId }) => applicantId)).size > 1),
    );
  }

  private alive(
    ctx: Ctx,
    persons: readonly Id[],
    states: readonly string[] | null,
  ): Promise<ApplicationRow[]> {
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .where('a.applicant_id = any (:persons)', { persons })
      .andWhere('(:states::text[] is null or a.state = any (:states::text[]))', { states })
      .orderBy('a.created_at', 'ASC')
      .addOrderBy('a.id', 'ASC')
      .getMany();
  }
}

/** A name that a control of a form can have. */
function keyOf(callId: Id): string {
  return `call_${callId.replaceAll('-', '')}`;
}
