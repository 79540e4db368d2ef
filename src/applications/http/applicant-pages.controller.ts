import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { RecordedEntry } from '../../audit/public.js';
import { Calls, submitsUntil } from '../../calls/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { institutionName } from '../../universities/public.js';
import { HOLDS_PLACE, applicationStates } from '../domain/application.states.js';
import { ApplicationThread } from '../operations/application-thread.js';
import { AnswerOffer } from '../operations/answer-offer.js';
import type { ApplicationFile } from '../operations/application-file.js';
import { FreezeContent } from '../operations/freeze-content.js';
import { tells } from '../operations/field-sight.js';
import { ReviveApplication } from '../operations/revive-application.js';
import { StartApplication } from '../operations/start-application.js';
import { SubmitApplication } from '../operations/submit-application.js';
import { CarryOver } from '../operations/carry-over.js';
import { WithdrawApplication } from '../operations/withdraw-application.js';
import { StartForm } from './dto/application-forms.js';
import { OpenApplications, isEditable } from './own-application.js';
import type { OpenApplication } from './own-application.js';
import { ApplicationPorts } from '../application-ports.js';
import { presentCheck } from './presenters/present-check.js';
import { closedBecause, closedByClock } from './presenters/present-closed.js';
import { presentMessagesLink } from './presenters/present-messages-link.js';
import { presentHead } from './presenters/present-head.js';
import { presentOffer } from './presenters/present-offer.js';
import { presentReceipt } from './presenters/present-receipt.js';
import { isOpen, isRevivable, presentStatus } from './presenters/present-status.js';
import { inSentence } from './presenters/reader.js';
import { presentTasks } from './presenters/present-tasks.js';
import type { MessagesLink, ReviveView, WithdrawView } from './views/applicant-views.js';

