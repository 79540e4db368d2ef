import { createHash } from 'node:crypto';
import { open, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { newId } from '../../shared/ids.js';
import { isFull, storageRefusal } from '../storage/storage-errors.js';

/** What a part of a file is sent as (tus 1.0). */
export const CHUNK_TYPE = 'application/offset+octet-stream';

/** A part of a file as it arrived. */
export interface Chunk {
  readonly path: string;
  readonly size: number;
  /** SHA-1 and SHA-256 of what arrived, in Base64. */
  readonly digests: Readonly<Record<'sha1' | 'sha256', string>>;
  /** Whether the sender came to the end of it. */
  readonly whole: boolean;
  /** Whether more was sent than may be taken; what was taken is the beginning. */
  readonly tooMuch: boolean;
}

/** Writes the body to the disk as it comes. A connection that breaks ends the part where it broke, and is no fault. */
export async function takeChunk(request: FastifyRequest, folder: string, mostBytes: number): Promise<Chunk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, newId());
  const sha1 = createHash('sha1');
  const sha256 = createHash('sha256');
  let size = 0;
  let tooMuch = false;
  let whole = true;
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      const pieces = request.raw.iterator({ destroyOnReturn: false });
      for (;;) {
        let next: IteratorResult<unknown>;
        try {
          next = await pieces.next();
        } catch {
          whole = false;
          break;
        }
        if (next.done) break;
        const piece = next.value as Buffer;
        if (size + piece.length > mostBytes) {
          tooMuch = true;
          // The rest is read and thrown away, so that the answer arrives.
          await pieces.return?.();
          request.raw.resume();
          break;
        }
        await file.writeFile(piece);
        sha1.update(piece);
        sha256.update(piece);
        size += piece.length;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw isFull(error) ? storageRefusal(error) : error;
  }
  const announced = Number(request.headers['content-length'] ?? size);
  return {
    path,
    size,
    digests: { sha1: sha1.digest('base64'), sha256: sha256.digest('base64') },
    whole: whole && !tooMuch && request.raw.complete && size === announced,
    tooMuch,
  };
}
