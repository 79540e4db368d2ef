import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared, rowsOf } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { hasRole } from '../../shared/policy.js';
import { TELLABLE } from '../domain/clock.js';
import type { SideFacts } from '../domain/decisions.policy.js';
import { SIDES, decisionsPolicy } from '../domain/decisions.policy.js';
import type { SideState } from '../domain/decision-side.states.js';
import type { SubjectRef } from '../domain/subject.js';
import { DecisionRow } from './decision.entity.js';
import { DecisionSideRow } from './decision-side.entity.js';

export const DECISION_TABS = ['waiting', 'mine', 'overdue', 'returned', 'decided', 'divergent'] as const;
/** Which part of the officers' worklist. */
export type DecisionTab = (typeof DECISION_TABS)[number];

/** Those that wait for a word, the oldest promise first; all others by when they moved, the youngest first. */
export const BY_PROMISE: readonly DecisionTab[] = ['waiting', 'mine', 'overdue'];

/** A line of the officers' worklist. */
export interface WaitingSide {
  readonly decisionId: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly country: string;
  readonly side: 'home' | 'host';
  readonly state: SideState;
  readonly stateSince: Date;
  readonly dueAt: Date;
  readonly otherState: SideState;
  /** Whoever was named to decide it, or began its review. */
  readonly heldBy: Id | null;
}

/** One side of a decision, as far as it says who has the matter. */
export interface StandingSide {
  /** Of the decision. */
  readonly id: Id;
  readonly subjectId: Id;
  readonly tabledAfterDays: number | null;
  readonly side: 'home' | 'host';
  readonly country: string;
  readonly state: SideState;
  readonly since: Date;
  readonly dueAt: Date;
  readonly tabledAt: Date | null;
}

/** A decision with its two sides. */
export type Decision = DecisionRow & { readonly sides: readonly DecisionSideRow[] };

@Injectable()
export class DecisionsRepository {
  /** The decision with both sides, locked until the transaction ends: two officers at once come one after the other. */
  async lock(ctx: Ctx, id: string): Promise<Decision> {
    if (!isId(id)) return refused();
    // The sides are read after the lock is had, though they are asked for with it.
    const [[row], sides] = await Promise.all([
      rowsOf(ctx, DecisionRow, { id }, { lock: true }),
      rowsOf(ctx, DecisionSideRow, { decisionId: id }),
    ]);
    return Object.assign(row ?? refused(), { sides });
  }

  async find(ctx: Ctx, id: string): Promise<Decision> {
    return (isId(id) ? await this.byId(ctx, id) : null) ?? refused();
  }

  async byId(ctx: Ctx, id: Id): Promise<Decision | null> {
    const row = await ctx.tx.findOne(DecisionRow, { where: { id } });
    return row && this.withSides(ctx, row);
  }

  /** The newest decision on a subject, if it was ever put before both countries. */
  async ofSubject(ctx: Ctx, subject: SubjectRef): Promise<Decision | null> {
    const of = { subjectKind: subject.kind, subjectId: subject.id };
    const [row] = await rowsOf(ctx, DecisionRow, of, { order: { openedAt: 'desc' }, limit: 1 });
    return row ? this.withSides(ctx, row) : null;
  }

  /**
   * Takes back what is before both countries on a subject: what is not settled, or whatever was said. Answers which. Needs the
   * rights of the system, since whoever withdraws need not see what both sides said.
   */
  async takeBack(ctx: Ctx, subject: SubjectRef, which: 'unsettled' | 'all'): Promise<Id[]> {
    const [rows] = await ctx.tx.query<[{ id: Id }[], number]>(
      `update decisions set withdrawn_at = $3 where subject_kind = $1 and subject_id = $2 and withdrawn_at is null
         ${
           which === 'unsettled'
             ? "and (closed_at is null or exists (select from decision_outcomes o where o.decision_id = decisions.id and o.counts = 'divergent'))"
             : ''
         } returning id`,
      [subject.kind, subject.id, ctx.clock.now()],
    );
    return rows.map(({ id }) => id);
  }

