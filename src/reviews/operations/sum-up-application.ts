import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { Calls } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { DiscussionsRepository } from '../data/discussions.repository.js';
import { REMARK_MAX, SUMMARY_ANSWERS, SUMMARY_MAX, neededWords, wordsIfAny } from '../domain/discussion.js';
import { discussionsPolicy } from '../domain/discussions.policy.js';
import type { DiscussionFacts } from '../domain/discussions.policy.js';
import { DISCUSSION_CHANGE_ASKED, DISCUSSION_SUMMED_UP } from '../domain/reviews.events.js';
import { languageIn, personOf } from './discuss-application.js';
import { rulesOf } from './keep-panels.js';

/** As a form or a program sends it. */
export interface TypedSummary {
  readonly text: string;
  /** What of it the applicant reads, where the call lets them. */
  readonly feedback: string;
}

/** What the lead of an application says of it in the name of the panel, and what its members say to that. */
@Injectable()
export class SumUpApplication {
  constructor(
    private readonly database: Database,
    private readonly discussions: DiscussionsRepository,
    private readonly calls: Calls,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Keeps what is written so far.
   * @param revision of the page; another one that was saved since is not overwritten (`stale`)
   */
  save(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    typed: TypedSummary,
    revision: number,
  ): Promise<{ readonly revision: number }> {
    return this.database.transaction(request, async (ctx) => {
      const facts = await this.begin(ctx, panelId, applicationId, 'discussion.sum_up');
      const authorId = personOf(ctx);
      const text = wordsIfAny(typed.text, 'text', SUMMARY_MAX);
      const feedback = wordsIfAny(typed.feedback, 'feedback', SUMMARY_MAX);
      const before = await this.discussions.draft(ctx, facts, authorId);
      if ((before?.revision ?? 0) !== revision) throw new DomainError('stale');
      await this.discussions.saveDraft(ctx, {
        panelId: facts.panelId,
        applicationId: facts.applicationId,
        authorId,
        text,
        feedback,
        revision: revision + 1,
        savedAt: ctx.clock.now(),
      });
      return { revision: revision + 1 };
    });
  }

  /** Hands in what was saved last; a version after the first says why there is another. */
  submit(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    said: { readonly revision: number; readonly language: string; readonly reason: string },
  ): Promise<{ readonly version: number }> {
    return this.database.transaction(request, async (ctx) => {
      const facts = await this.begin(ctx, panelId, applicationId, 'discussion.sum_up');
      const authorId = personOf(ctx);
      const draft = await this.discussions.draft(ctx, facts, authorId);
      if (!draft) throw new DomainError('conflict', { reason: 'summary_not_begun' });
      if (draft.revision !== said.revision) throw new DomainError('stale');
      const call = await this.calls.byId(ctx, facts.callId);
      if (!call) throw new DomainError('not_found');
      const tells = rulesOf(call).review.feedback === 'summary';
      const version = ((await this.discussions.summaries(ctx, facts))[0]?.version ?? 0) + 1;
      const language = languageIn(said.language);
      const missing: FieldProblem[] = [];
      if (!draft.text) missing.push({ field: 'text', problem: 'required' });
      if (tells && !draft.feedback) missing.push({ field: 'feedback', problem: 'required' });
      if (version > 1 && !said.reason.trim()) missing.push({ field: 'reason', problem: 'required' });
      if (missing.length > 0) throw new DomainError('invalid', { fields: missing });
      const of = { panelId: facts.panelId, applicationId: facts.applicationId, version };
      await this.discussions.sumUp(
        ctx,
        {
          ...of,
          authorId,
          text: draft.text,
          language,
          submittedAt: ctx.clock.now(),
          reason: version > 1 ? neededWords(said.reason, 'reason', REMARK_MAX) : null,
        },
        tells ? { ...of, text: draft.feedback, language } : null,
      );
      await this.note(ctx, facts, 'sum_up', { version });
      await this.tell(ctx, facts, DISCUSSION_SUMMED_UP, version);
      return { version };
    });
  }

  /** A member agrees, agrees with a remark, or asks for a change: to the version that they read. */
  async answer(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    said: {
      readonly version: number;
      readonly answer: string;
      readonly remark: string;
      readonly language: string;
    },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const facts = await this.begin(ctx, panelId, applicationId, 'discussion.answer_summary');
      const [newest] = await this.discussions.summaries(ctx, facts);
      if (!newest) throw new DomainError('conflict', { reason: 'no_summary' });
      if (newest.version !== said.version) throw new DomainError('stale');
      const answer = SUMMARY_ANSWERS.find((each) => each === said.answer);
      if (!answer) {
        throw new DomainError('invalid', { fields: [{ field: 'answer', problem: 'required_choice' }] });
      }
      const now = ctx.clock.now();
      await this.discussions.answer(ctx, {
        id: newId(now),
        panelId: facts.panelId,
        applicationId: facts.applicationId,
        version: newest.version,
        memberId: personOf(ctx),
        answer,
        // Words beside a bare agreement would be a remark that nobody was told of.
        remark: answer === 'agree' ? null : neededWords(said.remark, 'remark', REMARK_MAX),
        language: languageIn(said.language),
        answeredAt: now,
      });
      await this.note(ctx, facts, 'answer_summary', { version: newest.version, answer });
      if (answer === 'ask_change') await this.tell(ctx, facts, DISCUSSION_CHANGE_ASKED, newest.version);
    });
  }

  private async begin(
    ctx: Ctx,
    panelId: string,
    applicationId: string,
    action: string,
  ): Promise<DiscussionFacts> {
    const facts = await this.discussions.lock(ctx, panelId, applicationId);
    authorise(ctx, discussionsPolicy, action, facts, 'discussion.read');
    await this.discussions.lockSummary(ctx, facts);
    return facts;
  }

  private async note(
    ctx: Ctx,
    { panelId, applicationId }: DiscussionFacts,
    act: string,
    data: AuditEntry['data'],
  ): Promise<void> {
    await this.audit.record(ctx, {
      action: `discussion.${act}`,
      subject: { kind: 'panel', id: panelId },
      data: { application: applicationId, ...data },
    });
  }

  private async tell(
    ctx: Ctx,
    { panelId, applicationId }: DiscussionFacts,
    type: string,
    version: number,
  ): Promise<void> {
    await this.outbox.emit(ctx, {
      type,
      subject: { kind: 'panel', id: panelId },
      payload: { application: applicationId, version },
    });
  }
}
