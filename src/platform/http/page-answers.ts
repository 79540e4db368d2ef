import { Injectable, StreamableFile } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { PageRenderer } from './page-renderer.js';
import { FileResult, HeadersResult, Redirect, View } from './page.js';
import type { FileAnswer } from './page.js';
import { webOf } from './request-state.js';

/** Turns what page controllers return into answers. Plain objects, which API controllers return, pass as they are. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(mergeMap((result) => this.answer(request, reply, result)));
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, result: unknown): Promise<unknown> {
    if (result instanceof View) {
      const web = webOf(request);
      const html = await this.renderer.render(web, result);
      reply.code(result.options.status ?? 200).type('text/html; charset=utf-8');
      reply.header('vary', 'accept-language, cookie');
      reply.header('content-language', web.ctx.language);
      // A page of somebody signed in must not come back from the browser's memory after they have signed out.
      if (web.ctx.actor.kind === 'person') reply.header('cache-control', 'private, no-store');
      else reply.header('cache-control', 'private, no-cache');
      return html;
    }
    if (result instanceof Redirect) {
      if (result.flash) webOf(request).flash(result.flash.kind, result.flash.key, result.flash.values);
      reply.code(303).header('location', headerPath(result.path));
      return '';
    }
    if (result instanceof FileResult) {
      describeFile(reply, result.file);
      const { content } = result.file;
      return Buffer.isBuffer(content) ? content : new StreamableFile(content);
    }
    if (result instanceof HeadersResult) {
      reply.code(result.status).headers(result.headers).header('cache-control', 'no-store');
      if (result.text) reply.type('text/plain; charset=utf-8');
      return result.text;
    }
    return result;
  }
}

/** A picture that is opened by itself is a document of this site: it runs nothing and asks for nothing. */
const PICTURE =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";

function describeFile(reply: FastifyReply, file: FileAnswer): void {
  const plainName = file.fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const fullName = encodeURIComponent(file.fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  reply.code(200).type(file.contentType);
  reply.header(
    'content-disposition',
    `${file.disposition ?? 'attachment'}; filename="${plainName}"; filename*=UTF-8''${fullName}`,
  );
  if (file.contentType.startsWith('image/')) reply.header('content-security-policy', PICTURE);
  reply.header('cache-control', file.cacheControl ?? 'private, no-store');
  if (file.length !== undefined) reply.header('content-length', file.length);
}

/** Headers hold ASCII: what of a path is not yet escaped is escaped now. */
export function headerPath(path: string): string {
  return path.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}
