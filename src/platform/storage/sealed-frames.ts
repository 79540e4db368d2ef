import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { damagedFile } from './storage-errors.js';

/*
 * A sealed file is a header and a row of frames:
 *
 *   header  "MOSTF" · version (1 byte) · fingerprint of the storage key (4) · salt (16)
 *   frame   up to 64 KiB of ciphertext · tag (16)
 *
 * The file's own key is derived from the storage key and the salt, so that the counter of its frames may serve as nonce.
 * The nonce also says whether the frame is the last one: frames can be neither reordered, nor dropped, nor cut off,
 * and no byte leaves `openFrames` that was not authenticated first.
 */
const MAGIC = Buffer.from('MOSTF\x01', 'latin1');
const FINGERPRINT_LENGTH = 4;
const SALT_LENGTH = 16;
const HEADER_LENGTH = MAGIC.length + FINGERPRINT_LENGTH + SALT_LENGTH;
const FRAME_LENGTH = 64 * 1024;
const TAG_LENGTH = 16;

/** What passed through `sealFrames`, known when its last frame has been taken. */
export class ContentSummary {
  private readonly hash = createHash('sha256');
  size = 0;

  add(piece: Uint8Array): void {
    this.hash.update(piece);
    this.size += piece.length;
  }

  /** Hexadecimal; ends the summary. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}

/** Name of a content in the store. Keyed: whoever sees the names cannot tell whether a known file is among them. */
export function storeKey(storageKey: Buffer, sha256: string): string {
  return createHmac('sha256', storageKey).update('most file name').update(sha256).digest('hex');
}

/** Encrypts a content piece by piece. `storageKey` has 32 bytes; `summary` counts and hashes what passes. */
export async function* sealFrames(
  content: AsyncIterable<Uint8Array>,
  storageKey: Buffer,
  summary: ContentSummary,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT_LENGTH);
  const header = Buffer.concat([MAGIC, fingerprint(storageKey), salt]);
  const fileKey = deriveFileKey(storageKey, salt);
  yield header;
  let counter = 0;
  const seal = (plain: Uint8Array, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', fileKey, nonce(counter, last), {
      authTagLength: TAG_LENGTH,
    });
    cipher.setAAD(header);
    counter += 1;
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  // One full frame is held back until more arrives, because only the very last may be marked as the last.
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of content) {
    summary.add(piece);
    held = Buffer.concat([held, piece]);
    while (held.length > FRAME_LENGTH) {
      yield seal(held.subarray(0, FRAME_LENGTH), false);
      held = held.subarray(FRAME_LENGTH);
    }
  }
  yield seal(held, true);
}

/**
 * Decrypts what `sealFrames` made. Throws `DomainError('unavailable')` with the reason `file_damaged` at the first frame
 * that is not authentic, at a missing end, under another storage key, and when the whole is not the expected content.
 */
export async function* openFrames(
  sealed: AsyncIterable<Uint8Array>,
  storageKey: Buffer,
  expectedSha256: string,
): AsyncGenerator<Buffer> {
  const summary = new ContentSummary();
  let held: Buffer = Buffer.alloc(0);
  let header: Buffer | undefined;
  let fileKey: Buffer = Buffer.alloc(0);
  let counter = 0;
  const open = (frame: Buffer, last: boolean): Buffer => {
    if (!header || frame.length < TAG_LENGTH) throw damagedFile(new Error('The sealed file ends too early.'));
    const end = frame.length - TAG_LENGTH;
    const decipher = createDecipheriv('aes-256-gcm', fileKey, nonce(counter, last), {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(header);
    decipher.setAuthTag(frame.subarray(end));
    counter += 1;
    try {
      const plain = Buffer.concat([decipher.update(frame.subarray(0, end)), decipher.final()]);
      summary.add(plain);
      return plain;
    } catch (error) {
      throw damagedFile(error);
    }
  };
  for await (const piece of sealed) {
    held = Buffer.concat([held, piece]);
    if (!header && held.length >= HEADER_LENGTH) {
      header = readHeader(held.subarray(0, HEADER_LENGTH), storageKey);
      fileKey = deriveFileKey(storageKey, header.subarray(HEADER_LENGTH - SALT_LENGTH));
      held = held.subarray(HEADER_LENGTH);
    }
    while (header && held.length > FRAME_LENGTH + TAG_LENGTH) {
      yield open(held.subarray(0, FRAME_LENGTH + TAG_LENGTH), false);
      held = held.subarray(FRAME_LENGTH + TAG_LENGTH);
    }
  }
  const rest = open(held, true);
  if (summary.sha256() !== expectedSha256)
    throw damagedFile(new Error('The content is not the expected one.'));
  if (rest.length > 0) yield rest;
}

function readHeader(header: Buffer, storageKey: Buffer): Buffer {
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) throw damagedFile(new Error('Not a sealed file.'));
  const found = header.subarray(MAGIC.length, MAGIC.length + FINGERPRINT_LENGTH);
  if (!found.equals(fingerprint(storageKey)))
    throw damagedFile(new Error('Sealed under another storage key.'));
  return Buffer.from(header);
}

function fingerprint(storageKey: Buffer): Buffer {
  return createHmac('sha256', storageKey).update('most storage key').digest().subarray(0, FINGERPRINT_LENGTH);
}

function deriveFileKey(storageKey: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', storageKey, salt, 'most file v1', 32));
}

function nonce(counter: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 7);
  bytes.writeUInt8(last ? 1 : 0, 11);
  return bytes;
}
