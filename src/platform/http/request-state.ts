import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../../shared/domain-error.js';
import type { Language } from '../../shared/language.js';
import type { UploadedFile } from './uploaded-file.js';
import type { WebRequest } from './web-request.js';

/** What the hooks have found out about a request so far. */
export interface RequestState {
  language: Language;
  web: WebRequest | null;
  upload: UploadedFile | null;
  /** Why a file that was sent is not there. */
  uploadRefused: DomainError | null;
  /** What the route is for, once the guard has read its declaration. */
  action?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    most: RequestState;
  }
}

/** The request as the application sees it. There from the moment its actor is known, which is before any guard. */
export function webOf(request: FastifyRequest): WebRequest {
  const web = request.most.web;
  if (!web) throw new Error('the request is not known yet');
  return web;
}
