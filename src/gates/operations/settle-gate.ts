import { Injectable } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import type { ReceivedFile } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { daysLater } from '../../shared/zoned-time.js';
import { GateEvidenceRow } from '../data/gate-evidence.entity.js';
import { GateRow } from '../data/gate.entity.js';
import { ScreeningHitRow } from '../data/screening-hit.entity.js';
import { GatesRepository } from '../data/gates.repository.js';
import { GATE_REOPENED, GATE_SETTLED } from '../domain/gates.events.js';
import { gatesPolicy } from '../domain/gates.policy.js';
import { stateOn } from '../domain/gate-expiry.js';
import { gateStates } from '../domain/gate.states.js';
import type { GateState, GateVerdict } from '../domain/gate.states.js';
import { GateClocks } from './gate-clocks.js';
import { GateRecord } from './gate-record.js';
import { GateSubjects } from './gate-subjects.js';

/** Why an office says what it says of a gate, besides its own words. Translation keys `gates.reasons.<code>`. */
export const GATE_REASONS = [
  'nothing_found',
  'outside_the_rule',
  'licence_given',
  'conditions_needed',
  'conditions_met',
  'listed_party',
  'controlled_technology',
  'security',
  'ethics',
  'other',
] as const;
export type GateReason = (typeof GATE_REASONS)[number];

const TEXT_MAX = 4000;
const TOLD_MAX = 2000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface SettlementInput {
  readonly verdict: GateVerdict;
  readonly reasonCode?: GateReason;
  readonly reasonText?: string;
  readonly toldText?: string;
  readonly conditions?: readonly string[];
  /** The last day on which the word holds, YYYY-MM-DD; absent: as the rule says. */
  readonly expiresOn?: string;
}

export interface EvidenceInput {
  /** Which of what the rule asks for; absent: something else. */
  readonly item?: string;
  readonly words: string;
  /** The last day on which it shows what it shows, YYYY-MM-DD. */
  readonly validUntil?: string;
}

/** An officer says their country's word on a gate. Whatever hangs on it follows in the same transaction. */
@Injectable()
export class SettleGate {
  constructor(
    private readonly database: Database,
    private readonly gates: GatesRepository,
    private readonly subjects: GateSubjects,
    private readonly record: GateRecord,
    private readonly clocks: GateClocks,
    private readonly uploads: Uploads,
  ) {}

  run(request: RequestContext, gateId: string, input: SettlementInput): Promise<GateState> {
    return this.database.transaction(request, async (ctx) => {
      const gate = await this.locked(ctx, gateId);
      authorise(ctx, gatesPolicy, 'gate.settle', gate, 'gate.read');
      if (gate.withdrawnAt) throw new DomainError('conflict', { reason: 'subject_withdrawn' });
      if (!gateStates.allows(gate.state, input.verdict)) {
        throw new DomainError('conflict', { reason: 'already_decided' });
      }
      await this.requireScreened(ctx, gate, input.verdict);
      const { reasonCode, reasonText, toldText, conditions, expiresOn } = await this.checked(
        ctx,
        gate,
        input,
      );
      await this.record.move(
        ctx,
        gate,
        input.verdict,
        {
          officerId: gate.officerId ?? ctx.actor.personId,
          decidedBy: ctx.actor.personId,
          decidedFor: ctx.authority?.actingFor ?? null,
          decidedAt: ctx.clock.now(),
          reasonCode,
          reasonText,
          toldText,
          conditions,
          expiresOn,
          warnedAt: null,
        },
        { reasonCode },
      );
      await this.record.tell(ctx, gate, GATE_SETTLED);
      return gate.state;
    });
  }

