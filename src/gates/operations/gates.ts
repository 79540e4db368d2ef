import { Injectable } from '@nestjs/common';
import type { SubjectRef } from '../../approvals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { ExchangeSide } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { GateRow } from '../data/gate.entity.js';
import { GatesRepository } from '../data/gates.repository.js';
import { daysOfRule, requiredGates } from '../domain/gate-rule.js';
import type { GateKind, GateRule, GatedFacts } from '../domain/gate-rule.js';
import { GATE_OPENED } from '../domain/gates.events.js';
import { stateOn } from '../domain/gate-expiry.js';
import { gateStates, isPassed } from '../domain/gate.states.js';
import type { GateState } from '../domain/gate.states.js';
import { GateClocks } from './gate-clocks.js';
import type { DaysOf } from './gate-clocks.js';
import { GateRecord } from './gate-record.js';
import { GateSubjects } from './gate-subjects.js';
import { ScreenParties } from './screen-parties.js';

/** What others may know of a gate: never its evidence, and of a refusal only the words that were written to be told. */
export interface GateView {
  readonly id: Id;
  readonly kind: GateKind;
  readonly country: CountryCode;
  readonly side: ExchangeSide;
  readonly state: GateState;
  readonly since: Date;
  readonly dueAt: Date;
  readonly expiresOn: string | null;
  readonly toldText: string | null;
}

export interface SubjectOfGates extends GatedFacts {
  /** The last day of the stay, YYYY-MM-DD. */
  readonly neededUntil: string;
}

const DAY_MS = 86_400_000;

/** How other modules open the gates before something, and ask which of them still stand in its way. */
@Injectable()
export class Gates {
  constructor(
    private readonly repository: GatesRepository,
    private readonly subjects: GateSubjects,
    private readonly record: GateRecord,
    private readonly screening: ScreenParties,
    private readonly clocks: GateClocks,
  ) {}

  /**
   * Opens each gate that the rules of both countries ask for, inside the caller's act, who has locked the subject. Gates
   * that stand there already stay as they are; what is not asked any more is taken away.
   */
  async openFor(ctx: Ctx, subject: SubjectRef, facts: SubjectOfGates): Promise<readonly GateView[]> {
    // Whoever acts may be of neither country, and sees no gate.
    return withSystemRights(ctx, async () => {
      const now = ctx.clock.now();
      const rules = await this.repository.rules(ctx, [facts.homeCountry, facts.hostCountry]);
      const required = requiredGates(rules, facts, now.toISOString().slice(0, 10));
      const standing = await this.repository.ofSubject(ctx, subject.kind, subject.id);
      const isOf = (gate: GateRow) => (asked: (typeof required)[number]) =>
        asked.rule.kind === gate.kind && asked.rule.country === gate.country && asked.side === gate.side;
      const kept = standing.filter((gate) => required.some(isOf(gate)));
      for (const gate of standing) if (!kept.includes(gate)) await this.takeAway(ctx, gate);
      const missing = required.filter((asked) => !kept.some((gate) => isOf(gate)(asked)));
      if (missing.length > 0) {
        const ties = await this.subjects.of(subject.kind).ties(ctx, subject.id);
        for (const { rule, side } of missing) {
          const gate = ctx.tx.create(GateRow, {
            id: newId(now),
            subjectKind: subject.kind,
            subjectId: subject.id,
            ruleId: rule.id,
            kind: rule.kind,
            country: rule.country,
            side,
            state: gateStates.initial,
            stateSince: now,
            openedAt: now,
            dueAt: new Date(now.getTime() + daysOfRule(rule) * DAY_MS),
            neededUntil: facts.neededUntil,
            expiresOn: null,
            officerId: null,
            decidedBy: null,
            decidedFor: null,
            decidedAt: null,
            reasonCode: null,
            reasonText: null,
            toldText: null,
            conditions: [],
            preparers: [...ties.preparers],
            aboutPersons: [...ties.persons],
            barredInstitutions: [...ties.barredInstitutions],
            reopenedAt: null,
            warnedAt: null,
            withdrawnAt: null,
          });
          await ctx.tx.insert(GateRow, gate);
          await this.record.note(ctx, gate, 'gate.opened', { rule: rule.id });
          await this.record.tell(ctx, gate, GATE_OPENED);
          if (gate.kind === 'restricted_parties') await this.screening.screen(ctx, gate);
          kept.push(gate);
        }
      }
      const days = await this.clocks.today(ctx);
      return kept.map((gate) => gateView(gate, days));
    });
  }

  /** Its subject went away, or goes another way: what was said stays on record, and counts no more. */
  async withdraw(ctx: Ctx, subject: SubjectRef): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const gate of await this.repository.ofSubject(ctx, subject.kind, subject.id)) {
        await this.takeAway(ctx, gate);
      }
    });
  }

  /** One was refused: nobody need decide on the others. The refused one stays, to be told. */
  async withdrawWaiting(ctx: Ctx, subject: SubjectRef): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const gate of await this.repository.ofSubject(ctx, subject.kind, subject.id)) {
        if (gate.state === 'pending') await this.takeAway(ctx, gate);
      }
    });
  }

  /** State and dates of the gates of each subject. The caller has asked whether the actor may read the subjects. */
  async statesOf(ctx: Ctx, kind: string, ids: readonly Id[]): Promise<ReadonlyMap<Id, readonly GateView[]>> {
    const rows = await withSystemRights(ctx, () => this.repository.ofSubjects(ctx, kind, ids));
    const days = await this.clocks.today(ctx);
    const found = new Map<Id, GateView[]>();
    for (const row of rows) {
      const views = found.get(row.subjectId) ?? [];
      views.push(gateView(row, days));
      found.set(row.subjectId, views);
    }
    return found;
  }

  /** What still stands in the way of an offer, on this very day of the country whose gate it is. */
  async blockersOf(ctx: Ctx, subject: SubjectRef): Promise<readonly GateView[]> {
    const gates = (await this.statesOf(ctx, subject.kind, [subject.id])).get(subject.id) ?? [];
    return gates.filter(({ state }) => !isPassed(state));
  }

  countWaiting(ctx: Ctx, limit: number): Promise<number> {
    return this.repository.countWaiting(ctx, limit);
  }

  /** Every rule, for whoever plans by them. */
  rules(ctx: Ctx): Promise<readonly GateRule[]> {
    return this.repository.allRules(ctx);
  }

  private async takeAway(ctx: Ctx, gate: GateRow): Promise<void> {
    gate.withdrawnAt = ctx.clock.now();
    await ctx.tx.save(GateRow, gate);
    await this.record.note(ctx, gate, 'gate.withdrawn');
  }
}

function gateView(gate: GateRow, days: DaysOf): GateView {
  return {
    id: gate.id,
    kind: gate.kind,
    country: gate.country,
    side: gate.side,
    state: stateOn(gate, days(gate.country)),
    since: gate.stateSince,
    dueAt: gate.dueAt,
    expiresOn: gate.expiresOn,
    toldText: gate.state === 'refused' ? gate.toldText : null,
  };
}
