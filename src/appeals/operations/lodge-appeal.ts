import { Injectable } from '@nestjs/common';
import { AnnouncedResults } from '../../allocation/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Uploads } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import { APPEAL_LODGED, APPEAL_WITHDRAWN } from '../domain/appeals.events.js';
import { clocksOf, groundsOf } from '../domain/appeal-rules.js';
import type { Ground } from '../domain/appeal-rules.js';
import { appealsPolicy } from '../domain/appeals.policy.js';
import type { AppealFacts } from '../domain/appeals.policy.js';
import { AppealRecord } from './appeal-record.js';
import { AppealableResults, appealRulesOf } from './appealable-result.js';
import type { AppealableResult, RankedCall } from './appealable-result.js';

/** As the kind of a record that files are attached to. */
export const APPEAL = 'appeal';
export const STATEMENT_MAX = 10_000;
export const MOST_FILES = 3;
const FILE = 'file';
const SLOTS = Array.from({ length: MOST_FILES }, (_each, index) => `${FILE}-${index + 1}`);

/** As the form has it: nothing chosen and nothing written is kept as well. */
export interface TypedAppeal {
  readonly ground: string;
  readonly text: string;
}

export interface SentFile {
  readonly path: string;
  readonly fileName: string;
}

interface Writing {
  readonly application: ApplicationRow;
  readonly call: RankedCall;
  readonly result: AppealableResult;
  readonly draft: AppealRow | null;
}

