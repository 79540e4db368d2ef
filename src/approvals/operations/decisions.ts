import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { isOrActsFor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { DecisionRow } from '../data/decision.entity.js';
import { DecisionSideRow } from '../data/decision-side.entity.js';
import type { Decision, StandingSide } from '../data/decisions.repository.js';
import { DecisionsRepository, bothSides } from '../data/decisions.repository.js';
import { tablesAt } from '../domain/clock.js';
import { DECISION_OPENED, DECISION_PUT_AGAIN, DECISION_WITHDRAWN } from '../domain/decisions.events.js';
import { sideStates } from '../domain/decision-side.states.js';
import type { SideState } from '../domain/decision-side.states.js';
import { outcomeOf } from '../domain/outcome.js';
import type { Outcome, SettledOutcome } from '../domain/outcome.js';
import type { SubjectRef } from '../domain/subject.js';
import { SideActs } from './side-acts.js';

/** What others may know of a decision: the two sides and what follows from them. */
export interface DecisionView {
  readonly id: Id;
  readonly subject: SubjectRef;
  readonly subjectHash: string;
  readonly openedAt: Date;
  /** Null where it counts: its subject is still what was put before them. */
  readonly withdrawnAt: Date | null;
  /** What the two sides together said. */
  readonly outcome: Outcome;
  /** What the joint commission settled where they did not agree, and when. */
  readonly settledAs: SettledOutcome | null;
  readonly settledAt: Date | null;
  /** What holds: `settledAs`, or else `outcome`. */
  readonly counts: Outcome;
  readonly home: SideView;
  readonly host: SideView;
}

export interface SideView {
  readonly country: CountryCode;
  readonly state: SideState;
  readonly since: Date;
  readonly dueAt: Date;
  readonly decidedBy: Id | null;
  readonly reasonCode: string | null;
  readonly reasonText: string | null;
  readonly conditions: readonly string[];
  /** What was answered after this side had returned the matter; null where nothing was. */
  readonly answer: string | null;
  /** Whoever began its review. */
  readonly heldBy: Id | null;
  /** Who was named to decide it. */
  readonly delegateId: Id | null;
  /** Who declared themselves bound to it. */
  readonly recused: readonly Id[];
  /** When the clock told that its promise is broken; null where it is kept. */
  readonly overdueAt: Date | null;
  /** When its silence comes before the joint commission; null where it is told, and waits. */
  readonly tablesAt: Date | null;
  /** When it did. */
  readonly tabledAt: Date | null;
}

/** Where both sides stand, as far as it says who has the matter. */
export type SidesView = Readonly<
  Record<'home' | 'host', Pick<SideView, 'country' | 'state' | 'since' | 'dueAt' | 'tablesAt' | 'tabledAt'>>
>;

/** Who has an interest in what is decided: whoever is bound to one of them has no voice. */
export interface Interests {
  readonly persons: readonly Id[];
  readonly barredInstitutions: readonly Id[];
}

/** What is put before both countries, and who prepared it or has an interest in it. */
export interface PutBefore {
  readonly subject: SubjectRef;
  readonly subjectHash: string;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly preparers: readonly Id[];
  readonly interests: Interests;
  readonly dueDays: number;
  /** So many further days after which silence of a side comes before the joint commission; absent or null: it waits. */
  readonly tabledAfterDays?: number | null;
}

export const NO_INTERESTS: Interests = { persons: [], barredInstitutions: [] };

const DAY_MS = 86_400_000;

/** How other modules put something before both countries, and read what came of it. */
@Injectable()
export class Decisions {
  constructor(
    @Inject(DecisionsRepository) private readonly repository: DecisionsRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(SideActs) private readonly sides: SideActs,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
  ) {}

  /** Opens a decision inside the caller's act. `subjectHash` fixes what is decided; `dueDays` is the promise of each side. */
  open(ctx: Ctx, put: PutBefore): Promise<Id> {
    return this.openAs(ctx, newId(ctx.clock.now()), put);
  }

  /** Opens the successor of a decision that the joint commission gave back to both sides. */
  async openInPlaceOf(ctx: Ctx, before: DecisionRow, protocolId: Id, put: PutBefore): Promise<Id> {
    const now = ctx.clock.now();
    const id = newId(now);
    await ctx.tx.update(DecisionRow, { id: before.id }, { successorId: id, protocolId, withdrawnAt: now });
    return this.openAs(ctx, id, put);
  }

  private async openAs(ctx: Ctx, id: Id, put: PutBefore): Promise<Id> {
    const now = ctx.clock.now();
    await ctx.tx.insert(DecisionRow, {
      id,
      subjectKind: put.subject.kind,
      subjectId: put.subject.id,
      subjectHash: put.subjectHash,
      homeCountry: put.homeCountry,
      hostCountry: put.hostCountry,
      preparers: [...put.preparers],
      aboutPersons: [...put.interests.persons],
      barredInstitutions: [...put.interests.barredInstitutions],
      tabledAfterDays: put.tabledAfterDays ?? null,
      openedAt: now,
      closedAt: null,
    });
    const dueAt = new Date(now.getTime() + put.dueDays * DAY_MS);
    await ctx.tx.insert(
      DecisionSideRow,
      (['home', 'host'] as const).map((side) => ({
        decisionId: id,
        country: side === 'home' ? put.homeCountry : put.hostCountry,
        side,
        state: sideStates.initial,
        stateSince: now,
        dueAt,
        conditions: [],
        recused: [],
      })),
    );
    await this.audit.record(ctx, {
      action: 'decision.opened',
      subject: { kind: 'decision', id },
      data: { subjectKind: put.subject.kind, subjectId: put.subject.id, subjectHash: put.subjectHash },
    });
    await this.outbox.emit(ctx, {
      type: DECISION_OPENED,
      subject: { kind: 'decision', id },
      payload: { subjectKind: put.subject.kind, subjectId: put.subject.id },
    });
    await withSystemRights(ctx, () => this.tellWhereNobodyIsFree(ctx, id));
    return id;
  }

  /** Whoever opens it sees neither the officers of both countries nor what binds them. */
  private async tellWhereNobodyIsFree(ctx: Ctx, id: Id): Promise<void> {
    const decision = await this.repository.find(ctx, id);
    for (const side of decision.sides) await this.sides.tellIfNobodyIsFree(ctx, { decision, side });
  }

  /**
   * Puts a side that returned the matter before it again, inside the caller's act, with an answer and a new promise.
   * Whoever answers has prepared the matter from then on and never decides on it.
   */
  async putAgain(
    ctx: Ctx,
    put: {
      readonly subject: SubjectRef;
      readonly country: CountryCode;
      readonly answer: string;
      readonly dueDays: number;
    },
  ): Promise<void> {
    const newest = await this.repository.ofSubject(ctx, put.subject);
    if (!newest) throw new DomainError('not_found');
    const decision = await this.repository.lock(ctx, newest.id);
    const side = decision.sides.find(({ country }) => country === put.country);
    if (!side) throw new DomainError('not_found');
    if (side.state !== 'returned') throw new DomainError('conflict');
    await this.addPreparer(ctx, decision);
    const now = ctx.clock.now();
    // The reason of the return stays: who decides next sees what was asked beside what was answered.
    Object.assign(side, {
      state: sideStates.move(side.state, 'put_again'),
      stateSince: now,
      dueAt: new Date(now.getTime() + put.dueDays * DAY_MS),
      decidedBy: null,
      answer: put.answer,
      heldBy: null,
      remindedAt: null,
      overdueAt: null,
      tabledAt: null,
    });
    await ctx.tx.save(DecisionSideRow, side);
    const about = { subjectKind: put.subject.kind, subjectId: put.subject.id, country: side.country };
    await this.audit.record(ctx, {
      action: 'decision.put_again',
      subject: { kind: 'decision', id: decision.id },
      data: about,
    });
    await this.outbox.emit(ctx, {
      type: DECISION_PUT_AGAIN,
      subject: { kind: 'decision', id: decision.id },
      payload: { ...about, side: side.side },
    });
  }

  /**
   * Whoever acts had a hand in what is being decided on, inside the caller's act: they never decide on it. Nothing where it
   * is not before both countries.
   * @throws DomainError `forbidden` (`separation_of_duties`) where they decided already
   */
  async prepared(ctx: Ctx, subject: SubjectRef): Promise<void> {
    const newest = await this.repository.ofSubject(ctx, subject);
    if (!newest || newest.closedAt || newest.withdrawnAt) return;
    await this.addPreparer(ctx, await this.repository.lock(ctx, newest.id));
  }

  /** Who acts as a deputy makes preparers of both: of themselves, and of whom they act for. */
  private async addPreparer(ctx: Ctx, decision: Decision): Promise<void> {
    if (decision.sides.some(({ decidedBy }) => isOrActsFor(ctx.actor, decidedBy))) {
      throw new DomainError('forbidden', { reason: 'separation_of_duties' });
    }
    const preparers = [...decision.preparers, ctx.actor.personId, ctx.authority?.actingFor ?? null];
    const known = [...new Set(preparers.filter((id) => id !== null))];
    if (known.length > decision.preparers.length) {
      await ctx.tx.update(DecisionRow, { id: decision.id }, { preparers: known });
    }
  }

  async byId(ctx: Ctx, id: Id): Promise<DecisionView | null> {
    const decision = await this.repository.byId(ctx, id);
    return decision && decisionView(decision);
  }

  async ofSubject(ctx: Ctx, subject: SubjectRef): Promise<DecisionView | null> {
    const decision = await this.repository.ofSubject(ctx, subject);
    return decision && decisionView(decision);
  }

  /** The newest decision on each of many subjects of a kind, by the subject's id. */
  async ofSubjects(ctx: Ctx, kind: string, ids: readonly Id[]): Promise<ReadonlyMap<Id, DecisionView>> {
    const decisions = await this.repository.ofSubjects(ctx, kind, ids);
    return new Map(decisions.map((decision) => [decision.subjectId, decisionView(decision)]));
  }

  /** Where the two sides of the newest decision on each of many subjects stand. */
  async sidesOfSubjects(ctx: Ctx, kind: string, ids: readonly Id[]): Promise<ReadonlyMap<Id, SidesView>> {
    const bySubject = new Map<Id, StandingSide[]>();
    for (const side of await this.repository.sidesOfSubjects(ctx, kind, ids)) {
      const sides = bySubject.get(side.subjectId);
      if (sides) sides.push(side);
      else bySubject.set(side.subjectId, [side]);
    }
    return new Map([...bySubject].map(([subjectId, sides]) => [subjectId, standing(sides)]));
  }

  /** Takes what is not settled on a subject from both tables, and from that of the commission: whoever asked for it has withdrawn. What was said stays on record. */
  async withdraw(ctx: Ctx, subject: SubjectRef): Promise<void> {
    const ids = await withSystemRights(ctx, () => this.repository.takeBack(ctx, subject, 'unsettled'));
    if (ids.length > 0) await this.tellWithdrawn(ctx, subject, ids);
  }

  /**
   * Takes back whatever was put before both countries of a subject, said already or not: its content is another one now.
   * What was said stays on record, and counts no more.
   */
  async withdrawAll(ctx: Ctx, subject: SubjectRef): Promise<void> {
    const ids = await withSystemRights(ctx, () => this.repository.takeBack(ctx, subject, 'all'));
    if (ids.length === 0) return;
    // Whose content is another one now, its record holds no more; whoever changed it need not be able to read that.
    await withSystemRights(ctx, async () => {
      for (const id of await this.repository.withdrawnOf(ctx, subject)) {
        await this.documents.revoke(ctx, 'decision_record', { kind: 'decision', id });
      }
    });
    await this.tellWithdrawn(ctx, subject, ids);
  }

  private async tellWithdrawn(ctx: Ctx, subject: SubjectRef, ids: readonly Id[]): Promise<void> {
    await this.audit.record(ctx, { action: DECISION_WITHDRAWN, subject });
    for (const id of ids) {
      await this.outbox.emit(ctx, {
        type: DECISION_WITHDRAWN,
        subject: { kind: 'decision', id },
        payload: { subjectKind: subject.kind, subjectId: subject.id },
      });
    }
  }

  /**
   * What holds of exactly this content, by both countries or by their commission; null where it was never put before them, or was taken back.
   */
  async outcomeOf(ctx: Ctx, subject: SubjectRef, subjectHash: string): Promise<Outcome | null> {
    const decision = await this.repository.ofSubject(ctx, subject);
    if (decision?.subjectHash !== subjectHash || decision.withdrawnAt) return null;
    return decisionView(decision).counts;
  }

  countWaiting(ctx: Ctx, limit: number): Promise<number> {
    return this.repository.countWaiting(ctx, limit);
  }

  countDivergent(ctx: Ctx, limit: number): Promise<number> {
    return this.repository.countDivergent(ctx, limit);
  }
}

export function decisionView(decision: Decision): DecisionView {
  const { home, host } = bothSides(decision);
  return {
    id: decision.id,
    subject: { kind: decision.subjectKind, id: decision.subjectId },
    subjectHash: decision.subjectHash,
    openedAt: decision.openedAt,
    withdrawnAt: decision.withdrawnAt,
    outcome: outcomeOf(home.state, host.state),
    settledAs: decision.settledAs,
    settledAt: decision.settledAt,
    counts: outcomeThatCounts(decision, home, host),
    home: sideView(home, decision.tabledAfterDays),
    host: sideView(host, decision.tabledAfterDays),
  };
}

function standing(sides: readonly StandingSide[]): SidesView {
  const { home, host } = bothSides({ id: sides[0]?.id ?? '', sides });
  const view = ({ country, state, since, dueAt, tabledAt, tabledAfterDays }: StandingSide) => ({
    country,
    state,
    since,
    dueAt,
    tabledAt,
    tablesAt: tablesAt(dueAt, tabledAfterDays),
  });
  return { home: view(home), host: view(host) };
}

/** What holds: what the commission settled, or else what the two sides said. */
export function outcomeThatCounts(
  { settledAs }: Pick<DecisionRow, 'settledAs'>,
  home: Pick<DecisionSideRow, 'state'>,
  host: Pick<DecisionSideRow, 'state'>,
): Outcome {
  return settledAs ?? outcomeOf(home.state, host.state);
}

function sideView(side: DecisionSideRow, tabledAfterDays: number | null): SideView {
  return {
    country: side.country,
    state: side.state,
    since: side.stateSince,
    dueAt: side.dueAt,
    decidedBy: side.decidedBy,
    reasonCode: side.reasonCode,
    reasonText: side.reasonText,
    conditions: side.conditions,
    answer: side.answer,
    heldBy: side.heldBy,
    delegateId: side.delegateId,
    recused: side.recused,
    overdueAt: side.overdueAt,
    tablesAt: tablesAt(side.dueAt, tabledAfterDays),
    tabledAt: side.tabledAt,
  };
}
