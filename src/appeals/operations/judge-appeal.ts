import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AnnouncedResults } from '../../allocation/public.js';
import { AppealMemberRow } from '../data/appeal-member.entity.js';
import { AppealVoteRow } from '../data/appeal-vote.entity.js';
import type { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import type { AppealRecordRow } from '../data/appeals.repository.js';
import { STAGES_OF } from '../domain/appeal-rules.js';
import { APPEAL_REJECTED, APPEAL_UPHELD, APPEAL_VOTED, MEMBER_RECUSED } from '../domain/appeals.events.js';
import { appealsPolicy } from '../domain/appeals.policy.js';
import { VOTES, verdictOf } from '../domain/verdict.js';
import { AppealRecord, wordsOf } from './appeal-record.js';
import { ReopenStage } from './reopen-stage.js';
import { SeatPanel } from './seat-panel.js';

export const VOTE_MAX = 4000;
export const REASONING_MAX = 10_000;

/** As the form has it. */
export interface TypedVote {
  readonly vote: string;
  readonly stage: string;
  readonly reasons: string;
}

/** The panel's side: each member declares, reads and votes; the head writes what the applicant reads. */
@Injectable()
export class JudgeAppeal {
  constructor(
    private readonly database: Database,
    private readonly appeals: AppealsRepository,
    private readonly panel: SeatPanel,
    private readonly reopening: ReopenStage,
    private readonly announced: AnnouncedResults,
    private readonly record: AppealRecord,
  ) {}

  /** That nothing binds them. The appeal and the file are theirs to read from then on. */
  async declare(request: RequestContext, appealId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { appeal } = await this.begin(ctx, appealId, 'appeal.declare');
      await withSystemRights(ctx, () =>
        ctx.tx.update(
          AppealMemberRow,
          { appealId: appeal.id, personId: ctx.actor.personId ?? '' },
          { declaredAt: ctx.clock.now() },
        ),
      );
      await this.record.note(ctx, appeal, 'declare');
    });
  }

  /** That something does: the seat is free. */
  async recuse(request: RequestContext, appealId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { appeal } = await this.begin(ctx, appealId, 'appeal.recuse');
      await this.stepDown(ctx, appeal, ctx.actor.personId ?? '');
    });
  }

  /** Part of an act that the caller has authorised. */
  async stepDown(ctx: Ctx, appeal: AppealRow, personId: string): Promise<void> {
    await this.panel.leave(ctx, appeal, personId);
    await this.record.note(ctx, appeal, 'recuse', { person: personId });
    await this.record.tell(ctx, appeal, MEMBER_RECUSED, { person: personId });
  }

  async vote(request: RequestContext, appealId: string, typed: TypedVote): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, appealId, 'appeal.vote');
      const { appeal, facts } = record;
      await this.requireWhole(ctx, record);
      const vote = VOTES.find((each) => each === typed.vote);
      const stages = STAGES_OF[appeal.subject];
      const stage = vote === 'uphold' ? (stages.find((each) => each === typed.stage) ?? null) : null;
      const problems: FieldProblem[] = [];
      if (!vote) problems.push({ field: 'vote', problem: 'required_choice' });
      if (vote === 'uphold' && !stage) problems.push({ field: 'stage', problem: 'required_choice' });
      if (!typed.reasons.trim()) problems.push({ field: 'reasons', problem: 'required' });
      if (!vote || problems.length > 0) throw new DomainError('invalid', { fields: problems });
      const reasons = wordsOf(typed.reasons, 'reasons', VOTE_MAX);
      const personId = ctx.actor.personId ?? '';
      await withSystemRights(ctx, () =>
        ctx.tx.insert(AppealVoteRow, {
          appealId: appeal.id,
          personId,
          vote,
          stage,
          reasons,
          language: ctx.language,
          givenAt: ctx.clock.now(),
        }),
      );
      await this.record.note(ctx, appeal, 'vote');
      if (facts.members.every((member) => member === personId || facts.voted.includes(member))) {
        await this.record.tell(ctx, appeal, APPEAL_VOTED);
      }
    });
  }

  /**
   * Ends it by what the votes come to, with the reasons that the applicant reads. Where it is upheld, the stage is reopened
   * in this act.
   */
  async decide(request: RequestContext, appealId: string, reasoning: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { callId } = (await this.appeals.find(ctx, appealId)).appeal;
      await this.announced.lockCall(ctx, callId);
      const record = await this.begin(ctx, appealId, 'appeal.decide');
      // Whoever left or was unseated since the first vote is replaced first: the few who are left do not decide alone.
      await this.requireWhole(ctx, record);
      const { appeal } = record;
      const text = wordsOf(reasoning, 'reasoning', REASONING_MAX);
      const votes = await withSystemRights(ctx, () => this.appeals.votes(ctx, appeal.id));
      const { outcome, stage, uphold, reject } = verdictOf(votes, STAGES_OF[appeal.subject]);
      await withSystemRights(ctx, () =>
        this.appeals.say(ctx, {
          appealId: appeal.id,
          kind: 'reasoning',
          text,
          language: ctx.language,
          writtenBy: ctx.actor.personId,
          writtenAt: ctx.clock.now(),
        }),
      );
      if (outcome === 'upheld' && stage) await this.reopening.run(ctx, appeal, stage);
      await this.record.move(
        ctx,
        appeal,
        outcome === 'upheld' ? 'uphold' : 'reject',
        {
          stage,
          votesFor: uphold,
          votesAgainst: reject,
          decidedBy: ctx.actor.personId,
          decidedAt: ctx.clock.now(),
        },
        { uphold, reject, ...(stage ? { stage } : {}) },
      );
      await this.record.tell(ctx, appeal, outcome === 'upheld' ? APPEAL_UPHELD : APPEAL_REJECTED, {
        ...(stage ? { stage } : {}),
      });
    });
  }

  /** @throws DomainError `conflict` with what the panel lacks */
  private async requireWhole(ctx: Ctx, record: AppealRecordRow): Promise<void> {
    const [fault] = (await this.panel.panel(ctx, record)).faults;
    if (fault) throw new DomainError('conflict', { reason: fault });
  }

  private async begin(ctx: Ctx, appealId: string, action: string): Promise<AppealRecordRow> {
    const record = await this.appeals.lock(ctx, appealId);
    authorise(ctx, appealsPolicy, action, record.facts, 'appeal.read');
    return record;
  }
}
