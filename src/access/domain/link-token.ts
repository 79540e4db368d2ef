import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Id } from '../../shared/ids.js';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 32;
/** Base64url of both, with a point between: nothing else can be a token. */
const SHAPE = /^([\w-]{22})\.([\w-]{43})$/;

/** What a link's signature covers: its purpose and its end cannot be changed in the database without breaking it. */
export interface SignedLinkFacts {
  readonly id: Id;
  readonly purpose: string;
  readonly expiresAt: Date;
}

/** The key of links, apart from every other use of the secret (RFC 5869). */
export function linkKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'most signed links 1', SIGNATURE_BYTES));
}

export function linkToken(key: Buffer, link: SignedLinkFacts): string {
  const id = Buffer.from(link.id.replaceAll('-', ''), 'hex');
  return `${id.toString('base64url')}.${signature(key, link).toString('base64url')}`;
}

/** Which link a token names, before it is known whether it is genuine; null for what is no token. */
export function linkIdIn(token: string): Id | null {
  const [, encoded = ''] = SHAPE.exec(token) ?? [];
  const bytes = canonicalBytes(encoded, ID_BYTES);
  if (!bytes) return null;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Whether the token was made for exactly this link. */
export function isTokenOf(key: Buffer, token: string, link: SignedLinkFacts): boolean {
  const [, , encoded = ''] = SHAPE.exec(token) ?? [];
  const given = canonicalBytes(encoded, SIGNATURE_BYTES);
  return given !== null && timingSafeEqual(given, signature(key, link));
}

/** Base64url leaves bits over in its last character, so that bytes can be written in several ways; only one was sent. */
function canonicalBytes(encoded: string, length: number): Buffer | null {
  const bytes = Buffer.from(encoded, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === encoded ? bytes : null;
}

function signature(key: Buffer, { id, purpose, expiresAt }: SignedLinkFacts): Buffer {
  return createHmac('sha256', key).update(`${purpose}|${id}|${expiresAt.getTime()}`).digest();
}
