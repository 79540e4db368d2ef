import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenApplications } from '../../applications/public.js';
import { coApplicantsOf } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { coApplicantStates } from '../domain/co-applicant.states.js';
import { coApplicantsPolicy } from '../domain/co-applicants.policy.js';
import { factsOf } from '../operations/co-applicant-record.js';
import { InviteCoApplicants } from '../operations/invite-co-applicants.js';
import type { Invited } from '../operations/invite-co-applicants.js';
import { presentCoApplicants, presentRemove } from './presenters/present-co-applicants.js';
import type { OpenCoApplicants } from './presenters/present-co-applicants.js';

const TITLE = { key: 'coapplicants.ask.title' } as const;

/** The applicant's page of those who apply together with them. */
@ApiExcludeController()
@Controller('applications')
export class CoApplicantPagesController {
  constructor(
    private readonly database: Database,
    private readonly applications: OpenApplications,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly inviting: InviteCoApplicants,
  ) {}

  @Get(':id/co_applicants')
  @Can('co_applicant.read')
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const opened = await this.own(ctx, id);
      const stash = web.takeStash();
      return listPage(opened, stash && invitedIn(stash), null);
    });
  }

  @Post(':id/co_applicants')
  @Can('co_applicant.invite')
  async invite(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = invitedIn(web.body);
    try {
      await this.inviting.invite(web.ctx, id, typed);
    } catch (error) {
      const refusal = told(error);
      return this.database.read(web.ctx, async (ctx) => listPage(await this.own(ctx, id), typed, refusal));
    }
    return redirect(pageOf(id), { flash: { kind: 'success', key: 'coapplicants.ask.invited' } });
  }

  @Post(':id/co_applicants/:coApplicant/remind')
  @Can('co_applicant.remind')
  remind(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<Redirect> {
    return this.lead(web, id, coApplicant, 'reminded', (own) => this.inviting.remind(web.ctx, own));
  }

  @Post(':id/co_applicants/:coApplicant/withdraw')
  @Can('co_applicant.withdraw')
  withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<Redirect> {
    return this.lead(web, id, coApplicant, 'withdrawn', (own) => this.inviting.withdraw(web.ctx, own));
  }

  @Get(':id/co_applicants/:coApplicant/remove')
  @Can('co_applicant.read')
  askToRemove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<View | Redirect> {
    return this.removePage(web, id, coApplicant, '', null);
  }

  @Post(':id/co_applicants/:coApplicant/remove')
  @Can('co_applicant.remove')
  async remove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<View | Redirect> {
    const reason = textIn(web.body, 'reason');
    try {
      await this.inviting.remove(web.ctx, await this.ofApplication(web, id, coApplicant), reason);
    } catch (error) {
      const refusal = told(error);
      if (refusal.fields.length > 0) return this.removePage(web, id, coApplicant, reason, refusal);
      return redirect(pageOf(id), { flash: flashOf(refusal) });
    }
    return redirect(pageOf(id), { flash: { kind: 'success', key: 'coapplicants.ask.removed' } });
  }

  private removePage(
    web: WebRequest,
    id: string,
    coApplicant: string,
    typed: string,
    error: DomainError | null,
  ): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const row = await this.coApplicants.find(ctx, coApplicant);
      const { file } = await this.applications.open(ctx, id);
      if (row.applicationId !== file.application.id) throw new DomainError('not_found');
      // Offices have no page beside this one: to them it is not there.
      authorise(
        ctx,
        coApplicantsPolicy,
        'co_applicant.read',
        factsOf(row, file.application),
        'co_applicant.read',
      );
      const { open } = await this.own(ctx, id);
      if (!error && !coApplicantStates.allows(row.state, 'remove')) return redirect(pageOf(id));
      return view('coapplicants/reason.njk', presentRemove(open, row, { typed, error }), {
        title: { key: 'coapplicants.remove.title' },
        ...(error ? { status: STATUS[error.code] } : {}),
      });
    });
  }

  /** A small act with a button of its own: back to the page, which says what happened or why it did not. */
  private async lead(
    web: WebRequest,
    id: string,
    coApplicant: string,
    done: string,
    act: (id: string) => Promise<void>,
  ): Promise<Redirect> {
    try {
      await act(await this.ofApplication(web, id, coApplicant));
    } catch (error) {
      return redirect(pageOf(id), { flash: flashOf(told(error)) });
    }
    return redirect(pageOf(id), { flash: { kind: 'success', key: `coapplicants.ask.${done}` } });
  }

  /** The id of a co-applicant of this very application: what the address says is what is acted on. */
  private ofApplication(web: WebRequest, id: string, coApplicant: string): Promise<string> {
    return this.database.read(web.ctx, async (ctx) => {
      const row = await this.coApplicants.find(ctx, coApplicant);
      if (row.applicationId !== id) throw new DomainError('not_found');
      return row.id;
    });
  }

  private async own(ctx: Ctx, id: string): Promise<OpenCoApplicants> {
    const open = await this.applications.own(ctx, id);
    const rule = coApplicantsOf(open.file.form);
    if (!rule) throw new DomainError('not_found');
    return { open, rule, asked: await this.coApplicants.of(ctx, open.file.application.id) };
  }
}

function pageOf(id: string): string {
  return `/applications/${id}/co_applicants`;
}

function listPage(opened: OpenCoApplicants, typed: Invited | null, error: DomainError | null): View {
  return view('coapplicants/co-applicants.njk', presentCoApplicants(opened, { typed, error }), {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function flashOf({ reason, values }: DomainError) {
  return { kind: 'information' as const, key: `reasons.${reason}`, values };
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'too_late', 'wrong_state'];

function told(error: unknown): DomainError {
  if (error instanceof DomainError) {
    if (TOLD.includes(error.code) || error.reason === 'co_applicants_settled') return error;
  }
  throw error;
}

function textIn(fields: FormFields, name: string): string {
  const value = fields[name];
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}

function invitedIn(fields: FormFields): Invited {
  return {
    name: textIn(fields, 'name'),
    email: textIn(fields, 'email'),
    part: textIn(fields, 'part'),
    language: textIn(fields, 'language'),
  };
}
