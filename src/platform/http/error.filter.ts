import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { BROKEN_CURSOR } from '../../shared/cursor.js';
import { isId } from '../../shared/ids.js';
import { scopesFor } from '../../shared/policy.js';
import { sqlState } from '../database/sql-state.js';
import { Translator } from '../i18n/translator.js';
import { Detour } from './detour.js';
import { STATUS } from './error-status.js';
import { HttpLog } from './http-log.js';
import { HttpPorts } from './http-ports.js';
import { PageRenderer } from './page-renderer.js';
import { headerPath } from './page-answers.js';
import type { Message } from './page.js';
import { view } from './page.js';
import { isApi, isUnsafe } from './address.js';
import { RouteTable } from './route-table.js';
import { formFields } from './web-request.js';

/** What an error page shows: `templates/errors/error.njk`. */
export interface ErrorView {
  readonly status: number;
  readonly title: Message;
  readonly explanation: Message;
  /** The number under which the log knows the request: for failures of ours. */
  readonly requestId: string | null;
  /** Where the person came from; null when unknown. */
  readonly back: string | null;
  /** The first page of the list of which the address names no place; null for every other refusal. */
  readonly first: string | null;
  /** Whether what was typed is kept for the page that it belongs to. */
  readonly kept: boolean;
}

/**
 * SQLSTATEs of a value from outside that the database cannot read (an id or an instant that is none, a number too large, a
 * null byte in a text or in JSON): the sender's mistake.
 */
const UNREADABLE: readonly string[] = ['22P02', '22003', '22007', '22008', '22021', '22P05'];

interface Refusal {
  readonly status: number;
  /** Null for a fault of ours. */
  readonly error: DomainError | null;
}

