import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { ByLink, Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { NAME_PARTS } from '../domain/co-applicant.js';
import { AnswerInvitation } from '../operations/answer-invitation.js';
import type { Acceptance } from '../operations/answer-invitation.js';
import {
  isOpen,
  presentDecline,
  presentInvitation,
  presentRefused,
  presentStanding,
} from './presenters/present-invitation.js';
import type { Desk } from './presenters/present-invitation.js';

const TITLE = { key: 'coapplicants.invitation.title' } as const;
/** Refusals after which the page says what became of the invitation. */
const SETTLED = ['wrong_state', 'link_used', 'link_revoked', 'link_expired', 'co_applicants_settled'];

/** What the link of an invitation opens, in any language: who asks whom for what; yes as oneself, or no by the link alone. */
@ApiExcludeController()
@Controller('co-applicants')
export class InvitationPagesController {
  constructor(
    private readonly invitation: AnswerInvitation,
    private readonly translator: Translator,
  ) {}

  @Get(':token')
  @Public()
  @Limited('link')
  open(@Web() web: WebRequest, @Param('token') token: string): Promise<View> {
    return this.page(web, token, (desk) => offerPage(desk, null, null));
  }

  @Post(':token')
  @Can('co_applicant.accept')
  @Limited('link')
  async accept(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    const typed = acceptanceIn(web);
    try {
      const { applicationId } = await this.invitation.accept(web.ctx, token, typed);
      return redirect(`/co-applications/${applicationId}`, {
        flash: { kind: 'success', key: 'coapplicants.invitation.accepted' },
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'not_signed_in') throw error;
      if (error.fields.length > 0 || error.reason === 'co_applicant_already') {
        return this.page(web, token, (desk) => offerPage(desk, typed, error));
      }
      return this.settled(web, token, error);
    }
  }

  @Get(':token/decline')
  @Public()
  @Limited('link')
  askToDecline(@Web() web: WebRequest, @Param('token') token: string): Promise<View> {
    return this.page(web, token, (desk) => declinePage(desk, '', null));
  }

  @Post(':token/decline')
  @Public()
  @ByLink()
  @Limited('link')
  async decline(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    const reason = textIn(web, 'reason');
    try {
      await this.invitation.decline(web.ctx, token, reason);
      return redirect(pathOf(token));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.fields.length > 0) return this.page(web, token, (desk) => declinePage(desk, reason, error));
      return this.settled(web, token, error);
    }
  }

  /** Refused because it is over: the page says what became of it. */
  private settled(web: WebRequest, token: string, error: DomainError): Promise<View> {
    if (!SETTLED.includes(error.reason)) return Promise.resolve(refused(error));
    return this.page(web, token, (desk) => standingPage(desk), STATUS[error.code]);
  }

  /** The page of an invitation that can still be answered; otherwise what became of it. */
  private async page(
    web: WebRequest,
    token: string,
    present: (desk: Desk) => View,
    status = 200,
  ): Promise<View> {
    try {
      const opened = await this.invitation.look(web.ctx, token);
      const desk: Desk = { translator: this.translator, request: web.ctx, href: pathOf(token), opened };
      if (isOpen(desk) && status === 200) return present(desk);
      return standingPage(desk, status);
    } catch (error) {
      return refused(error);
    }
  }
}

function standingPage(desk: Desk, status = 200): View {
  return view('coapplicants/standing.njk', presentStanding(desk), { title: TITLE, status });
}

function offerPage(desk: Desk, typed: Acceptance | null, error: DomainError | null): View {
  return view('coapplicants/invitation.njk', presentInvitation(desk, { typed, error }), {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function declinePage(desk: Desk, typed: string, error: DomainError | null): View {
  return view('coapplicants/reason.njk', presentDecline(desk, typed, error), {
    title: { key: 'coapplicants.decline.title' },
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

/** Each way in which a link is no use has a page that says so. */
function refused(error: unknown): View {
  if (!(error instanceof DomainError)) throw error;
  if (!error.reason.startsWith('link_') && error.reason !== 'own_co_application') throw error;
  return view('coapplicants/standing.njk', presentRefused(error.reason), {
    status: STATUS[error.code],
    title: TITLE,
  });
}

function pathOf(token: string): string {
  return `/co-applicants/${encodeURIComponent(token)}`;
}

function acceptanceIn(web: WebRequest): Acceptance {
  return {
    names: Object.fromEntries(NAME_PARTS.map((part) => [part, textIn(web, part)])),
    consents: Object.keys(web.body)
      .filter((name) => name.startsWith('consent-') && textIn(web, name) === 'yes')
      .map((name) => name.slice('consent-'.length)),
  };
}

/** A field of the form; of a repeated one what stands last. */
function textIn(web: WebRequest, name: string): string {
  const value = web.body[name];
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}