/** The applicant's side: writes, attaches, lodges, and takes back. */
@Injectable()
export class LodgeAppeal {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationsRepository,
    private readonly appeals: AppealsRepository,
    private readonly results: AppealableResults,
    private readonly announced: AnnouncedResults,
    private readonly uploads: Uploads,
    private readonly record: AppealRecord,
  ) {}

  /**
   * Keeps what is written so far, and then the file.
   * @param revision of the page, 0 where nothing was kept yet; another one that was saved since is not overwritten (`stale`)
   */
  async save(
    request: RequestContext,
    applicationId: string,
    typed: TypedAppeal,
    revision: number,
    file: SentFile | null = null,
  ): Promise<{ readonly id: Id; readonly revision: number }> {
    const saved = await this.database.transaction(request, async (ctx) => {
      const writing = await this.begin(ctx, applicationId);
      return this.keep(ctx, writing, typed, revision);
    });
    if (!file) return saved;
    const received = await this.uploads.receive(file.path, file.fileName, FILE);
    return this.database.transaction(request, async (ctx) => {
      const { draft } = await this.begin(ctx, applicationId);
      if (!draft) throw new DomainError('stale');
      const subject = { kind: APPEAL, id: draft.id };
      const there = await this.uploads.current(ctx, subject);
      if (there.some(({ sha256 }) => sha256 === received.sha256)) {
        throw new DomainError('invalid', { fields: [{ field: FILE, problem: 'same_file' }] });
      }
      const free = SLOTS.find((slot) => !there.some(({ requirement }) => requirement === slot));
      if (!free) {
        throw new DomainError('invalid', {
          fields: [{ field: FILE, problem: 'too_many', values: { max: MOST_FILES } }],
        });
      }
      await this.uploads.attach(ctx, subject, free, received);
      return saved;
    });
  }

  async removeFile(request: RequestContext, applicationId: string, slot: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { draft } = await this.begin(ctx, applicationId);
      if (!draft || !SLOTS.includes(slot)) throw new DomainError('not_found');
      await this.uploads.remove(ctx, { kind: APPEAL, id: draft.id }, slot);
    });
  }

  /** Lodges what was saved last: from now on it is with the commission, and its clocks run. */
  lodge(request: RequestContext, applicationId: string, revision: number): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const { draft, call } = await this.begin(ctx, applicationId);
      if (!draft || draft.revision !== revision) throw new DomainError('stale');
      const rules = appealRulesOf(call);
      const words = (await this.appeals.words(ctx, draft.id)).get('statement');
      const fields: FieldProblem[] = [];
      if (!draft.ground) fields.push({ field: 'ground', problem: 'required_choice' });
      if (!words?.text) fields.push({ field: 'text', problem: 'required' });
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      const now = ctx.clock.now();
      await this.record.move(
        ctx,
        draft,
        'lodge',
        { lodgedAt: now, panelSize: rules.panelSize, ...clocksOf(rules, now, call.timeZone) },
        { subject: draft.subject, ground: draft.ground, ...(draft.listId ? { list: draft.listId } : {}) },
      );
      await this.record.tell(ctx, draft, APPEAL_LODGED);
      return { id: draft.id };
    });
  }

  /** What was written stays with its applicant; nobody decides it any more. */
  async withdraw(request: RequestContext, appealId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { appeal, facts } = await this.appeals.lock(ctx, appealId);
      authorise(ctx, appealsPolicy, 'appeal.withdraw', facts, 'appeal.read');
      await this.end(ctx, appeal);
    });
  }

  /** Part of an act that the caller has authorised. */
  async end(ctx: Ctx, appeal: AppealRow): Promise<void> {
    const lodged = appeal.lodgedAt !== null;
    await this.record.move(ctx, appeal, 'withdraw');
    if (lodged) await this.record.tell(ctx, appeal, APPEAL_WITHDRAWN);
  }

  private async begin(ctx: Ctx, applicationId: string): Promise<Writing> {
    // Whoever is not signed in is told that, before any record is looked for.
    if (ctx.actor.kind === 'anonymous') throw new DomainError('not_signed_in');
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, appealsPolicy, 'appeal.lodge', factsOfNew(application), 'appeal.read');
    // No final list is made while this is written, and no second draft beside it.
    await this.announced.lockCall(ctx, application.callId);
    const { call, result, draft, whyNot } = await this.results.of(ctx, application);
    if (whyNot === 'appeal_window_over') throw new DomainError('too_late', { reason: whyNot });
    if (whyNot || !call || !result) throw new DomainError('wrong_state', { reason: whyNot ?? 'no_result' });
    return { application, call, result, draft };
  }

  private async keep(
    ctx: Ctx,
    { application, call, result, draft }: Writing,
    typed: TypedAppeal,
    revision: number,
  ): Promise<{ readonly id: Id; readonly revision: number }> {
    if ((draft?.revision ?? 0) !== revision) throw new DomainError('stale');
    const ground = groundOf(call, typed.ground);
    const text = typed.text.normalize('NFC').trim();
    if (text.length > STATEMENT_MAX) {
      throw new DomainError('invalid', {
        fields: [{ field: 'text', problem: 'too_long', values: { max: STATEMENT_MAX } }],
      });
    }
    const now = ctx.clock.now();
    // A draft goes along with the result: what was written against a list that is gone is not lost.
    const about = {
      subject: result.subject,
      listId: result.listId,
      resultAt: result.at,
      takenUntil: result.takenUntil,
      ground,
      revision: revision + 1,
      stateSince: now,
    };
    const id = draft?.id ?? newId(now);
    if (draft) await this.appeals.save(ctx, draft, about);
    else {
      const row: Partial<AppealRow> = {
        id,
        applicationId: application.id,
        callId: call.id,
        applicantId: application.applicantId,
        homeCountry: application.homeCountry,
        state: 'draft',
        createdAt: now,
        ...about,
      };
      await ctx.tx.insert(AppealRow, row);
    }
    await this.appeals.say(ctx, {
      appealId: id,
      kind: 'statement',
      text,
      language: ctx.language,
      writtenBy: ctx.actor.personId,
      writtenAt: now,
    });
    return { id, revision: revision + 1 };
  }
}

function groundOf(call: RankedCall, typed: string): Ground | null {
  if (typed === '') return null;
  const ground = groundsOf(appealRulesOf(call)).find((each) => each === typed);
  if (!ground) throw new DomainError('invalid', { fields: [{ field: 'ground', problem: 'not_in_list' }] });
  return ground;
}

/** Of what its applicant is about to begin. */
export function factsOfNew(application: ApplicationRow): AppealFacts {
  return {
    state: 'draft',
    applicationId: application.id,
    applicantId: application.applicantId,
    coAuthors: application.coAuthors,
    callId: application.callId,
    homeCountry: application.homeCountry,
    countries: [],
    members: [],
    declared: [],
    voted: [],
    headId: null,
    homeInstitutionId: application.homeInstitutionId,
    hostInstitutionId: application.hostInstitutionId,
    independentAssessment: application.independentAssessment,
  };
}
