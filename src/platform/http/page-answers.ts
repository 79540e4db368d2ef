import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { PageRenderer } from './page-renderer.js';
import { FileResult, HeadersResult, Redirect, View } from './page.js';
import type { FileAnswer } from './page.js';
import { webOf } from './request-state.js';

/**
 * Answers with what page controllers return: pages, places to go on to, files. What API controllers return, plain objects,
 * goes out as it is. Done here and not by an interceptor, whose chain every call of the API would pay for too.
 */
export class AnsweringAdapter extends FastifyAdapter {
  /** Until it is there no page can be drawn. */
  renderer: PageRenderer | null = null;

  /** Bodies are parsed by plugins, whichever way the application is created. */
  override registerParserMiddleware(): void {
    // Nothing: the framework's own parsers would stand in the way of ours.
  }

  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    // The framework waits for it, and hears of what fails.
    if (body instanceof View) return this.draw(response, body) as unknown as FastifyReply;
    if (body instanceof Redirect) {
      if (body.flash) webOf(response.request).flash(body.flash.kind, body.flash.key, body.flash.values);
      response.code(303).header('location', headerPath(body.path));
      return super.reply(response, '');
    }
    if (body instanceof FileResult) return this.give(response, body.file);
    if (body instanceof HeadersResult) {
      response.code(body.status).headers(body.headers).header('cache-control', 'no-store');
      if (body.text) response.type('text/plain; charset=utf-8');
      return super.reply(response, body.text);
    }
    return super.reply(response, body, statusCode);
  }

  private async draw(response: FastifyReply, page: View): Promise<unknown> {
    if (!this.renderer) throw new Error('there is nobody to draw a page');
    const web = webOf(response.request);
    const html = await this.renderer.render(web, page);
    response.code(page.options.status ?? 200).type('text/html; charset=utf-8');
    response.header('vary', 'accept-language, cookie');
    response.header('content-language', web.ctx.language);
    // A page of somebody signed in must not come back from the browser's memory after they have signed out.
    if (web.ctx.actor.kind === 'person') response.header('cache-control', 'private, no-store');
    else response.header('cache-control', 'private, no-cache');
    return super.reply(response, html);
  }

  private give(response: FastifyReply, file: FileAnswer): FastifyReply {
    const { content } = file;
    try {
      describeFile(response, file);
      return super.reply(response, Buffer.isBuffer(content) ? content : new StreamableFile(content));
    } catch (error) {
      // What is not sent is closed, or it would hold what it reads from.
      if (!Buffer.isBuffer(content)) content.destroy();
      throw error;
    }
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
