import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { PolicyRegistry } from '../../access/public.js';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Detour } from '../../platform/http/detour.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { ApplicationCounts, COUNTED_ONE_BY_ONE, countedUpTo } from '../data/application-counts.js';
import { ApplicationLists } from '../data/application-lists.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { BULK_ACTIONS, BULK_ACTS } from '../domain/bulk-acts.js';
import { AnswerMinistry } from '../operations/answer-ministry.js';
import { AnswerNomination } from '../operations/answer-nomination.js';
import { NominateCandidate } from '../operations/nominate-candidate.js';
import { OfficerNotes } from '../operations/officer-notes.js';
import { SavedFilters } from '../operations/saved-filters.js';
import { ScreenApplication } from '../operations/screen-application.js';
import {
  IneligibleForm,
  MinistryAnswerForm,
  NominateForm,
  NominationAnswerForm,
  ReturnForm,
} from './dto/office-forms.js';
import { usualFor, workOf } from './office-work.js';
import { isOwn } from './own-application.js';
import { fileVersion, officeActs } from './presenters/office-acts.js';
import type { OfficeAct } from './presenters/office-acts.js';
import { presentAlready, presentEnded } from './presenters/present-already.js';
import { presentOwnList } from './presenters/present-own-list.js';
import type { OfficeReading, ReviewState } from './presenters/present-review.js';
import { presentWorklist } from './presenters/present-worklist.js';
import { ReadOffice } from './read-office.js';
import { ReadStandings } from './read-standings.js';
import { reviewPage } from './review-page.js';
import { LISTED_STATES, paramsOf, readAddress, wishOf } from './worklist-address.js';

const PAGE_SIZE = 50;
const CALLS_IN_FILTER = 200;

/** Faults of the form, and refusals that mean that somebody was first or that the file has moved on. */
const ANSWERED_HERE: readonly ErrorCode[] = [
  'invalid',
  'blocked',
  'conflict',
  'wrong_state',
  'stale',
  'not_found',
];

