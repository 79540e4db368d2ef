import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared, rowsOf } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { gatesPolicy } from '../domain/gates.policy.js';
import { GateEvidenceRow } from './gate-evidence.entity.js';
import { GateRuleRow } from './gate-rule.entity.js';
import { GateRow } from './gate.entity.js';
import { HIT_STATES, ScreeningHitRow } from './screening-hit.entity.js';

export const GATE_TABS = ['waiting', 'settled', 'refused'] as const;
/** Which part of the officers' worklist. */
export type GateTab = (typeof GATE_TABS)[number];

const IN_TAB: Readonly<Record<GateTab, string>> = {
  waiting: "gates.state = 'pending' and gates.withdrawn_at is null",
  settled:
    "gates.state in ('cleared', 'conditional', 'not_required', 'expired') and gates.withdrawn_at is null",
  refused: "gates.state = 'refused'",
};

/** What a line of the waiting gates tells. */
export type WaitingGate = Pick<
  GateRow,
  'id' | 'kind' | 'country' | 'subjectKind' | 'subjectId' | 'stateSince' | 'dueAt'
>;

@Injectable()
export class GatesRepository {
  async find(ctx: Ctx, id: string): Promise<GateRow> {
    const row = isId(id) ? await ctx.tx.findOne(GateRow, { where: { id } }) : null;
    return row ?? refused();
  }

  /** The gate, locked until the transaction ends: two officers at once come one after the other. */
  async lock(ctx: Ctx, id: Id): Promise<GateRow> {
    const row = await ctx.tx
      .createQueryBuilder(GateRow, 'gate')
      .setLock('pessimistic_write')
      .where('gate.id = :id', { id })
      .getOne();
    return row ?? refused();
  }

  /** Those of a subject that count. */
  ofSubject(ctx: Ctx, subjectKind: string, subjectId: Id): Promise<GateRow[]> {
    return ctx.tx.find(GateRow, {
      where: { subjectKind, subjectId, withdrawnAt: IsNull() },
      order: { openedAt: 'ASC', id: 'ASC' },
    });
  }

  async ofSubjects(ctx: Ctx, subjectKind: string, ids: readonly Id[]): Promise<GateRow[]> {
    if (ids.length === 0) return [];
    const order = { openedAt: 'asc', id: 'asc' } as const;
    const rows = await rowsOf(ctx, GateRow, { subjectKind, subjectId: ids }, { order });
    return rows.filter(({ withdrawnAt }) => withdrawnAt === null);
  }

  evidenceOf(ctx: Ctx, gateId: Id): Promise<GateEvidenceRow[]> {
    return ctx.tx.find(GateEvidenceRow, { where: { gateId }, order: { addedAt: 'ASC', id: 'ASC' } });
  }

  async hitsOf(ctx: Ctx, gateId: Id): Promise<ScreeningHitRow[]> {
    const hits = await ctx.tx.find(ScreeningHitRow, {
      where: { gateId },
      order: { score: 'DESC', id: 'ASC' },
    });
    return hits.sort((a, b) => HIT_STATES.indexOf(a.state) - HIT_STATES.indexOf(b.state));
  }

  /** Gates of the actor's country: what waits by its promise, the oldest first, the rest by its time, the youngest first. */
  list(
    ctx: Ctx,
    filter: {
      readonly tab: GateTab;
      readonly limit: number;
      readonly after?: { readonly at: Date; readonly id: Id };
    },
  ): Promise<GateRow[]> {
    const [column, order, beyond] =
      filter.tab === 'waiting' ? (['due_at', 'ASC', '>'] as const) : (['state_since', 'DESC', '<'] as const);
    const query = ctx.tx
      .createQueryBuilder(GateRow, 'gates')
      .where(gatesPolicy.filter(ctx.actor, 'gate.list', 'gates'))
      .andWhere(IN_TAB[filter.tab])
      .orderBy(filter.tab === 'waiting' ? 'gates.dueAt' : 'gates.stateSince', order)
      .addOrderBy('gates.id', order)
      .limit(filter.limit);
    if (filter.after) {
      query.andWhere(`(gates.${column}, gates.id) ${beyond} (:at, :id)`, filter.after);
    }
    return query.getMany();
  }

  /** The first of what waits in the actor's country, the oldest promise first, with no more than a line tells. */
  waiting(ctx: Ctx, limit: number): Promise<WaitingGate[]> {
    return readPrepared<WaitingGate>(
      ctx,
      // Of each country by itself, as the index has them in their order for one.
      `select first.id, first.kind, first.country, first.subject_kind as "subjectKind", first.subject_id as "subjectId",
         first.state_since as "stateSince", first.due_at as "dueAt"
       from unnest((select actor_officer_of())::text[]) as own (country) cross join lateral (
         select * from gates where gates.country = own.country
           and ${gatesPolicy.filter(ctx.actor, 'gate.list', 'gates')} and ${IN_TAB.waiting}
         order by gates.due_at, gates.id limit ${limit}) first
       order by first.due_at, first.id limit ${limit}`,
    );
  }

  /** How many gates wait for a word of the actor's, counted no further than `limit`. */
  async countWaiting(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (select from gates
         where ${gatesPolicy.filter({ ...ctx.actor, scopes: null }, 'gate.settle', 'gates')} and ${IN_TAB.waiting}
         limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }

  /** Rules of these countries, those that have ended too, the newest first. */
  rules(ctx: Ctx, countries: readonly string[]): Promise<GateRuleRow[]> {
    return ctx.tx.find(GateRuleRow, {
      where: { country: In([...countries]) },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  allRules(ctx: Ctx): Promise<GateRuleRow[]> {
    return ctx.tx.find(GateRuleRow, { order: { country: 'ASC', kind: 'ASC', createdAt: 'DESC' } });
  }

  async rule(ctx: Ctx, id: string): Promise<GateRuleRow> {
    const row = isId(id) ? await ctx.tx.findOne(GateRuleRow, { where: { id } }) : null;
    return row ?? refused();
  }

  async rulesByIds(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, GateRuleRow>> {
    const rows = ids.length > 0 ? await ctx.tx.find(GateRuleRow, { where: { id: In([...ids]) } }) : [];
    return new Map(rows.map((row) => [row.id, row]));
  }
}

function refused(): never {
  throw new DomainError('not_found');
}
