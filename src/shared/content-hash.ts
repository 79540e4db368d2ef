import { createHash } from 'node:crypto';

/** What can be hashed: plain data, as it would be written to JSON. */
export type Hashable =
  | string
  | number
  | boolean
  | null
  | undefined
  | Date
  | readonly Hashable[]
  | { readonly [key: string]: Hashable };

/**
 * SHA-256 (hex) of a content, the same however its keys were ordered: two sides that approve the same hash approve the
 * same text. Absent and undefined are one; texts are compared in their composed form (NFC).
 */
export function contentHash(content: Hashable): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** JSON with sorted keys and composed texts, in the manner of RFC 8785. */
export function canonicalJson(content: Hashable): string {
  if (content === undefined || content === null) return 'null';
  if (content instanceof Date) return JSON.stringify(content.toISOString());
  if (typeof content === 'string') return JSON.stringify(content.normalize('NFC'));
  if (typeof content === 'number') {
    if (!Number.isFinite(content)) throw new RangeError(`no JSON for ${content}`);
    return JSON.stringify(content);
  }
  if (typeof content === 'boolean') return JSON.stringify(content);
  if (isList(content)) return `[${content.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const key of Object.keys(content).sort()) {
    const value = content[key];
    if (value === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value)}`;
  }
  return `{${members}}`;
}

function isList(content: object): content is readonly Hashable[] {
  return Array.isArray(content);
}
