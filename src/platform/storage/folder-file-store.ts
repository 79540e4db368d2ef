import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { FileStore } from './file-store.js';
import type { StoredFile } from './file-store.js';
import { openFrames } from './sealed-frames.js';
import { spool } from './spool.js';
import type { OpenFile } from './spool.js';
import { storageRefusal } from './storage-errors.js';

const KEY = /^[0-9a-f]{64}$/;

/** Files in a folder: written aside, synchronised, then renamed, so that a crash leaves a whole file or none. */
export class FolderFileStore extends FileStore {
  constructor(
    private readonly folder: string,
    private readonly storageKey: Buffer,
    private readonly openFile: OpenFile = open,
  ) {
    super();
  }

  override async put(content: Readable | Buffer): Promise<StoredFile> {
    try {
      const { path, key, sha256, size } = await spool(
        content,
        this.storageKey,
        this.incoming(),
        this.openFile,
      );
      try {
        const place = this.place(key);
        await mkdir(dirname(place), { recursive: true, mode: 0o700 });
        await rename(path, place);
        await synchroniseFolder(dirname(place));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      return { key, sha256, size };
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  override async get(key: string, expectedSha256: string): Promise<Readable> {
    const place = this.place(key);
    try {
      const file = await open(place, 'r');
      return Readable.from(openFrames(file.createReadStream(), this.storageKey, expectedSha256), {
        objectMode: false,
      });
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  override async remove(key: string): Promise<void> {
    const place = this.place(key);
    try {
      await rm(place, { force: true });
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  override async ready(): Promise<void> {
    try {
      const { path } = await spool(Buffer.from('ready'), this.storageKey, this.incoming(), this.openFile);
      await rm(path);
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  private incoming(): string {
    return join(this.folder, 'incoming');
  }

  private place(key: string): string {
    // A key is never a path: nothing outside the folder can be named by it.
    if (!KEY.test(key)) throw new RangeError('A storage key has 64 hexadecimal digits.');
    return join(this.folder, key.slice(0, 2), key.slice(2, 4), key);
  }
}

/** A rename lasts through a power failure only when the folder that holds the name is synchronised as well. */
async function synchroniseFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
