import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { NominationRow } from '../data/nomination.entity.js';
import { NOMINATION_ACKNOWLEDGED, NOMINATION_ANSWERED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { handsOf, proposed } from '../domain/nomination-hands.js';
import { AWAITING_HOST, nominationStates } from '../domain/nomination.states.js';
import { ApplicationRecord } from './application-record.js';
import { HostSight } from './host-sight.js';

export const HOST_ANSWERS = ['accept', 'waitlist', 'return', 'reject'] as const;
export type HostAnswer = (typeof HOST_ANSWERS)[number];

/** Why a host returns or rejects, besides its own words. Translation keys `applications.host_reasons.<code>`. */
export const HOST_REASONS = ['no_capacity', 'profile', 'language', 'documents', 'dates', 'other'] as const;
export type HostReason = (typeof HOST_REASONS)[number];

const REASON_MAX = 4000;

export interface HostAnswerInput {
  readonly answer: HostAnswer;
  readonly reasonCode?: HostReason;
  readonly reasonText?: string;
}

/** The host institution answers a nomination. An acceptance puts the exchange before both countries in the same act. */
@Injectable()
export class AnswerNomination {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(HostSight) private readonly sight: HostSight,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  run(request: RequestContext, applicationId: string, input: HostAnswerInput): Promise<void> {
    return this.database.transaction(request, (ctx) => this.answer(ctx, applicationId, input));
  }

  /** The same inside an act of the caller's. */
  async answer(ctx: Ctx, applicationId: string, input: HostAnswerInput): Promise<void> {
    const application = await this.applications.lock(ctx, applicationId);
    const { nomination, reason, answered } = await this.check(ctx, application, input);
    nomination.state = answered;
    nomination.stateSince = ctx.clock.now();
    if (input.answer !== 'waitlist') nomination.dueAt = null;
    nomination.answeredBy = ctx.actor.personId;
    nomination.answeredFor = ctx.authority?.actingFor ?? null;
    nomination.reasonCode = reason?.code ?? null;
    nomination.reasonText = reason?.text ?? null;
    await ctx.tx.save(NominationRow, nomination);
    await this.record.note(ctx, application, `nomination.${nomination.state}`, {
      nomination: nomination.id,
      reasonCode: nomination.reasonCode,
    });
    await this.record.tell(ctx, application, NOMINATION_ANSWERED, {
      nomination: nomination.id,
      state: nomination.state,
    });
    if (input.answer === 'accept') await this.putBeforeBoth(ctx, application, nomination);
    if (input.answer === 'reject' || input.answer === 'return') await this.endVisibility(ctx, application);
  }

  /** The host says that it has seen the nomination and works on it. It is no answer, and the promised time runs on. */
  acknowledge(request: RequestContext, applicationId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.lock(ctx, applicationId);
      const { nomination } = await this.checkActing(ctx, application);
      if (nomination.acknowledgedAt) throw new DomainError('conflict', { reason: 'already_acknowledged' });
      nomination.acknowledgedAt = ctx.clock.now();
      nomination.acknowledgedBy = ctx.actor.personId;
      await ctx.tx.save(NominationRow, nomination);
      await this.record.note(ctx, application, 'nomination.acknowledged', { nomination: nomination.id });
      await this.record.tell(ctx, application, NOMINATION_ACKNOWLEDGED, { nomination: nomination.id });
    });
  }

  /** Whether the answer would go through, with what it is about. Changes nothing. */
  async check(ctx: Ctx, application: ApplicationRow, input: HostAnswerInput) {
    const { nomination } = await this.checkActing(ctx, application);
    const reason = checkedReason(input);
    return { nomination, reason, answered: nominationStates.move(nomination.state, input.answer) };
  }

  /** Whether the actor can do something with the nomination for the host. */
  private async checkActing(ctx: Ctx, application: ApplicationRow) {
    authorise(ctx, applicationsPolicy, 'application.answer_nomination', application, 'application.read');
    const [nomination] = await this.applications.nominations(ctx, application.id);
    if (!nomination) throw new DomainError('wrong_state');
    if (!AWAITING_HOST.includes(nomination.state)) {
      throw new DomainError('conflict', { reason: 'already_decided' });
    }
    if (proposed(ctx.actor, nomination)) {
      throw new DomainError('forbidden', { reason: 'separation_of_duties' });
    }
    return { nomination };
  }

  private async putBeforeBoth(
    ctx: Ctx,
    application: ApplicationRow,
    nomination: NominationRow,
  ): Promise<void> {
    const call = await this.calls.byId(ctx, application.callId);
    const submission = await this.applications.latestSubmission(ctx, application.id);
    if (!call || !submission || !application.hostCountry) throw new DomainError('not_found');
    await this.decisions.open(ctx, {
      subject: { kind: 'application', id: application.id },
      // What both decide on: this content, at this place, by this nomination.
      subjectHash: contentHash({
        content: submission.contentHash,
        place: nomination.placeId,
        nomination: nomination.id,
      }),
      homeCountry: application.homeCountry,
      hostCountry: application.hostCountry,
      preparers: [
        ...new Set([
          ...handsOf(nomination),
          ...application.preparedBy,
          application.applicantId,
          ...application.coAuthors,
        ]),
      ],
      interests: {
        persons: [application.applicantId, ...application.coAuthors],
        barredInstitutions: application.independentAssessment
          ? [application.homeInstitutionId, application.hostInstitutionId].filter((id) => id !== null)
          : [],
      },
      dueDays: call.promises.approvalDays,
      tabledAfterDays: call.promises.tabledAfterDays ?? null,
    });
  }

  /** A refused nomination ends what the host side may see; the register of transfers keeps that it once could. */
  private async endVisibility(ctx: Ctx, application: ApplicationRow): Promise<void> {
    await this.gates.withdraw(ctx, { kind: 'application', id: application.id });
    await this.sight.takeBack(ctx, application, 'host_refused');
  }
}

function checkedReason(input: HostAnswerInput): { code: HostReason; text: string } | null {
  if (input.answer === 'accept' || input.answer === 'waitlist') return null;
  const text = input.reasonText?.trim() ?? '';
  const problems: FieldProblem[] = [];
  if (!input.reasonCode) problems.push({ field: 'reasonCode', problem: 'required' });
  if (!text) problems.push({ field: 'reasonText', problem: 'required' });
  if (text.length > REASON_MAX) {
    problems.push({ field: 'reasonText', problem: 'too_long', values: { max: REASON_MAX } });
  }
  if (problems.length > 0 || !input.reasonCode) throw new DomainError('invalid', { fields: problems });
  return { code: input.reasonCode, text };
}