  /** A word counts no more: something came to light, or it ended. The gate waits again. */
  reopen(request: RequestContext, gateId: string, reason: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const gate = await this.locked(ctx, gateId);
      authorise(ctx, gatesPolicy, 'gate.reopen', gate, 'gate.read');
      if (gate.withdrawnAt) throw new DomainError('conflict', { reason: 'subject_withdrawn' });
      const words = reason.trim();
      if (!words || words.length > TEXT_MAX) {
        const problem = words ? 'too_long' : 'required';
        throw new DomainError('invalid', {
          fields: [{ field: 'reason', problem, ...(words ? { values: { max: TEXT_MAX } } : {}) }],
        });
      }
      await this.reopenWithin(ctx, gate);
      await this.write(ctx, gate, { item: null, words, validUntil: null, received: null });
    });
  }

  /** The same inside an act of the caller's, who has a reason for it and has locked the gate. */
  async reopenWithin(ctx: Ctx, gate: GateRow): Promise<void> {
    const rule = await this.gates.rule(ctx, gate.ruleId);
    const now = ctx.clock.now();
    await this.record.move(ctx, gate, 'reopen', {
      reopenedAt: now,
      dueAt: new Date(now.getTime() + rule.decideDays * 86_400_000),
      expiresOn: null,
      warnedAt: null,
      conditions: [],
    });
    await this.record.tell(ctx, gate, GATE_REOPENED);
  }

  /**
   * Evidence: what was asked, found or received, in words, and in a file where there is one. Of what the rule asks for a later
   * file is a new version of the earlier; anything else stands by itself.
   * @param file lies at `path` for the time of the request; its content is checked before anything is kept
   */
  async addEvidence(
    request: RequestContext,
    gateId: string,
    input: EvidenceInput,
    file: { readonly path: string; readonly fileName: string } | null = null,
  ): Promise<void> {
    // First whether it may be given at all: nobody's megabytes are stored for a refusal.
    await this.database.transaction(request, (ctx) => this.evidenceFor(ctx, gateId, input));
    const received = file && (await this.uploads.receive(file.path, file.fileName, 'file'));
    await this.database.transaction(request, async (ctx) => {
      const { gate, item, words, validUntil } = await this.evidenceFor(ctx, gateId, input);
      // Whoever begins to work on it has it from then on.
      if (gate.officerId === null) {
        gate.officerId = ctx.actor.personId;
        await ctx.tx.save(GateRow, gate);
      }
      await this.write(ctx, gate, { item, words, validUntil, received });
    });
  }

  private async evidenceFor(ctx: Ctx, gateId: string, input: EvidenceInput) {
    const gate = await this.locked(ctx, gateId);
    authorise(ctx, gatesPolicy, 'gate.add_evidence', gate, 'gate.read');
    const rule = await this.gates.rule(ctx, gate.ruleId);
    const words = input.words.trim();
    const validUntil = input.validUntil?.trim() || null;
    const problems: FieldProblem[] = [];
    if (!words) problems.push({ field: 'words', problem: 'required' });
    if (words.length > TEXT_MAX) {
      problems.push({ field: 'words', problem: 'too_long', values: { max: TEXT_MAX } });
    }
    if (input.item && !rule.evidence.some(({ id }) => id === input.item)) {
      problems.push({ field: 'item', problem: 'not_in_list' });
    }
    if (validUntil !== null) {
      if (!DAY.test(validUntil) || Number.isNaN(Date.parse(validUntil))) {
        problems.push({ field: 'validUntil', problem: 'not_date' });
      } else if (validUntil < (await this.clocks.today(ctx))(gate.country)) {
        problems.push({ field: 'validUntil', problem: 'date_in_past' });
      }
    }
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    return { gate, item: input.item || null, words, validUntil };
  }

  private async write(
    ctx: Ctx,
    gate: GateRow,
    given: {
      readonly item: string | null;
      readonly words: string;
      readonly validUntil: string | null;
      readonly received: ReceivedFile | null;
    },
  ): Promise<void> {
    const { item, words, validUntil, received } = given;
    const now = ctx.clock.now();
    const id = newId(now);
    // The version before may be a colleague's.
    const uploadId: Id | null =
      received &&
      (await withSystemRights(ctx, () =>
        this.uploads.attach(ctx, { kind: 'gate', id: gate.id }, item ?? `evidence-${id}`, received),
      ));
    await ctx.tx.insert(GateEvidenceRow, {
      id,
      gateId: gate.id,
      item,
      words,
      uploadId,
      validUntil,
      addedBy: ctx.actor.personId ?? '',
      addedAt: now,
    });
    await this.record.note(ctx, gate, 'gate.evidence_added', { item, upload: uploadId });
  }

  /** First the subject and then its gate, as everybody who touches both: of two at once the second sees what the first did. */
  async locked(ctx: Ctx, gateId: string): Promise<GateRow> {
    const { id, subjectKind, subjectId } = await this.gates.find(ctx, gateId);
    const port = this.subjects.of(subjectKind);
    const ties = await withSystemRights(ctx, async () => {
      await port.lock(ctx, subjectId);
      return port.ties(ctx, subjectId);
    });
    const gate = await this.gates.lock(ctx, id);
    // What ended at midnight has ended, although the clock has not put it on record yet.
    gate.state = stateOn(gate, (await this.clocks.today(ctx))(gate.country));
    // Who had a hand in the matter since it was opened is kept from it as well.
    gate.preparers = [...new Set([...gate.preparers, ...ties.preparers])];
    gate.aboutPersons = [...new Set([...gate.aboutPersons, ...ties.persons])];
    gate.barredInstitutions = [...new Set([...gate.barredInstitutions, ...ties.barredInstitutions])];
    return gate;
  }

  /** Whoever says that nothing stands against it has looked at everything that was found. */
  private async requireScreened(ctx: Ctx, { id }: GateRow, verdict: GateVerdict): Promise<void> {
    if (verdict === 'refuse') return;
    const open = await ctx.tx.count(ScreeningHitRow, { where: { gateId: id, state: 'open' } });
    if (open > 0) throw new DomainError('blocked', { reason: 'hits_open', values: { count: open } });
  }

  private async checked(ctx: Ctx, gate: GateRow, input: SettlementInput) {
    const problems: FieldProblem[] = [];
    const text = (field: 'reasonText' | 'toldText', max: number, needed: boolean) => {
      const value = input[field]?.trim() ?? '';
      if (needed && !value) problems.push({ field, problem: 'required' });
      if (value.length > max) problems.push({ field, problem: 'too_long', values: { max } });
      return value || null;
    };
    const reasonText = text('reasonText', TEXT_MAX, true);
    const refuses = input.verdict === 'refuse';
    const toldText = text('toldText', TOLD_MAX, refuses);
    if (!input.reasonCode) problems.push({ field: 'reasonCode', problem: 'required' });
    const conditions = (input.conditions ?? []).map((condition) => condition.trim()).filter(Boolean);
    const conditional = input.verdict === 'clear_with_conditions';
    if (conditional && conditions.length === 0) problems.push({ field: 'conditions', problem: 'required' });
    if (conditions.some((condition) => condition.length > TEXT_MAX)) {
      problems.push({ field: 'conditions', problem: 'too_long', values: { max: TEXT_MAX } });
    }
    const today = (await this.clocks.today(ctx))(gate.country);
    const { validityDays } = await this.gates.rule(ctx, gate.ruleId);
    const lasts = input.verdict === 'clear' || conditional;
    const expiresOn = input.expiresOn?.trim() || (validityDays ? daysLater(today, validityDays) : null);
    if (expiresOn && lasts) {
      if (!DAY.test(expiresOn) || Number.isNaN(Date.parse(expiresOn))) {
        problems.push({ field: 'expiresOn', problem: 'not_date' });
      } else if (expiresOn < today) problems.push({ field: 'expiresOn', problem: 'date_in_past' });
    }
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    return {
      reasonCode: input.reasonCode ?? null,
      reasonText,
      toldText: refuses ? toldText : null,
      conditions: conditional ? conditions : [],
      expiresOn: lasts ? expiresOn : null,
    };
  }
}