/** The one place where an error becomes an answer: a problem (RFC 9457) for machines, a page with its real status for people. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly translator: Translator,
    private readonly renderer: PageRenderer,
    private readonly routes: RouteTable,
    private readonly log: HttpLog,
    private readonly ports: HttpPorts,
  ) {}

  async catch(exception: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) {
      this.log.logger.error({ err: exception, requestId: request.id }, 'failed while answering');
      reply.raw.destroy();
      return;
    }
    if (exception instanceof Detour) {
      await reply.code(303).header('location', headerPath(exception.path)).send('');
      return;
    }
    if (needsSecondFactor(exception) && !isApi(request) && request.most.web?.signedIn) {
      const back = isUnsafe(request.method)
        ? request.most.web.stash(formFields(request.body))
        : request.most.web.url;
      const step = `/account/second-factor?return=${encodeURIComponent(back)}`;
      await reply.code(303).header('location', step).send('');
      this.noteRefusal(request, exception);
      return;
    }
    const refusal = this.refusalFor(exception, request, reply);
    reply.code(refusal.status).header('cache-control', 'no-store');
    try {
      if (isApi(request)) await this.answerProblem(request, reply, refusal);
      else await this.answerPage(request, reply, refusal);
    } catch (error) {
      // The page itself could not be made: then the plainest answer that still says what to do.
      this.log.logger.error({ err: error, requestId: request.id }, 'the error page failed');
      reply.type('text/plain; charset=utf-8');
      await reply.send(`${refusal.status}\n${request.id}\n`);
    }
    this.noteRefusal(request, refusal.error);
  }

  /**
   * Tells whoever keeps the record of acts what a policy refused. After the answer and without waiting: how long a "not
   * found" takes must not tell whether there was something to hide. What the database's own wall hides is to everybody
   * here as if it were not there: who asks for such a record by its id is noted too.
   */
  private noteRefusal(request: FastifyRequest, error: DomainError | null): void {
    const { web, action: ofRoute } = request.most;
    if (!web || !error || (error.code !== 'forbidden' && error.code !== 'not_found')) return;
    const { id } = web.params;
    const recordId = isId(id) ? id : null;
    const asked = error.code === 'not_found' && recordId !== null ? ofRoute : undefined;
    const action = error.action ?? asked;
    if (action === undefined) return;
    this.ports.refusals.note(web.ctx, {
      action,
      reason: error.reason,
      route: `${request.method} ${request.routeOptions.url ?? 'unknown'}`,
      recordId,
    });
  }

  private refusalFor(exception: unknown, request: FastifyRequest, reply: FastifyReply): Refusal {
    const refuse = (code: ErrorCode, reason?: string, status: number = STATUS[code]): Refusal => ({
      status,
      error: new DomainError(code, reason ? { reason } : {}),
    });
    if (exception instanceof DomainError) {
      if (exception.code === 'unavailable')
        this.log.logger.warn({ err: exception, requestId: request.id }, 'something is away');
      return { status: STATUS[exception.code], error: exception };
    }
    if (exception instanceof URIError) return refuse('invalid', 'malformed_address', 400);
    if (exception instanceof SyntaxError) return refuse('invalid', 'malformed_request', 400);
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      if (status === 404) {
        const allowed = this.routes.methodsOf(request.url);
        if (allowed.length === 0 || allowed.includes(request.method)) return refuse('not_found');
        reply.header('allow', allowed.join(', '));
        return refuse('invalid', 'method_not_allowed', 405);
      }
      if (status === 401) return refuse('not_signed_in');
      if (status === 403) return refuse('forbidden');
      if (status === 413) return refuse('too_large');
      if (status === 414) return refuse('invalid', 'malformed_address', 414);
      if (status === 415) return refuse('unsupported_type');
      if (status === 429) return refuse('too_many_requests');
      if (status === 503) return refuse('unavailable');
      if (status < 500) return refuse('invalid', 'malformed_request', status);
    }
    const state = sqlState(exception);
    if (UNREADABLE.includes(state ?? '')) return refuse('invalid', 'malformed_request', 400);
    if (state === '40001' || state === '40P01') return refuse('conflict', 'busy');
    this.log.logger.error({ err: exception, requestId: request.id }, 'unexpected error');
    return { status: 500, error: null };
  }

  private async answerProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<void> {
    const { error, status } = refusal;
    const { title, explanation } = this.messages(request, refusal);
    const say = ({ key, values }: Message) => this.translator.t(request.most.language, key, values);
    const challenge = challengeOf(request, refusal);
    if (challenge) reply.header('www-authenticate', challenge);
    reply.type('application/problem+json; charset=utf-8');
    reply.header('content-language', request.most.language);
    await reply.send(
      JSON.stringify({
        type: `urn:most:problem:${error?.code ?? 'internal'}`,
        title: say(title),
        status,
        detail: say(explanation),
        reason: error?.reason ?? 'internal',
        fields: (error?.fields ?? []).map((field) => ({
          ...field,
          text: say(message(`problems.${field.problem}`, field.values)),
        })),
        blockers: (error?.blockers ?? []).map((blocker) => ({
          ...blocker,
          text: say(message(`blockers.${blocker.code}`, blocker.values)),
        })),
        requestId: request.id,
      }),
    );
  }

  private async answerPage(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<void> {
    const { title, explanation } = this.messages(request, refusal);
    const { web, language } = request.most;
    if (!web) {
      // Too early for a shell (a malformed address, a body that could not be read): words alone.
      const words = [title, explanation].map(({ key, values }) => this.translator.t(language, key, values));
      await reply.type('text/plain; charset=utf-8').send(`${words.join('\n\n')}\n\n${request.id}\n`);
      return;
    }
    const model: ErrorView = {
      status: refusal.status,
      title,
      explanation,
      requestId: refusal.error ? null : request.id,
      back: web.page,
      first: refusal.error?.reason === BROKEN_CURSOR ? firstPage(web.url) : null,
      kept: web.hasStash,
    };
    const html = await this.renderer.render(web, view('errors/error.njk', model, { title }));
    reply.header('content-language', language);
    await reply.type('text/html; charset=utf-8').send(html);
  }

  private messages(
    request: FastifyRequest,
    { error }: Refusal,
  ): { readonly title: Message; readonly explanation: Message } {
    const code = error?.code ?? 'internal';
    // No answer of theirs is wrong, as with others that are invalid.
    const lost = error?.reason === BROKEN_CURSOR;
    const title = message(lost ? 'reasons.broken_cursor_title' : `errors.${code}.title`, error?.values);
    // A reason of its own says more than what all refusals of the kind have in common.
    if (error && error.reason !== error.code)
      return { title, explanation: message(`reasons.${error.reason}`, error.values) };
    return {
      title,
      explanation: message(`errors.${code}.body`, { ...error?.values, requestId: request.id }),
    };
  }
}

/** The same list with the same conditions, from its beginning. */
function firstPage(address: string): string {
  const [path = '/', query = ''] = address.split('?', 2);
  const conditions = new URLSearchParams(query);
  conditions.delete('after');
  return conditions.size > 0 ? `${path}?${conditions.toString()}` : path;
}

/** What is wrong with the token, and which one would do (RFC 6750, 3). Null where another token would change nothing. */
function challengeOf(request: FastifyRequest, { status, error }: Refusal): string | null {
  const realm = 'Bearer realm="MOST"';
  if (status === 401) {
    const hadToken = /^Bearer /i.test(request.headers.authorization ?? '');
    return hadToken ? `${realm}, error="invalid_token"` : realm;
  }
  if (status !== 403 || error?.reason !== 'token_scope') return null;
  const [scope] = error.action === null ? [] : scopesFor(error.action);
  return `${realm}, error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`;
}

/** Whether only a second factor is missing: whoever is signed in can show one, and goes on from there. */
function needsSecondFactor(exception: unknown): exception is DomainError {
  return exception instanceof DomainError && exception.reason === 'second_factor_needed';
}

function message(key: string, values: Message['values'] = {}): Message {
  return { key, values };
}
