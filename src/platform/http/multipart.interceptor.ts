import { Injectable, SetMetadata, UseInterceptors, applyDecorators } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { finalize, from, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { DomainError } from '../../shared/domain-error.js';
import { Settings } from '../config/settings.js';
import { csrfHolds } from './csrf.js';
import { HttpPorts } from './http-ports.js';
import { discard, readMultipart, uploadFolder } from './multipart.js';
import { isApi } from './address.js';
import { webOf } from './request-state.js';
import { ACCEPTS_FILE, BY_LINK } from './route-access.js';
import type { FormFields } from './session-data.js';

/**
 * Reads a form with a file before its handler runs, so that the handler finds fields and file as of any other form. The
 * token is checked as soon as the fields before the file are known: nothing that another site sends reaches the disk.
 */
@Injectable()
export class MultipartInterceptor implements NestInterceptor {
  constructor(
    private readonly settings: Settings,
    private readonly adapter: HttpAdapterHost,
    private readonly reflector: Reflector,
    private readonly ports: HttpPorts,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.isMultipart()) return next.handle();
    const targets = [context.getHandler(), context.getClass()];
    const byLink = this.reflector.getAllAndOverride<boolean | undefined>(BY_LINK, targets) === true;
    return from(this.read(request, byLink)).pipe(
      mergeMap(() => next.handle()),
      finalize(() => void discard(request.most.upload)),
    );
  }

  private async read(request: FastifyRequest, byLink: boolean): Promise<void> {
    // Nothing is kept for a link that opens nothing; the handler still says why, on its own page.
    const keepFile = !byLink || (await this.holds(request));
    const server = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    const beforeFile = (fields: FormFields) => {
      if (isApi(request) || byLink || csrfHolds(server, request, fields)) return;
      webOf(request).stash(fields);
      throw new DomainError('forbidden', { reason: 'form_expired' });
    };
    const form = await readMultipart(request, uploadFolder(this.settings), beforeFile, keepFile);
    request.body = form.fields;
    request.most.upload = form.file;
    request.most.uploadRefused = form.refused;
  }

  private holds(request: FastifyRequest): Promise<boolean> {
    const { params } = request;
    const token: unknown =
      typeof params === 'object' && params !== null && 'token' in params ? params.token : undefined;
    return typeof token === 'string'
      ? this.ports.linkHolds(webOf(request).ctx, token)
      : Promise.resolve(false);
  }
}

/**
 * The route takes `multipart/form-data` with at most one file, which `WebRequest.file()` gives. No other route does, and no
 * other pays for it.
 */
export const AcceptsFile = () =>
  applyDecorators(SetMetadata(ACCEPTS_FILE, true), UseInterceptors(MultipartInterceptor));
