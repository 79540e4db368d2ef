import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, FormDefinition } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Consents, Transfers } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { parseDate } from '../../shared/parse-entry.js';
import type { RequestContext } from '../../shared/request-context.js';
import { lastSecondOf } from '../../shared/zoned-time.js';
import type { ApplicationDocumentRow } from '../data/application-document.entity.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DOCUMENT_TO_CORRECT, DOCUMENT_WAIVED, SUPPLEMENT_ACCEPTED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { documentStates } from '../domain/document-item.states.js';
import { askedDocuments } from '../domain/document-items.js';
import { ApplicationRecord } from './application-record.js';
import { DocumentFindings } from './document-findings.js';
import { EditApplication } from './edit-application.js';
import { sightOf } from './field-sight.js';
import { CROSS_BORDER } from '../domain/crossing.js';

const REASON_MAX = 4000;
const DAY_MS = 86_400_000;
/** Nobody waits longer than this for a paper. */
const LONGEST_DAYS = 180;

interface Checking {
  readonly application: ApplicationRow;
  readonly call: CallView;
  readonly form: FormDefinition;
  readonly by: Id;
}

/** What the checker saw: a version that came since is not the one that was judged. */
export interface SeenDocument {
  readonly seen?: string;
}

/** The home coordinator's word on each document by itself, while the application as a whole stays where it is. */
@Injectable()
export class CheckDocuments {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(DocumentFindings) private readonly findings: DocumentFindings,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Transfers) private readonly transfers: Transfers,
  ) {}

  accept(
    request: RequestContext,
    applicationId: string,
    requirement: string,
    { seen }: SeenDocument = {},
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const checking = await this.begin(ctx, applicationId);
      const row = await this.row(ctx, checking, requirement, seen);
      await this.acceptOne(ctx, checking, row);
      await this.applications.save(ctx, checking.application);
    });
  }

  /** Accepts every document that is there and was not looked at yet. Answers how many. */
  acceptAll(request: RequestContext, applicationId: string): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const checking = await this.begin(ctx, applicationId);
      let accepted = 0;
      for (const { requirement } of askedDocuments(checking.form)) {
        const row = await this.row(ctx, checking, requirement.id);
        if (row.state !== 'uploaded') continue;
        await this.acceptOne(ctx, checking, row);
        accepted += 1;
      }
      if (accepted > 0) await this.applications.save(ctx, checking.application);
      return accepted;
    });
  }

  /** Asks for another version of one document, until the end of a day by the call's clock. */
  askForCorrection(
    request: RequestContext,
    applicationId: string,
    requirement: string,
    input: SeenDocument & { readonly reason: string; readonly until: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const checking = await this.begin(ctx, applicationId);
      const row = await this.row(ctx, checking, requirement, input.seen);
      const reason = input.reason.trim();
      const until = deadline(input.until, checking.call.timeZone, ctx.clock.now());
      const problems = [...reasonProblems(reason), ...('problem' in until ? [until] : [])];
      if (problems.length > 0 || 'problem' in until) throw new DomainError('invalid', { fields: problems });
      await this.findings.move(ctx, row, 'ask_correction', {
        reason,
        dueAt: until.dueAt,
        ...this.decider(ctx, checking),
      });
      await this.applications.save(ctx, checking.application);
      await this.record.note(ctx, checking.application, 'application.document_correction_asked', {
        requirement,
        until: until.dueAt.toISOString(),
      });
      await this.record.tell(ctx, checking.application, DOCUMENT_TO_CORRECT, {
        requirement,
        until: until.dueAt.toISOString(),
      });
    });
  }

  /** Does without one document, where the call lets whoever checks decide so. */
  waive(
    request: RequestContext,
    applicationId: string,
    requirementId: string,
    input: SeenDocument & { readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const checking = await this.begin(ctx, applicationId);
      const row = await this.row(ctx, checking, requirementId, input.seen);
      const asked = askedDocuments(checking.form).find(({ requirement }) => requirement.id === requirementId);
      if (!asked?.requirement.waivable) throw new DomainError('blocked', { reason: 'document_not_waivable' });
      const reason = input.reason.trim();
      const problems = reasonProblems(reason);
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      await this.findings.move(ctx, row, 'waive', { reason, ...this.decider(ctx, checking) });
      await this.applications.save(ctx, checking.application);
      await this.record.note(ctx, checking.application, 'application.document_waived', {
        requirement: requirementId,
      });
      await this.record.tell(ctx, checking.application, DOCUMENT_WAIVED, { requirement: requirementId });
    });
  }

  private async begin(ctx: Ctx, applicationId: string): Promise<Checking> {
    const application = await this.applications.lock(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.check_documents', application, 'application.read');
    const by = ctx.actor.personId;
    const call = await this.calls.byId(ctx, application.callId);
    if (!call || by === null) throw new DomainError('forbidden');
    const form = await this.edit.form(ctx, application);
    if (application.freemover) {
      this.record.prepare(ctx, application);
      await this.decisions.prepared(ctx, { kind: 'application', id: application.id });
    }
    if (application.state === 'submitted') {
      await this.record.move(ctx, application, 'begin_screening', { dueAt: application.dueAt });
    }
    return { application, call, form, by };
  }

  private async row(
    ctx: Ctx,
    { application, call, form }: Checking,
    requirement: string,
    seen?: string,
  ): Promise<ApplicationDocumentRow> {
    const { row } = await this.findings.one(
      ctx,
      application,
      call,
      form,
      requirement,
      sightOf(ctx.actor, application),
    );
    if (seen !== undefined) {
      const current = await this.findings.currentOf(ctx, application.id, requirement);
      if (seen !== (current?.id ?? '')) throw new DomainError('stale');
    }
    return row;
  }

  private async acceptOne(ctx: Ctx, checking: Checking, row: ApplicationDocumentRow): Promise<void> {
    const { application, by } = checking;
    const { requirement } = row;
    const current = await this.findings.currentOf(ctx, application.id, requirement);
    if (!current && documentStates.allows(row.state, 'accept')) {
      throw new DomainError('blocked', { reason: 'document_not_there' });
    }
    await this.findings.move(ctx, row, 'accept', {
      uploadId: current?.id ?? null,
      ...this.decider(ctx, checking),
    });
    await this.record.note(ctx, application, 'application.document_accepted', {
      requirement,
      upload: current?.id ?? null,
      sha256: current?.sha256 ?? null,
    });
    if (!current || !(await this.findings.acceptSupplement(ctx, current.id, by))) return;
    await this.cross(ctx, application);
    await this.record.tell(ctx, application, SUPPLEMENT_ACCEPTED, { requirement });
  }

  /** Where the application is with the other side, what is added to it crosses the border now, by consent and on record. */
  private async cross(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const { transferredAt, hostCountry, hostInstitutionId } = application;
    if (transferredAt === null || hostCountry === null) return;
    const subject = { kind: 'application', id: application.id };
    const consents = await this.consents.of(ctx, subject);
    if (!consents.some(({ purpose }) => purpose === CROSS_BORDER)) {
      throw new DomainError('blocked', { reason: 'transfer_consent_missing' });
    }
    await this.transfers.register(ctx, {
      personId: application.applicantId,
      subject,
      fromCountry: application.homeCountry,
      toCountry: hostCountry,
      recipientInstitutionId: hostInstitutionId,
      purpose: 'nomination',
      legalBasis: 'consent',
      fields: ['documents'],
      act: 'application.document_accepted',
    });
  }

  private decider(ctx: Ctx, { by }: Checking): Pick<ApplicationDocumentRow, 'decidedBy' | 'decidedFor'> {
    return { decidedBy: by, decidedFor: ctx.authority?.actingFor ?? null };
  }
}

/** The end of the day that was typed, or what is wrong with it. */
function deadline(typed: string, timeZone: string, now: Date): { readonly dueAt: Date } | FieldProblem {
  const field = 'until';
  if (typed.trim() === '') return { field, problem: 'required' };
  const day = parseDate(typed);
  if (!day.ok) return { field, problem: day.problem };
  const dueAt = lastSecondOf(day.value, timeZone);
  if (dueAt <= now) return { field, problem: 'date_in_past' };
  if (dueAt.getTime() - now.getTime() > LONGEST_DAYS * DAY_MS) return { field, problem: 'date_too_late' };
  return { dueAt };
}

function reasonProblems(reason: string): FieldProblem[] {
  if (!reason) return [{ field: 'reason', problem: 'required' }];
  if (reason.length > REASON_MAX) {
    return [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }];
  }
  return [];
}
