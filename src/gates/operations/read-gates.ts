import { Injectable } from '@nestjs/common';
import { AccessPorts, People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { DecisionSubjects } from '../../approvals/public.js';
import type { SubjectSummary } from '../../approvals/public.js';
import { Uploads } from '../../documents/public.js';
import type { UploadVersion } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { decodeCursor, instantIn, pageOf } from '../../shared/cursor.js';
import type { Page } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Decision as Permission } from '../../shared/policy.js';
import type { GateEvidenceRow } from '../data/gate-evidence.entity.js';
import type { GateRuleRow } from '../data/gate-rule.entity.js';
import type { GateRow } from '../data/gate.entity.js';
import { GatesRepository } from '../data/gates.repository.js';
import type { ScreeningHitRow } from '../data/screening-hit.entity.js';
import type { GateTab, WaitingGate } from '../data/gates.repository.js';
import { gateRulesPolicy } from '../domain/gate-rules.policy.js';
import { stateOn } from '../domain/gate-expiry.js';
import { gatesPolicy } from '../domain/gates.policy.js';
import { ruleFacts } from './edit-gate-rules.js';
import { GateClocks } from './gate-clocks.js';
import type { DaysOf } from './gate-clocks.js';

/** A gate of the worklist with what it stands before. */
export interface ListedGate {
  readonly gate: GateRow;
  readonly summary: SubjectSummary;
}

/** A gate as its officers see it. */
export interface OpenGate extends ListedGate {
  readonly rule: GateRuleRow;
  readonly evidence: readonly GateEvidenceRow[];
  /** Files of the evidence by their ids. */
  readonly files: ReadonlyMap<Id, UploadVersion>;
  /** What day it is in the country, YYYY-MM-DD. */
  readonly today: string;
  /** What was found of its parties on lists, the open ones first. */
  readonly hits: readonly ScreeningHitRow[];
  readonly screen: Permission;
  readonly names: ReadonlyMap<Id, DisplayName>;
  readonly settle: Permission;
  readonly reopen: Permission;
  readonly zone: string;
}

/** Reads gates and rules, for pages and API alike. */
@Injectable()
export class ReadGates {
  constructor(
    private readonly gates: GatesRepository,
    private readonly subjects: DecisionSubjects,
    private readonly people: People,
    private readonly ports: AccessPorts,
    private readonly clocks: GateClocks,
    private readonly uploads: Uploads,
  ) {}

  async list(
    ctx: Ctx,
    query: { readonly tab: GateTab; readonly limit: number; readonly after?: string },
  ): Promise<Page<ListedGate>> {
    const { tab, limit } = query;
    const rows = await this.gates.list(ctx, {
      tab,
      limit: limit + 1,
      ...(query.after ? { after: afterOf(query.after) } : {}),
    });
    const page = pageOf(
      rows,
      limit,
      (row) => [(tab === 'waiting' ? row.dueAt : row.stateSince).toISOString(), row.id],
      (row) => row,
    );
    const summaries = await this.summaries(ctx, page.items);
    const days = await this.clocks.today(ctx);
    return {
      next: page.next,
      items: page.items.flatMap((row) => {
        const gate = asOf(row, days);
        const summary = summaries.get(gate.subjectId);
        return summary ? [{ gate, summary }] : [];
      }),
    };
  }

  /** What waits longest in the actor's country, in short: what each stands before has to be asked for its name. */
  waiting(ctx: Ctx, limit: number): Promise<readonly WaitingGate[]> {
    return this.gates.waiting(ctx, limit);
  }

  /** @throws DomainError `not_found` where the actor may not read it */
  async open(ctx: Ctx, id: string): Promise<OpenGate> {
    const days = await this.clocks.today(ctx);
    const gate = asOf(await this.gates.find(ctx, id), days);
    authorise(ctx, gatesPolicy, 'gate.read', gate, 'gate.read');
    const summary = (await this.summaries(ctx, [gate])).get(gate.subjectId);
    if (!summary) throw new DomainError('not_found');
    const evidence = await this.gates.evidenceOf(ctx, gate.id);
    const hits = await this.gates.hitsOf(ctx, gate.id);
    const officers = [
      gate.officerId,
      gate.decidedBy,
      ...evidence.map(({ addedBy }) => addedBy),
      ...hits.map(({ decidedBy }) => decidedBy),
    ];
    return {
      gate,
      summary,
      rule: await this.gates.rule(ctx, gate.ruleId),
      evidence,
      files: new Map(
        (await this.uploads.versions(ctx, { kind: 'gate', id: gate.id })).map((file) => [file.id, file]),
      ),
      today: days(gate.country),
      hits,
      screen: gatesPolicy.decide(ctx.actor, 'gate.screen', gate),
      names: await this.people.displayNames(
        ctx,
        officers.filter((person) => person !== null),
      ),
      settle: gatesPolicy.decide(ctx.actor, 'gate.settle', gate),
      reopen: gatesPolicy.decide(ctx.actor, 'gate.reopen', gate),
      zone: await this.zoneOf(ctx, gate.country),
    };
  }

  /** One file of the evidence, whichever version. The same may read it who may read the gate. */
  async file(ctx: Ctx, id: string, uploadId: string) {
    const gate = await this.gates.find(ctx, id);
    authorise(ctx, gatesPolicy, 'gate.read', gate, 'gate.read');
    return this.uploads.open(ctx, { kind: 'gate', id: gate.id }, uploadId);
  }

  /** Every rule, those that have ended too, with whether the actor may change it. */
  async rules(ctx: Ctx): Promise<readonly { readonly rule: GateRuleRow; readonly editable: boolean }[]> {
    return (await this.gates.allRules(ctx)).map((rule) => ({
      rule,
      editable: gateRulesPolicy.decide(ctx.actor, 'gate_rule.edit', ruleFacts(rule)).allowed,
    }));
  }

  /** @throws DomainError `not_found`, `forbidden` where it is another country's */
  async editableRule(ctx: Ctx, id: string): Promise<GateRuleRow> {
    const rule = await this.gates.rule(ctx, id);
    authorise(ctx, gateRulesPolicy, 'gate_rule.edit', ruleFacts(rule), 'gate_rule.read');
    return rule;
  }

  zoneOf(ctx: Ctx, country: string): Promise<string> {
    return this.ports.places.timeZone(ctx, country);
  }

  private async summaries(ctx: Ctx, gates: readonly GateRow[]): Promise<ReadonlyMap<string, SubjectSummary>> {
    const all = new Map<string, SubjectSummary>();
    for (const kind of new Set(gates.map(({ subjectKind }) => subjectKind))) {
      const ids = gates.filter(({ subjectKind }) => subjectKind === kind).map(({ subjectId }) => subjectId);
      const described = await this.subjects.of(kind).describe(ctx, ctx.language, [...new Set(ids)]);
      for (const [id, summary] of described) all.set(id, summary);
    }
    return all;
  }
}

/** The gate as it stands today, whether or not the clock has put it on record. */
function asOf(gate: GateRow, days: DaysOf): GateRow {
  return { ...gate, state: stateOn(gate, days(gate.country)) };
}

function afterOf(cursor: string): { at: Date; id: Id } {
  const [at, id] = decodeCursor(cursor, 2);
  return { at: instantIn(at), id: String(id) };
}