  /** Decisions on a subject that were taken back. */
  async withdrawnOf(ctx: Ctx, subject: SubjectRef): Promise<Id[]> {
    const rows = await ctx.tx.find(DecisionRow, {
      select: { id: true },
      where: { subjectKind: subject.kind, subjectId: subject.id, withdrawnAt: Not(IsNull()) },
    });
    return rows.map(({ id }) => id);
  }

  /** The newest decision on each of many subjects of a kind. */
  async ofSubjects(ctx: Ctx, kind: string, ids: readonly Id[]): Promise<Decision[]> {
    if (ids.length === 0) return [];
    const of = { subjectKind: kind, subjectId: ids };
    const rows = await rowsOf(ctx, DecisionRow, of, { order: { openedAt: 'asc' } });
    const newest = [...new Map(rows.map((row) => [row.subjectId, row])).values()];
    const sides = await rowsOf(ctx, DecisionSideRow, { decisionId: newest.map(({ id }) => id) });
    return newest.map((row) =>
      Object.assign(row, { sides: sides.filter(({ decisionId }) => decisionId === row.id) }),
    );
  }

  /** Both sides of the newest decision on each of many subjects of a kind, as far as they say who has it. */
  async sidesOfSubjects(ctx: Ctx, kind: string, ids: readonly Id[]): Promise<StandingSide[]> {
    if (ids.length === 0) return [];
    return readPrepared<StandingSide>(
      ctx,
      `select d.id, d.subject_id as "subjectId", d.tabled_after_days as "tabledAfterDays", s.side, s.country, s.state,
         s.state_since as since, s.due_at as "dueAt", s.tabled_at as "tabledAt"
       from (select distinct on (subject_id) id, subject_id, tabled_after_days from decisions
         where subject_kind = $1 and subject_id = any ($2::uuid[]) order by subject_id, opened_at desc) d
       join decision_sides s on s.decision_id = d.id`,
      [kind, ids],
    );
  }

  private async withSides(ctx: Ctx, row: DecisionRow): Promise<Decision> {
    const sides = await rowsOf(ctx, DecisionSideRow, { decisionId: row.id });
    return Object.assign(row, { sides });
  }

  /**
   * Sides that the actor may list: what waits by its promise, the oldest first, and what is decided by its time, the
   * youngest first. An officer sees their own sides; the commission, which has none, each decision once.
   */
  async list(
    ctx: Ctx,
    filter: {
      readonly tab: DecisionTab;
      readonly limit: number;
      readonly after?: { readonly at: Date; readonly decisionId: Id };
    },
  ): Promise<WaitingSide[]> {
    const officer = hasRole(ctx.actor, 'ministry_officer');
    const waits = `d.withdrawn_at is null and ${officer ? "s.state in ('pending', 'in_review')" : 'd.closed_at is null'}`;
    const tab = {
      waiting: waits,
      mine: `${waits} and actor_person() = any (array[s.held_by, s.delegate_id])`,
      overdue: `${waits} and exists (select from decision_sides o where o.decision_id = d.id
        and o.state in ('pending', 'in_review') and o.due_at < actor_instant() and (${officer ? 'o.country = s.country' : 'true'}))`,
      returned: `d.closed_at is null and d.withdrawn_at is null and exists (select from decision_sides o
        where o.decision_id = d.id and o.state = 'returned')`,
      decided: `not (${waits})`,
      divergent: `exists (select from decision_outcomes o where o.decision_id = d.id and o.counts = 'divergent')
        and d.successor_id is null`,
    }[filter.tab];
    const [column, direction, beyond] = BY_PROMISE.includes(filter.tab)
      ? ['due_at', 'asc', '>']
      : ['state_since', 'desc', '<'];
    return ctx.tx.query<WaitingSide[]>(
      `select s.decision_id as "decisionId", d.subject_kind as "subjectKind", d.subject_id as "subjectId", s.country, s.side,
         s.state, s.state_since as "stateSince", s.due_at as "dueAt", other.state as "otherState",
         coalesce(s.delegate_id, s.held_by) as "heldBy"
       from decision_sides s
       join decisions d on d.id = s.decision_id
       join decision_sides other on other.decision_id = s.decision_id and other.country <> s.country
       where ${decisionsPolicy.filter(ctx.actor, 'decision.list', 's')} and ${tab}
         and ${officer ? 's.country = any ((select actor_officer_of())::text[])' : "s.side = 'home'"}
         and ($1::timestamptz is null or (s.${column}, s.decision_id) ${beyond} ($1, $2::uuid))
       order by s.${column} ${direction}, s.decision_id ${direction} limit $3`,
      [filter.after?.at ?? null, filter.after?.decisionId ?? null, filter.limit],
    );
  }

