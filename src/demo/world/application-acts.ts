import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import {
  AnswerNomination,
  AnswerOffer,
  ApplicationsRepository,
  applicationStates,
  AttachDocument,
  GiveConsents,
  NominateCandidate,
  SaveSection,
  ScreenApplication,
  StartApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../applications/public.js';
import type { ApplicationAct, ApplicationRow } from '../../applications/public.js';
import { DecideSide } from '../../approvals/public.js';
import type { VerdictInput } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Calls, PlaceCounters } from '../../calls/public.js';
import { IssuedLetters } from '../../documents/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { answersOf } from './answers.js';
import type { Writer } from './answers.js';
import { sampleDocument } from './sample-document.js';

type HostAnswer = Parameters<AnswerNomination['run']>[2];

/** What an applicant brings to the form. */
export interface Candidate {
  readonly personId: Id;
  readonly country: string;
  readonly homeInstitutionId: Id;
  readonly passportName: string;
  readonly writer: Writer;
  readonly variant: number;
}

/** The acts of applicants and offices on one application, each as the pages do it. */
@Injectable()
export class ApplicationActs {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly applications: ApplicationsRepository,
    private readonly calls: Calls,
    private readonly counters: PlaceCounters,
    private readonly letters: IssuedLetters,
    private readonly start: StartApplication,
    private readonly save: SaveSection,
    private readonly attach: AttachDocument,
    private readonly consent: GiveConsents,
    private readonly submission: SubmitApplication,
    private readonly screening: ScreenApplication,
    private readonly nomination: NominateCandidate,
    private readonly hostAnswer: AnswerNomination,
    private readonly sides: DecideSide,
    private readonly offer: AnswerOffer,
    private readonly withdrawal: WithdrawApplication,
  ) {}

  /** The person's latest application for the call. */
  async find(request: RequestContext, callId: Id, personId: Id): Promise<Id> {
    const id = await this.findMaybe(request, callId, personId);
    if (id === null) throw new Error(`nobody ${personId} applied for the call ${callId}`);
    return id;
  }

  /** Begins an application and fills in its first pages: all that is asked, or only how far somebody came in an evening. */
  async draft(
    request: RequestContext,
    callSlug: string,
    candidate: Candidate,
    places: readonly Id[],
    complete: boolean,
  ): Promise<Id> {
    const aside = { ...request, requestId: `${request.requestId}-form` };
    const call = await this.database.read(aside, (ctx) => this.calls.bySlug(ctx, callSlug));
    if (!call) throw new Error(`no call ${callSlug}`);
    const form = await this.database.read(aside, (ctx) => this.calls.form(ctx, call.id, call.formVersion));
    if (!form) throw new Error(`the call ${callSlug} has no form`);
    const { id } = await this.start.run(aside, callSlug);
    const saved = await this.database.read(aside, (ctx) => this.applications.sections(ctx, id));
    const { writer, homeInstitutionId, country, variant } = candidate;
    const answers = answersOf(writer, call.category, homeInstitutionId, country, variant);
    for (const section of form.sections) {
      const before = saved.get(section.id);
      if (section.kind === 'questions') {
        const typed = { ...before?.answers, ...answers[section.id] };
        await this.save.run(aside, id, section.id, typed, before?.revision ?? 0);
      }
      if (section.kind === 'choices') {
        const typed = Object.fromEntries(places.map((place, index) => [`choice_${index + 1}`, place]));
        // What was begun and left ends here, with the one act that carries the number of the request.
        await this.save.run(complete ? aside : request, id, section.id, typed, before?.revision ?? 0);
        if (!complete) return id;
      }
      if (section.kind === 'documents') {
        for (const document of section.documents.filter(({ required }) => required)) {
          await this.upload(aside, id, document.id, document.label.en, candidate.passportName);
        }
      }
      if (section.kind === 'consents') {
        const purposes = section.consents.map(({ purpose }) => purpose);
        await this.consent.run(aside, id, section.id, purposes);
      }
    }
    return id;
  }

  async submit(request: RequestContext, id: Id): Promise<void> {
    await this.submission.run(request, id);
  }

  /** Sends a new version of the document that was returned. */
  async upload(
    request: RequestContext,
    id: Id,
    requirement: string,
    title: string,
    holder: string,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'most-sample-'));
    try {
      const path = join(folder, 'sample.pdf');
      await writeFile(path, await sampleDocument(title, holder));
      await this.attach.attach(request, id, requirement, { path, fileName: `${requirement}.pdf` });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  returnForCorrection(
    request: RequestContext,
    id: Id,
    fields: readonly string[],
    reason: string,
  ): Promise<void> {
    return this.screening.returnForCorrection(request, id, { fields, reason });
  }

  findIneligible(request: RequestContext, id: Id, reason: string): Promise<void> {
    return this.screening.findIneligible(request, id, { reason });
  }

  nominate(request: RequestContext, id: Id, placeId: Id, endorsement: string): Promise<void> {
    return this.nomination.run(request, id, { placeId, endorsement });
  }

  confirmNomination(request: RequestContext, id: Id): Promise<void> {
    return this.nomination.confirm(request, id);
  }

  answerNomination(request: RequestContext, id: Id, answer: HostAnswer): Promise<void> {
    return this.hostAnswer.run(request, id, answer);
  }

  async decide(
    request: RequestContext,
    subjectKind: string,
    subjectId: Id,
    verdict: VerdictInput,
  ): Promise<void> {
    const decisionId = await this.database.read(systemContext(request.clock), async (ctx) => {
      const [row] = await ctx.tx.query<{ id: Id }[]>(
        'select id from decisions where subject_kind = $1 and subject_id = $2 order by opened_at desc limit 1',
        [subjectKind, subjectId],
      );
      return row?.id;
    });
    if (!decisionId) throw new Error(`nothing to decide on ${subjectKind} ${subjectId}`);
    await this.sides.run(request, decisionId, verdict);
  }

  acceptOffer(request: RequestContext, id: Id): Promise<void> {
    return this.offer.accept(request, id);
  }

  declineOffer(request: RequestContext, id: Id): Promise<void> {
    return this.offer.decline(request, id);
  }

  withdraw(request: RequestContext, id: Id): Promise<void> {
    return this.withdrawal.run(request, id);
  }

  /**
   * Leads an application where no page leads yet: through the panel of a ranked call, and from the acceptance to its
   * confirmation. By the table of transitions, with an entry for each step; a place that is lost by it becomes free.
   */
  async lead(
    request: RequestContext,
    id: Id,
    acts: readonly ApplicationAct[],
    change: Partial<ApplicationRow> = {},
  ): Promise<void> {
    // The panel and the programme act here; the second wall knows neither yet.
    const asProgramme = { ...systemContext(request.clock), requestId: request.requestId };
    await this.database.transaction(asProgramme, async (ctx) => {
      const application = await this.applications.lock(ctx, id);
      const subject = { kind: 'application', id };
      for (const act of acts) {
        const from = application.state;
        application.state = applicationStates.move(from, act);
        await this.audit.record(ctx, {
          action: `application.${act}`,
          subject,
          data: { from, to: application.state },
        });
      }
      Object.assign(application, { dueAt: null, stateSince: ctx.clock.now() }, change);
      await this.applications.save(ctx, application);
      const lost = application.state === 'offer_withdrawn' || application.state === 'conditions_not_met';
      if (lost && application.placeId) {
        await this.counters.release(ctx, application.placeId);
        await this.letters.revoke(ctx, subject);
      }
    });
  }

  private async findMaybe(request: RequestContext, callId: Id, personId: Id): Promise<Id | null> {
    return this.database.read(systemContext(request.clock), async (ctx) => {
      const [row] = await ctx.tx.query<{ id: Id }[]>(
        'select id from applications where call_id = $1 and applicant_id = $2 order by created_at desc limit 1',
        [callId, personId],
      );
      return row?.id ?? null;
    });
  }
}
