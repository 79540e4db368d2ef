import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { StoredFile } from './file-store.js';
import { ContentSummary, sealFrames, storeKey } from './sealed-frames.js';

/** A file sealed on the disk, complete and synchronised, that has not found its place yet. */
export interface SpooledFile extends StoredFile {
  readonly path: string;
  /** Length on the disk, in bytes. */
  readonly sealedSize: number;
}

export type OpenFile = typeof open;

/**
 * Seals a content into a new file of the directory. A file's name depends on all of its content, so every store needs the
 * whole before it can begin; only ciphertext touches the disk. On any failure nothing is left behind.
 */
export async function spool(
  content: Readable | Buffer,
  storageKey: Buffer,
  directory: string,
  openFile: OpenFile = open,
): Promise<SpooledFile> {
  const path = join(directory, randomUUID());
  const summary = new ContentSummary();
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = await openFile(path, 'wx', 0o600);
    let sealedSize = 0;
    try {
      // A Buffer is one piece; Readable.from would read it byte by byte.
      const source = Buffer.isBuffer(content) ? Readable.from([content]) : content;
      for await (const frame of sealFrames(source, storageKey, summary)) {
        await file.writeFile(frame);
        sealedSize += frame.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const sha256 = summary.sha256();
    return { path, sealedSize, key: storeKey(storageKey, sha256), sha256, size: summary.size };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