/** The way of an application as its applicant walks it: begin, overview, check, submit, receipt, offer, withdraw. */
@Controller('applications')
export class ApplicantPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(FreezeContent) private readonly freeze: FreezeContent,
    @Inject(ApplicationThread) private readonly thread: ApplicationThread,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
    @Inject(StartApplication) private readonly startApplication: StartApplication,
    @Inject(SubmitApplication) private readonly submitApplication: SubmitApplication,
    @Inject(AnswerOffer) private readonly answerOffer: AnswerOffer,
    @Inject(ReviveApplication) private readonly reviveApplication: ReviveApplication,
    @Inject(CarryOver) private readonly carryOver: CarryOver,
    @Inject(WithdrawApplication) private readonly withdrawApplication: WithdrawApplication,
  ) {}

  @Post()
  @Can('application.create')
  async start(@Web() web: WebRequest): Promise<Redirect> {
    const { value, problems } = parseForm(StartForm, web.body);
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    const { id } = await this.startApplication.run(web.ctx, value.call);
    return redirect(`/applications/${id}`);
  }

  @Get(':id')
  @Can('application.read')
  overview(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const { call, number } = presentHead(open);
      const title: Message = number
        ? { key: 'applications.status.title', values: { number } }
        : { key: 'applications.form.title', values: { call: call.title } };
      const messages = await this.messagesOf(ctx, open.file);
      if (isEditable(open.file)) {
        return view('applications/task-list.njk', presentTasks(open, messages), { title });
      }
      const subject = { kind: 'application', id: open.file.application.id };
      const letter = await this.documents.of(ctx, 'award_letter', subject);
      const { application, call: applied } = open.file;
      // Only what is ranked has a place on a list.
      const ranked = applied.route === 'ranked';
      const result = {
        listed: ranked && (await this.ports.waiting.listed(ctx, application.id)),
        appealed: ranked && (await this.ports.appeals.concern(ctx, application.id)),
        stay: await this.ports.stay(ctx, application.id),
      };
      const recorded = await this.recorded(ctx, open.file);
      const round = result.listed ? await this.carryOver.round(ctx, application) : null;
      return view(
        'applications/status.njk',
        presentStatus(open, recorded, letter, messages, { ...result, round }),
        { title },
      );
    });
  }

  @Get(':id/check')
  @Can('application.read')
  check(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      return isEditable(open.file) ? this.checkPage(ctx, open, null) : redirect(`/applications/${id}`);
    });
  }

  /** Reloaded after a refusal, or opened in another language: the page that the button stands on. */
  @Get(':id/submit')
  @Can('application.read')
  beforeSubmit(@Param('id') id: string): Redirect {
    return redirect(`/applications/${id}/check`);
  }

  @Post(':id/submit')
  @Can('application.submit')
  async submit(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      await this.submitApplication.run(web.ctx, id);
      return redirect(`/applications/${id}/receipt`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'wrong_state') return redirect(`/applications/${id}`);
      if (error.code !== 'blocked' && error.code !== 'too_late') throw error;
      return this.database.read(web.ctx, async (ctx) =>
        this.checkPage(ctx, await this.applications.own(ctx, id), error),
      );
    }
  }

  @Get(':id/receipt')
  @Can('application.read')
  receipt(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const receipt = presentReceipt(open);
      if (!receipt) return redirect(`/applications/${id}`);
      return view('applications/receipt.njk', receipt, {
        title: { key: 'applications.form.receipt.title', values: { number: receipt.number } },
      });
    });
  }

  @Get(':id/offer')
  @Can('application.read')
  offer(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.offerPage(web, id, false);
  }

  @Post(':id/offer')
  @Can('application.answer_offer')
  async answer(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { answer, confirm } = web.body;
    if (answer === 'decline' && confirm !== 'yes') return this.offerPage(web, id, true);
    try {
      if (answer === 'accept') {
        await this.answerOffer.accept(web.ctx, id);
        return redirect(`/applications/${id}`, {
          flash: { kind: 'success', key: 'applications.status.offer.accepted' },
        });
      }
      if (answer === 'decline') {
        await this.answerOffer.decline(web.ctx, id);
        return redirect(`/applications/${id}`, {
          flash: { kind: 'success', key: 'applications.status.offer.declined' },
        });
      }
    } catch (error) {
      // A second click, or the offer ran out in the meantime: its page says where it stands now.
      if (!(error instanceof DomainError)) throw error;
      if (error.code !== 'wrong_state' && error.code !== 'too_late') throw error;
      return redirect(`/applications/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
    throw new DomainError('invalid', { fields: [{ field: 'answer', problem: 'required_choice' }] });
  }

  @Get(':id/withdraw')
  @Can('application.read')
  askToWithdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const { state } = open.file.application;
      if (!applicationStates.allows(state, 'withdraw') || !isOpen(await this.ports.stay(ctx, id))) {
        return redirect(`/applications/${id}`);
      }
      const model: WithdrawView = {
        head: presentHead(open),
        draft: state === 'draft',
        holdsPlace: HOLDS_PLACE.includes(state),
      };
      return view('applications/withdraw.njk', model, {
        title: { key: 'applications.status.withdraw.title' },
      });
    });
  }

  @Post(':id/withdraw')
  @Can('application.withdraw')
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    try {
      await this.withdrawApplication.run(web.ctx, id);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'wrong_state') throw error;
      return redirect(`/applications/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason ?? 'wrong_state'}` },
      });
    }
    return redirect(`/applications/${id}`, {
      flash: { kind: 'success', key: 'applications.status.withdraw.done' },
    });
  }

  @Get(':id/revive')
  @Can('application.read')
  askToRevive(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const { application, call } = open.file;
      if (!isRevivable(open)) return redirect(`/applications/${id}`);
      const model: ReviveView = {
        head: presentHead(open),
        draft: application.number === null,
        until: {
          key: 'applications.status.revive.until',
          values: { until: inSentence(open.reader, submitsUntil(call, application.accessUntil)) },
        },
      };
      return view('applications/revive.njk', model, { title: { key: 'applications.status.revive.title' } });
    });
  }

  @Post(':id/revive')
  @Can('application.revive')
  async revive(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    try {
      const state = await this.reviveApplication.run(web.ctx, id);
      return redirect(`/applications/${id}`, {
        flash: { kind: 'success', key: `applications.status.revive.done.${state}` },
      });
    } catch (error) {
      // A second click, the deadline, another application: its page says where it stands.
      if (!(error instanceof DomainError)) throw error;
      if (!['wrong_state', 'too_late', 'conflict'].includes(error.code)) throw error;
      return redirect(`/applications/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
  }

  private async checkPage(ctx: Ctx, open: OpenApplication, refusal: DomainError | null): Promise<View> {
    const model = presentCheck(open, await this.freeze.of(ctx, open.file), {
      tried: refusal?.code === 'blocked',
      closed: refusal?.code === 'too_late' ? closedBecause(refusal) : closedByClock(open),
    });
    return view('applications/check.njk', model, {
      title: { key: 'applications.form.check.title' },
      ...(refusal ? { status: STATUS[refusal.code] } : {}),
    });
  }

  private offerPage(web: WebRequest, id: string, confirmDecline: boolean): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const { state, placeId } = open.file.application;
      const place = placeId ? await this.calls.place(ctx, placeId) : null;
      if (state !== 'offered' || !place) return redirect(`/applications/${id}`);
      const model = presentOffer(
        open,
        place,
        institutionName(ctx.language, place.institution),
        confirmDecline,
      );
      return view('applications/offer.njk', model, { title: { key: 'applications.status.offer.title' } });
    });
  }

  /** Null before it was submitted: until then there is nobody to write to. */
  private async messagesOf(ctx: Ctx, { application, sight }: ApplicationFile): Promise<MessagesLink | null> {
    if (!sight.sees('messages')) return null;
    return presentMessagesLink(application.id, await this.thread.of(ctx, application));
  }

  /** The record of the application and of the decision on it, in the order of time. */
  private async recorded(ctx: Ctx, file: ApplicationFile): Promise<RecordedEntry[]> {
    const entries = (await this.audit.of(ctx, { kind: 'application', id: file.application.id })).filter(
      ({ action }) => tells(file.sight, action),
    );
    const decided = file.decision ? await this.audit.of(ctx, { kind: 'decision', id: file.decision.id }) : [];
    return [...entries, ...decided].sort((a, b) => Number(a.id) - Number(b.id));
  }
}
