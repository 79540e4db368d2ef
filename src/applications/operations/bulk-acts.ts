import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { BulkActRow } from '../data/bulk-act.entity.js';
import { BULK_MOST } from '../domain/bulk-acts.js';
import type { BulkAct, BulkMode } from '../domain/bulk-acts.js';
import { AnswerNomination } from './answer-nomination.js';
import { AssignUnit } from './assign-unit.js';
import { NominateCandidate } from './nominate-candidate.js';

const KEPT_MS = 30 * 86_400_000;

/** What an act needs besides the applications. */
export interface BulkInput {
  /** For `home_unit` and `host_unit`; null for the whole institution. */
  readonly unitId: Id | null;
  /** For `nominate`; empty for what was written of each in the order of the institution. */
  readonly endorsement: string;
}

/** Whether an act goes through with one application: `reason` is null where it does (translation key `reasons.<reason>`). */
export interface BulkVerdict {
  readonly id: Id;
  readonly reason: string | null;
}

/**
 * Does an act that exists for one application with many of them. What would happen is asked of the act itself, and each
 * application is an act of its own, with its own right, entry and event; all of them are one transaction.
 */
@Injectable()
export class BulkActs {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(NominateCandidate) private readonly nomination: NominateCandidate,
    @Inject(AnswerNomination) private readonly answers: AnswerNomination,
    @Inject(AssignUnit) private readonly units: AssignUnit,
  ) {}

  /** Of each application whether it would go through now, in the order in which they were given. */
  async check(ctx: Ctx, act: BulkAct, ids: readonly Id[], input: BulkInput): Promise<readonly BulkVerdict[]> {
    const verdicts: BulkVerdict[] = [];
    for (const id of ids) verdicts.push({ id, reason: await this.wouldFail(ctx, act, id, input) });
    return verdicts;
  }

  /** Keeps what is about to be done, for its page. */
  async prepare(request: RequestContext, act: BulkAct, ids: readonly Id[]): Promise<Id> {
    const chosen = checkedIds(ids);
    return this.database.transaction(request, async (ctx) => {
      const { personId } = ctx.actor;
      if (personId === null) throw new DomainError('forbidden');
      const now = ctx.clock.now();
      await ctx.tx
        .createQueryBuilder()
        .delete()
        .from(BulkActRow)
        .where('person_id = :personId and created_at < :until', {
          personId,
          until: new Date(now.getTime() - KEPT_MS),
        })
        .execute();
      const id = newId(now);
      await ctx.tx.insert(BulkActRow, {
        id,
        personId,
        act,
        applicationIds: chosen,
        createdAt: now,
        doneAt: null,
        mode: null,
        outcome: null,
      });
      return id;
    });
  }

  /** @throws DomainError `not_found` where it is not the actor's own. */
  async find(ctx: Ctx, id: string): Promise<BulkActRow> {
    const row =
      isId(id) && ctx.actor.personId !== null
        ? await ctx.tx.findOne(BulkActRow, { where: { id, personId: ctx.actor.personId } })
        : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  /** Does what was prepared. Sent again, it finds what was done and does nothing. */
  run(
    request: RequestContext,
    id: string,
    input: BulkInput,
    mode: BulkMode,
    /** What was seen before it was decided: an application that has changed since, or was not among them, is left alone. */
    seen: ReadonlyMap<Id, number>,
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const known = await this.find(ctx, id);
      await ctx.tx.query('select from bulk_acts where id = $1 for update', [known.id]);
      const row = await this.find(ctx, id);
      if (row.doneAt) return;
      const verdicts = await this.apply(ctx, row.act, row.applicationIds, input, mode, seen);
      const outcome = Object.fromEntries(verdicts.map((verdict) => [verdict.id, verdict.reason]));
      await ctx.tx.save(BulkActRow, Object.assign(row, { doneAt: ctx.clock.now(), mode, outcome }));
    });
  }

  /** The same in one step, for programs, which bring their own key against doing it twice. */
  runAtOnce(
    request: RequestContext,
    act: BulkAct,
    ids: readonly Id[],
    input: BulkInput,
    mode: BulkMode,
  ): Promise<readonly BulkVerdict[]> {
    const chosen = checkedIds(ids);
    return this.database.transaction(request, (ctx) => this.apply(ctx, act, chosen, input, mode));
  }

  /** @throws DomainError `conflict` in mode `all`, where one of them does not go through: then none did. */
  private async apply(
    ctx: Ctx,
    act: BulkAct,
    ids: readonly Id[],
    input: BulkInput,
    mode: BulkMode,
    seen: ReadonlyMap<Id, number> | null = null,
  ): Promise<readonly BulkVerdict[]> {
    const reasons = new Map<Id, string | null>();
    // In one order everywhere: two who take the same files wait for one another, and not each for the other.
    for (const id of [...ids].sort()) reasons.set(id, await this.attempt(ctx, act, id, input, seen));
    const failed = [...reasons.values()].filter((reason) => reason !== null).length;
    if (mode === 'all' && failed > 0) {
      throw new DomainError('conflict', { reason: 'bulk_not_all', values: { count: failed } });
    }
    return ids.map((id) => ({ id, reason: reasons.get(id) ?? null }));
  }

  /** Why it was not done; null where it was. What a refusal had already written is taken back. */
  private async attempt(
    ctx: Ctx,
    act: BulkAct,
    id: Id,
    input: BulkInput,
    seen: ReadonlyMap<Id, number> | null,
  ): Promise<string | null> {
    await ctx.tx.query('savepoint one_of_many');
    try {
      // Locked first: what it is now is what the act meets.
      if (seen && (await this.applications.lock(ctx, id)).version !== seen.get(id)) {
        throw new DomainError('stale', { reason: 'changed_since_check' });
      }
      await this.perform(ctx, act, id, input);
      await ctx.tx.query('release savepoint one_of_many');
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await ctx.tx.query('rollback to savepoint one_of_many');
      await ctx.tx.query('release savepoint one_of_many');
      return error.reason;
    }
  }

  private perform(ctx: Ctx, act: BulkAct, id: Id, { unitId, endorsement }: BulkInput): Promise<void> {
    switch (act) {
      case 'nominate':
        return this.nomination.nominate(ctx, id, { placeId: null, endorsement: endorsement || null });
      case 'confirm':
        return this.nomination.confirmNomination(ctx, id);
      case 'accept':
        return this.answers.answer(ctx, id, { answer: 'accept' });
      case 'home_unit':
        return this.units.assign(ctx, id, 'home', unitId);
      case 'host_unit':
        return this.units.assign(ctx, id, 'host', unitId);
    }
  }

  private async wouldFail(ctx: Ctx, act: BulkAct, id: Id, input: BulkInput): Promise<string | null> {
    try {
      const application = await this.applications.find(ctx, id);
      switch (act) {
        case 'nominate':
          await this.nomination.check(ctx, application, {
            placeId: null,
            endorsement: input.endorsement || null,
          });
          break;
        case 'confirm':
          await this.nomination.checkConfirmation(ctx, application);
          break;
        case 'accept':
          await this.answers.check(ctx, application, { answer: 'accept' });
          break;
        case 'home_unit':
          await this.units.check(ctx, application, 'home', input.unitId);
          break;
        case 'host_unit':
          await this.units.check(ctx, application, 'host', input.unitId);
          break;
      }
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error.reason;
    }
  }
}

function checkedIds(ids: readonly string[]): Id[] {
  const chosen = [...new Set(ids.filter(isId))];
  if (chosen.length === 0) {
    throw new DomainError('invalid', {
      reason: 'nothing_selected',
      fields: [{ field: 'applications', problem: 'required' }],
    });
  }
  if (chosen.length > BULK_MOST) {
    throw new DomainError('invalid', {
      reason: 'too_many_selected',
      values: { max: BULK_MOST },
      fields: [{ field: 'applications', problem: 'too_many', values: { max: BULK_MOST } }],
    });
  }
  return chosen;
}