  /** The officers of a side whom nothing keeps from deciding. */
  async officersFree(ctx: Ctx, decisionId: Id, country: string): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select * from officers_free_for($1, $2, $3) as id order by id',
      [decisionId, country, ctx.clock.now()],
    );
    return rows.map(({ id }) => id);
  }

  /** Sides that have not spoken of which the clock may have something to tell. */
  async sidesToTell(ctx: Ctx, limit: number): Promise<readonly { decisionId: Id; country: string }[]> {
    return ctx.tx.query(
      `select decision_id as "decisionId", country from decision_sides s
       where state in ('pending', 'in_review')
         and (${TELLABLE('state_since')} or (overdue_at is not null and tabled_at is null and exists (select from decisions d
           where d.id = s.decision_id and s.due_at + d.tabled_after_days * interval '1 day' < $1)))
         and exists (select from decisions d where d.id = s.decision_id and d.withdrawn_at is null and d.closed_at is null)
       order by due_at desc limit $2`,
      [ctx.clock.now(), limit],
    );
  }

  /** How many sides wait for a word of the actor's, counted no further than `limit`. */
  async countWaiting(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await readPrepared<{ count: number }>(
      ctx,
      `select count(*)::integer as count from (select from ${SIDES} s
         where ${decisionsPolicy.filter({ ...ctx.actor, scopes: null }, 'decision.decide', 's')} and s.state in ('pending', 'in_review')
           and s.withdrawn_at is null and s.country = any ((select actor_officer_of())::text[]) limit ${limit}) waiting`,
    );
    return row?.count ?? 0;
  }

  /** How many decisions in the actor's sight the two sides disagree on, counted no further than `limit`. */
  async countDivergent(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await readPrepared<{ count: number }>(
      ctx,
      // Each once, and no more of them than are counted: as a set all of them would be gathered first.
      `select count(*)::integer as count from (
         select from (select divergent_decisions() as id) found join decision_sides s on s.decision_id = found.id
           and ${decisionsPolicy.filter(ctx.actor, 'decision.list', 's')} and s.side = 'home' limit ${limit}) divergent`,
    );
    return row?.count ?? 0;
  }
}

/** The two sides in their order. A decision always has both; anything else is a damaged record. */
export function bothSides<Side extends { readonly side: string }>({
  id,
  sides,
}: {
  readonly id: Id;
  readonly sides: readonly Side[];
}): { home: Side; host: Side } {
  const home = sides.find(({ side }) => side === 'home');
  const host = sides.find(({ side }) => side === 'host');
  if (!home || !host) throw new Error(`decision ${id} has not two sides`);
  return { home, host };
}

export function sideFacts(decision: Decision, side: DecisionSideRow): SideFacts {
  const { home, host } = bothSides(decision);
  const other = side.side === 'home' ? host : home;
  return {
    state: side.state,
    country: side.country,
    otherCountry: other.country,
    preparers: decision.preparers,
    otherDecidedBy: other.decidedBy,
    aboutPersons: decision.aboutPersons,
    barredInstitutions: decision.barredInstitutions,
    recused: side.recused,
    delegateId: side.delegateId,
  };
}

function refused(): never {
  throw new DomainError('not_found');
}
