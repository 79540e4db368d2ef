import type { FastifyRequest } from 'fastify';
import type { Language } from '../../shared/language.js';
import type { UploadedFile } from './uploaded-file.js';
import type { WebRequest } from './web-request.js';

/** What the hooks have found out about a request so far. */
export interface RequestState {
  language: Language;
  web: WebRequest | null;
  upload: UploadedFile | null;
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

/** Whether a machine asks: its answers are JSON, its sign-in is a token, and sessions mean nothing to it. */
export function isApi(request: { readonly url: string }): boolean {
  return request.url.startsWith('/api/');
}

export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Whether the method can change something (RFC 9110, 9.2.1). */
export function isUnsafe(method: string): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method);
}
