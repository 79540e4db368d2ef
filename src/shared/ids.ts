import { randomFillSync } from 'node:crypto';

/** A UUID in its canonical text form. */
export type Id = string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const ID_BYTES = 16;
/** Randomness is fetched for many ids at once: each time costs as much as everything else about an id. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;

/** A UUID of version 7 (RFC 9562): its first 48 bits are the time, so that new rows lie side by side in an index. */
export function newId(now: Date = new Date()): Id {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, (used += ID_BYTES));
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Whether a text from outside is a UUID at all; asking the database with anything else would be an error there. */
export function isId(text: unknown): text is Id {
  return typeof text === 'string' && UUID.test(text);
}
