import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { SignedLinks } from '../../access/public.js';
import {
  AnswerNomination,
  AnswerOffer,
  ApplicationsRepository,
  applicationStates,
  AttachDocument,
  GiveConsents,
  MeetCondition,
  NominateCandidate,
  readAnswers,
  ScreenApplication,
  StartApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../applications/public.js';
import type { ApplicationAct } from '../../applications/public.js';
import { Conditions, DecideSide, SettleCondition } from '../../approvals/public.js';
import type { ConditionAct, ConditionView, VerdictInput } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { PlaceCounters } from '../../calls/public.js';
import type { CallCategory, FormDefinition, ReferenceRequirement } from '../../calls/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import { SettleGate } from '../../gates/public.js';
import type { SettlementInput } from '../../gates/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { AskReferees, ReferencesRepository, WriteLetter } from '../../referees/public.js';
import { ANONYMOUS } from '../../shared/actor.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { isLanguage } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { answersOf } from './answers.js';
import type { Writer } from './answers.js';
import { refereesOf } from './letters.js';
import type { DemoReferee } from './letters.js';
import { sampleDocument } from './sample-document.js';

type HostAnswer = Parameters<AnswerNomination['run']>[2];

/** What an applicant brings to the form. */
export interface Candidate {
  readonly personId: Id;
  readonly country: string;
  readonly homeInstitutionId: Id;
  /** Of a freemover, in their own words. */
  readonly freemoverOf: string | null;
  readonly passportName: string;
  readonly writer: Writer;
  readonly variant: number;
}

/** A call with what the stories need of it. */
export interface StagedCall {
  readonly id: Id;
  readonly slug: string;
  readonly category: CallCategory;
  readonly form: FormDefinition;
  /** By the names that the demonstration gives them. */
  readonly places: ReadonlyMap<
    string,
    { readonly id: Id; readonly institutionId: Id; readonly country: string }
  >;
}

/** The acts of applicants and offices on one application, each as the pages do it. */
@Injectable()
export class ApplicationActs {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly applications: ApplicationsRepository,
    private readonly counters: PlaceCounters,
    private readonly documents: IssuedDocuments,
    private readonly start: StartApplication,
    private readonly attach: AttachDocument,
    private readonly consent: GiveConsents,
    private readonly submission: SubmitApplication,
    private readonly screening: ScreenApplication,
    private readonly nomination: NominateCandidate,
    private readonly hostAnswer: AnswerNomination,
    private readonly sides: DecideSide,
    private readonly offer: AnswerOffer,
    private readonly withdrawal: WithdrawApplication,
    private readonly references: ReferencesRepository,
    private readonly referees: AskReferees,
    private readonly letter: WriteLetter,
    private readonly links: SignedLinks,
    private readonly conditions: Conditions,
    private readonly meeting: MeetCondition,
    private readonly settling: SettleCondition,
    private readonly gates: SettleGate,
  ) {}

  /** The person's latest application for the call. */
  async find(callId: Id, personId: Id): Promise<Id> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const [row] = await ctx.tx.query<{ id: Id }[]>(
        'select id from applications where call_id = $1 and applicant_id = $2 order by created_at desc limit 1',
        [callId, personId],
      );
      if (!row) throw new Error(`nobody ${personId} applied for the call ${callId}`);
      return row.id;
    });
  }

  /** Begins an application and fills in its first pages: all that is asked, or only how far somebody came in an evening. */
  async draft(
    request: RequestContext,
    { slug, category, form }: StagedCall,
    candidate: Candidate,
    places: readonly Id[],
    complete: boolean,
  ): Promise<Id> {
    const aside = { ...request, requestId: `${request.requestId}-form` };
    const { id } = await this.start.run(aside, slug);
    // Only a request that ends with this act bears its number; where more follows, the last act does.
    await this.fillIn(complete ? aside : request, id, form, candidate, category, places);
    if (!complete) return id;
    for (const section of form.sections) {
      if (section.kind === 'documents') {
        const asked = section.documents.filter(
          ({ required, visibleIf }) =>
            required && (visibleIf?.question !== 'applying_as' || candidate.freemoverOf !== null),
        );
        for (const document of asked) {
          await this.upload(aside, id, document.id, document.label.en, candidate.passportName);
        }
      }
      if (section.kind === 'consents') {
        const purposes = section.consents.map(({ purpose }) => purpose);
        await this.consent.run(aside, id, section.id, purposes);
      }
      if (section.references) await this.askReferees(aside, id, section.references, candidate);
    }
    return id;
  }

  /** Asks as many as the call wants. Of letters that may come later every third is still awaited. */
  private async askReferees(
    request: RequestContext,
    id: Id,
    { min, daysAfterClose }: ReferenceRequirement,
    { country, variant }: Candidate,
  ): Promise<void> {
    const before = await this.database.read(request, (ctx) => this.references.of(ctx, id));
    for (const [index, referee] of refereesOf(country, variant, min - before.length).entries()) {
      const { id: reference } = await this.referees.invite(request, id, referee);
      if (daysAfterClose === null || (variant + index) % 3 !== 0) {
        await this.handIn(request, reference, referee);
      }
    }
  }

  private async handIn(request: RequestContext, referenceId: Id, referee: DemoReferee): Promise<void> {
    const token = await this.database.read(systemContext(request.clock), async (ctx) => {
      const { linkId } = await this.references.find(ctx, referenceId);
      return this.links.tokenOf(ctx, linkId);
    });
    const language = isLanguage(referee.language) ? referee.language : request.language;
    const holder = { ...request, actor: ANONYMOUS, language };
    const { letter: body, relation: capacity, knownFor } = referee;
    await this.letter.save(holder, token, { body, capacity, knownFor, revision: 0 }, null);
    await this.letter.submit(holder, token);
  }

  /**
   * Writes the pages of questions and choices in one act where the browser sends each by itself: thousands of statements
   * less at the first start. What is written passes the same reading as on the pages.
   */
  private async fillIn(
    request: RequestContext,
    id: Id,
    form: FormDefinition,
    { writer, homeInstitutionId, freemoverOf, country, variant }: Candidate,
    category: CallCategory,
    places: readonly Id[],
  ): Promise<void> {
    const written: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      ...answersOf(writer, category, homeInstitutionId, country, variant),
      applying:
        freemoverOf === null
          ? { applying_as: 'nominated' }
          : { applying_as: 'freemover', home_body: freemoverOf },
    };
    await this.database.transaction(request, async (ctx) => {
      const application = await this.applications.lock(ctx, id);
      const before = await this.applications.sections(ctx, id);
      const now = ctx.clock.now();
      const rows = form.sections
        .filter(({ kind }) => kind === 'questions' || kind === 'choices')
        .map((section) => {
          const stored = before.get(section.id);
          const typed = { ...stored?.answers, ...written[section.id] };
          const { answers, problems } = readAnswers(section, typed, now.toISOString().slice(0, 10));
          const [problem] = problems;
          if (problem) throw new Error(`${section.id}.${problem.field}: ${problem.problem}`);
          const choices = Object.fromEntries(places.map((place, rank) => [`choice_${rank + 1}`, place]));
          return {
            section: section.id,
            answers: section.kind === 'choices' ? choices : answers,
            revision: (stored?.revision ?? 0) + 1,
          };
        });
      await ctx.tx.query(
        `insert into application_sections (application_id, section, answers, revision, saved_at)
         select $1, section, answers, revision, $3
         from jsonb_to_recordset($2) as page (section text, answers jsonb, revision integer)
         on conflict (application_id, section)
         do update set answers = excluded.answers, revision = excluded.revision, saved_at = excluded.saved_at`,
        [id, JSON.stringify(rows), now],
      );
      await this.applications.replaceChoices(ctx, id, places);
      const home =
        freemoverOf === null ? { homeInstitutionId } : { homeInstitutionId: null, freemover: true };
      await this.applications.save(ctx, Object.assign(application, home));
      await this.audit.record(ctx, {
        action: 'application.section_saved',
        subject: { kind: 'application', id },
        data: { sections: rows.map(({ section }) => section) },
      });
    });
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

  /** The officer's word on the only gate before it that waits. */
  async settleGate(request: RequestContext, id: Id, input: SettlementInput): Promise<void> {
    const gate = await this.database.read(systemContext(systemClock), async (ctx) => {
      const [row] = await ctx.tx.query<{ id: Id }[]>(
        "select id from gates where subject_id = $1 and state = 'pending' and withdrawn_at is null",
        [id],
      );
      if (!row) throw new Error(`no gate waits before ${id}`);
      return row.id;
    });
    await this.gates.run(request, gate, input);
  }

  withdraw(request: RequestContext, id: Id): Promise<void> {
    return this.withdrawal.run(request, id);
  }

  /**
   * Leads an application where no page leads yet: through the panel of a ranked call, and from the acceptance to its
   * confirmation. By the table of transitions, with an entry for each step; a place that is lost by it becomes free.
   */
  async answerCondition(request: RequestContext, id: Id, words: string): Promise<void> {
    const condition = await this.openCondition(request, id);
    await this.meeting.run(request, id, condition.id, words, null);
  }

  async settleCondition(request: RequestContext, id: Id, act: ConditionAct, note: string): Promise<void> {
    const condition = await this.openCondition(request, id);
    await this.settling.run(request, condition.decisionId, condition.id, { act, note });
  }

  private async openCondition(request: RequestContext, id: Id): Promise<ConditionView> {
    const all = await this.database.read(systemContext(request.clock), (ctx) =>
      this.conditions.ofSubject(ctx, { kind: 'application', id }),
    );
    const open = all.find(({ state }) => state === 'open');
    if (!open) throw new Error(`no condition of ${id} is open`);
    return open;
  }

  async lead(request: RequestContext, id: Id, acts: readonly ApplicationAct[]): Promise<void> {
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
      Object.assign(application, { dueAt: null, stateSince: ctx.clock.now() });
      await this.applications.save(ctx, application);
      const lost = application.state === 'offer_withdrawn' || application.state === 'conditions_not_met';
      if (lost && application.placeId) {
        await this.counters.release(ctx, application.placeId, application.placeReserve);
        await this.documents.revoke(ctx, 'award_letter', subject);
      }
    });
  }
}
