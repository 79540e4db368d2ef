import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { DomainError } from '../../shared/domain-error.js';
import type { WebRequest } from './web-request.js';

/** The tag of a record's version, for `ETag` and `If-Match`. */
export function versionTag(version: number | string | Date): string {
  const text = version instanceof Date ? version.toISOString() : String(version);
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
}

/** Tells the version of what is answered. */
export function tagAnswer(reply: FastifyReply, version: number | string | Date): void {
  reply.header('etag', versionTag(version));
}

/**
 * Refuses a change of a version that is no longer the newest (`stale`), and one that does not say which version it
 * changes (`invalid`): otherwise the last to write would silently win.
 */
export function requireMatch(web: WebRequest, version: number | string | Date): void {
  const wanted = web.header('if-match');
  if (wanted === undefined) throw new DomainError('invalid', { reason: 'if_match_missing' });
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes('*') && !tags.includes(versionTag(version))) throw new DomainError('stale');
}
