import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { DomainError } from '../../shared/domain-error.js';
import { csrfHolds } from './csrf.js';
import { Detour } from './detour.js';
import { HttpPorts } from './http-ports.js';
import { readMultipart, uploadFolder } from './multipart.js';
import { perRoute } from './per-route.js';
import { isApi, isUnsafe } from './address.js';
import { webOf } from './request-state.js';
import { ACCEPTS_FILE, ACCESS, BY_LINK, FROM_MACHINE, READS_NOW } from './route-access.js';
import type { Access } from './route-access.js';
import { formFields } from './web-request.js';

/** What a route says of itself. */
interface Declared {
  readonly access: Access | null;
  readonly acceptsFile: boolean;
  readonly readsNow: boolean;
  /** Whether what is sent here has to carry the token of a form. */
  readonly needsToken: boolean;
}

/**
 * The door of every route. Nothing is open that does not say so; nobody acts from another site's form; whoever has to
 * sign in first finds again what they had typed.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly declared: (context: ExecutionContext) => Declared;

  constructor(
    reflector: Reflector,
    private readonly ports: HttpPorts,
    private readonly adapter: HttpAdapterHost,
    private readonly settings: Settings,
  ) {
    this.declared = perRoute((targets) => {
      const says = (key: string) => reflector.getAllAndOverride<boolean | undefined>(key, targets) === true;
      return {
        access: reflector.getAllAndOverride<Access | undefined>(ACCESS, targets) ?? null,
        acceptsFile: says(ACCEPTS_FILE),
        readsNow: says(READS_NOW),
        needsToken: !says(FROM_MACHINE) && !says(BY_LINK),
      };
    });
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { access, acceptsFile, readsNow, needsToken } = this.declared(context);
    if (!access) throw new DomainError('forbidden', { reason: 'route_undeclared' });
    if (request.isMultipart() && !acceptsFile)
      throw new DomainError('unsupported_type', { reason: 'multipart_unexpected' });

    if (access.kind === 'can') request.most.action = access.action;
    const { actor, freshness } = webOf(request).ctx;
    if (freshness && readsNow) freshness.mayLag = false;
    if (access.kind !== 'public' && actor.kind === 'anonymous') return this.askToSignIn(request);
    const isForm = isUnsafe(request.method) && !isApi(request) && !request.isMultipart();
    if (isForm && needsToken) this.checkCsrf(request);
    if (access.kind === 'can') {
      const decision = this.ports.routePolicy.mayEver(actor, access.action);
      if (!decision.allowed) {
        throw new DomainError('forbidden', { reason: decision.reason, action: access.action });
      }
    }
    return true;
  }

  private async askToSignIn(request: FastifyRequest): Promise<never> {
    if (isApi(request)) throw new DomainError('not_signed_in');
    const web = webOf(request);
    let back = web.url;
    if (isUnsafe(request.method)) {
      const fields = request.isMultipart()
        ? (await readMultipart(request, uploadFolder(this.settings), () => undefined, false)).fields
        : formFields(request.body);
      back = web.stash(fields);
      if (web.hasStash) web.flash('information', 'common.session_expired');
    }
    throw new Detour(`/sign-in?return=${encodeURIComponent(back)}`);
  }

  private checkCsrf(request: FastifyRequest): void {
    const fields = formFields(request.body);
    const server = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    if (csrfHolds(server, request, fields)) return;
    webOf(request).stash(fields);
    throw new DomainError('forbidden', { reason: 'form_expired' });
  }
}