/** Where coordinators, ministries and the commission work: the worklist, and one file with what can be done with it. */
@Controller('applications')
export class OfficePagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(ApplicationCounts) private readonly counts: ApplicationCounts,
    @Inject(ReadOffice) private readonly office: ReadOffice,
    @Inject(ReadStandings) private readonly standings: ReadStandings,
    @Inject(SavedFilters) private readonly saved: SavedFilters,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(OfficerNotes) private readonly notes: OfficerNotes,
    @Inject(ScreenApplication) private readonly screen: ScreenApplication,
    @Inject(NominateCandidate) private readonly nomination: NominateCandidate,
    @Inject(AnswerNomination) private readonly hostAnswer: AnswerNomination,
    @Inject(AnswerMinistry) private readonly ministryAnswer: AnswerMinistry,
  ) {}

  /** The worklist of one's offices; somebody without an office sees their own applications. */
  @Get()
  @Can('application.read')
  list(@Web() web: WebRequest): Promise<View | Redirect> {
    const permission = this.policies.mayEver(web.ctx.actor, 'application.list');
    if (!permission.allowed && permission.reason === 'second_factor_needed') {
      throw new DomainError('forbidden', { reason: permission.reason });
    }
    const support = this.policies.mayEver(web.ctx.actor, 'application.read_state');
    if (!support.allowed && support.reason === 'second_factor_needed') {
      throw new DomainError('forbidden', { reason: support.reason });
    }
    return this.database.read(web.ctx, (ctx) => {
      if (permission.allowed) return this.worklist(ctx, web);
      return support.allowed ? this.supportList(ctx, web) : this.ownList(ctx);
    });
  }

  @Get(':id/review')
  @Can('application.read')
  async review(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const kept = web.takeStash();
    const state: ReviewState = {
      act: web.query.act ?? null,
      typed: kept ?? {},
      problems: [],
      stale: false,
      refusal: null,
    };
    try {
      return await this.database.read(web.ctx, async (ctx) =>
        reviewPage(ctx, await this.readable(ctx, id), state),
      );
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'not_found') throw error;
      return this.ended(web, id, {}, 200, error);
    }
  }

  /** Reloaded after a refusal, or opened in another language: the page that the panel stands on. */
  @Get(':id/review/:act')
  @Can('application.read')
  beforeActing(@Param('id') id: string): Redirect {
    return redirect(`/applications/${id}/review`);
  }

  @Post(':id/review/notes')
  @Can('application.write_note')
  async note(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { note } = web.body;
    try {
      await this.notes.write(web.ctx, id, typeof note === 'string' ? note : '');
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      const typed = { act: 'note', typed: web.body, problems: error.fields, stale: false, refusal: null };
      return this.database.read(web.ctx, async (ctx) =>
        reviewPage(ctx, await this.readable(ctx, id), typed, STATUS.invalid),
      );
    }
    return redirect(`/applications/${id}/review#notes`, {
      flash: { kind: 'success', key: 'applications.office.notes.done' },
    });
  }

  @Post(':id/review/return')
  @Can('application.screen')
  return(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'return', () => {
      const { fields, reason } = form(ReturnForm, web.body);
      return this.screen.returnForCorrection(web.ctx, id, { fields, reason });
    });
  }

  @Post(':id/review/ineligible')
  @Can('application.screen')
  ineligible(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'ineligible', () =>
      this.screen.findIneligible(web.ctx, id, { reason: form(IneligibleForm, web.body).reason }),
    );
  }

  @Post(':id/review/nominate')
  @Can('application.nominate')
  nominate(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'nominate', () => {
      const { placeId, endorsement } = form(NominateForm, web.body);
      return this.nomination.run(web.ctx, id, { placeId, endorsement });
    });
  }

  @Post(':id/review/confirm')
  @Can('application.confirm_nomination')
  confirm(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'confirm', () => this.nomination.confirm(web.ctx, id));
  }

  @Post(':id/review/nomination-answer')
  @Can('application.answer_nomination')
  answerNomination(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { answer } = web.body;
    const act = answer === 'return' ? 'send_back' : answer;
    const known = (['accept', 'waitlist', 'send_back', 'reject'] as const).find((each) => each === act);
    return this.act(web, id, known ?? 'accept', () => {
      const { answer: given, reasonCode, reasonText } = form(NominationAnswerForm, web.body);
      return this.hostAnswer.run(web.ctx, id, {
        answer: given,
        ...(reasonCode ? { reasonCode } : {}),
        ...(reasonText ? { reasonText } : {}),
      });
    });
  }

  @Post(':id/review/acknowledge')
  @Can('application.answer_nomination')
  acknowledge(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'acknowledge', () => this.hostAnswer.acknowledge(web.ctx, id));
  }

  @Post(':id/review/ministry-answer')
  @Can('application.answer_ministry')
  async answerMinistry(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const host = await this.database.read(web.ctx, async (ctx) => {
      const { open } = await this.office.review(ctx, id);
      return open.file.application.hostCountry;
    });
    return this.act(web, id, web.body.country === host ? 'answer_host' : 'answer_home', () =>
      this.ministryAnswer.run(web.ctx, id, form(MinistryAnswerForm, web.body)),
    );
  }

  /** Does it and says so; where it cannot be done, shows why beside what was typed. */
  private async act(
    web: WebRequest,
    id: string,
    act: OfficeAct,
    run: () => Promise<void>,
  ): Promise<View | Redirect> {
    try {
      const { version } = web.body;
      if (typeof version === 'string') await this.requireVersion(web, id, version);
      await run();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return this.refused(web, id, act, error);
    }
    // Whoever gave a nomination back does not see the file any more.
    const leaves = act === 'send_back' || act === 'reject';
    return redirect(leaves ? '/applications' : `/applications/${id}/review`, {
      flash: { kind: 'success', key: `applications.office.acts.${act}.done` },
    });
  }

  private requireVersion(web: WebRequest, id: string, version: string): Promise<void> {
    return this.database.read(web.ctx, async (ctx) => {
      const { open } = await this.office.review(ctx, id);
      if (fileVersion(open.file) !== version) throw new DomainError('stale');
    });
  }

  private async refused(web: WebRequest, id: string, act: OfficeAct, error: DomainError): Promise<View> {
    const typed = web.body;
    // What is nobody's race and no fault of the form is said by the page of errors.
    if (!ANSWERED_HERE.includes(error.code)) throw error;
    if (error.code === 'not_found') return this.ended(web, id, typed, STATUS.conflict, error);
    return this.database.read(web.ctx, async (ctx) => {
      const reading = await this.readable(ctx, id);
      const state: ReviewState = { act, typed, problems: error.fields, stale: false, refusal: null };
      if (error.code === 'invalid') return reviewPage(ctx, reading, state, STATUS.invalid);
      if (error.code === 'blocked') {
        const refusal: Message = { key: `reasons.${error.reason}`, values: error.values };
        return reviewPage(ctx, reading, { ...state, refusal }, STATUS.blocked);
      }
      const { acts } = officeActs(ctx.actor, reading.open.file);
      // Still possible, but on a file that is not the one that was read: the reader looks again and decides.
      if (error.code === 'stale' && acts.includes(act)) {
        return reviewPage(ctx, reading, { ...state, stale: true }, STATUS.stale);
      }
      return view('applications/office/already.njk', presentAlready(reading, wordsIn(typed)), {
        status: STATUS.conflict,
        title: { key: 'applications.office.already.title' },
      });
    });
  }

  /** The file has left the reader's sight: their own institution gave it back, or it never was in it. */
  private ended(
    web: WebRequest,
    id: string,
    typed: FormFields,
    status: number,
    error: DomainError,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const ended = isId(id) ? await this.office.ended(ctx, id) : null;
      if (!ended) throw error;
      const model = presentEnded(this.translator, ctx, ended, wordsIn(typed));
      return view('applications/office/already.njk', model, { status, title: model.title });
    });
  }

  private async readable(ctx: Ctx, id: string): Promise<OfficeReading> {
    const reading = await this.office.review(ctx, id);
    if (isOwn(ctx, reading.open.file)) throw new Detour(`/applications/${id}`);
    return reading;
  }

  private async worklist(ctx: Ctx, web: WebRequest): Promise<View | Redirect> {
    const kinds = workOf(ctx.actor);
    const params = paramsOf(web.url);
    const kept = this.saved.list(ctx);
    if (params.size === 0) {
      const chosen = (await kept).find(({ isDefault }) => isDefault);
      if (chosen) return redirect(`/applications?${chosen.query}`);
    }
    const address = readAddress(params, usualFor(ctx.actor));
    const { wish, problems } = wishOf(address, kinds);
    const { columns, after } = address;
    const wanted = {
      names: columns.includes('name'),
      places: columns.includes('field') || columns.includes('level'),
      custody: columns.includes('holder'),
    };
    // Asked at the same moment, so that they go in one message. What the page reads with other rights comes after all of it.
    const [saved, waiting, states, calls, page] = await Promise.all([
      kept,
      this.lists.countWaiting(ctx, COUNTED_ONE_BY_ONE + 1),
      this.counts.byState(ctx, LISTED_STATES),
      this.calls.latestTitles(ctx, CALLS_IN_FILTER),
      this.office.page(ctx, { wish, after, limit: PAGE_SIZE, wanted }),
    ]);
    const counts = {
      work: new Map(kinds.map((work) => [work, countedUpTo(waiting[work], COUNTED_ONE_BY_ONE)])),
      states,
    };
    const model = presentWorklist(this.translator, ctx, {
      page,
      address,
      problems,
      counts,
      saved,
      bulk: BULK_ACTS.filter((act) => this.policies.mayEver(ctx.actor, BULK_ACTIONS[act]).allowed),
      ranks: this.policies.mayEver(ctx.actor, 'application.rank').allowed,
      calls,
    });
    return view('applications/office/worklist.njk', model, {
      status: problems.length > 0 ? STATUS.invalid : 200,
      title: { key: 'applications.office.title' },
    });
  }

  private async supportList(ctx: Ctx, web: WebRequest): Promise<View> {
    const { state, q, after } = readAddress(paramsOf(web.url), 'all');
    const model = await this.standings.list(ctx, { state, q, after }, PAGE_SIZE);
    return view('applications/office/standings.njk', model, {
      title: { key: 'applications.office.custody.title' },
    });
  }

  private async ownList(ctx: Ctx): Promise<View> {
    const own = await this.applications.mine(ctx);
    const calls = await this.calls.byIds(
      ctx,
      own.map(({ callId }) => callId),
    );
    return view('applications/office/own.njk', presentOwnList(this.translator, ctx, own, calls), {
      title: { key: 'applications.office.own.title' },
    });
  }
}

function form<T extends object>(dto: new () => T, body: FormFields): T {
  const { value, problems } = parseForm(dto, body);
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return value;
}

/** What somebody wrote in their own words, to be shown to them again. */
function wordsIn(typed: FormFields): readonly string[] {
  return ['reason', 'endorsement', 'reasonText', 'answer']
    .filter((name) => name !== 'answer' || typed.country !== undefined)
    .flatMap((name) => (typeof typed[name] === 'string' && typed[name] ? [typed[name]] : []));
}
