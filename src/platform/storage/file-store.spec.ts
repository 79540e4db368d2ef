import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderFileStore } from './folder-file-store.js';
import { parseS3Location, S3FileStore } from './s3-file-store.js';
import { demonstrationStorageKey } from './storage-key.js';
import type { OpenFile } from './spool.js';
import type { FileStore } from './file-store.js';

const KEY = randomBytes(32);
const FRAME = 64 * 1024;
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'most-files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('a folder as file store', () => {
  it.each([0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 1_000_003])(
    'gives back %i bytes as they were',
    async (size) => {
      const store = new FolderFileStore(folder, KEY);
      const content = randomBytes(size);
      const pieces = [content.subarray(0, size >> 1), content.subarray(size >> 1)];
      const stored = await store.put(Readable.from(pieces));
      expect(stored).toEqual({ key: expect.stringMatching(/^[0-9a-f]{64}$/), sha256: sha256(content), size });
      expect((await buffer(await store.get(stored.key, stored.sha256))).equals(content)).toBe(true);
    },
  );

  it('keeps equal contents once, and neither content nor its plain hash can be seen on the disk', async () => {
    const store = new FolderFileStore(folder, KEY);
    const content = Buffer.from('Ђорђе Ђорђевић, passport 012345678');
    const first = await store.put(content);
    const second = await store.put(content);
    expect(second).toEqual(first);
    const files = await filesIn(folder);
    expect(files).toHaveLength(1);
    expect(files[0]).not.toContain(first.sha256);
    expect((await readFile(files[0] ?? '')).includes('passport')).toBe(false);
    expect((await stat(files[0] ?? '')).mode & 0o077).toBe(0);
  });

  it('refuses a file in which one byte was changed, wherever it is, and never hands on a tainted frame', async () => {
    const store = new FolderFileStore(folder, KEY);
    const content = randomBytes(2 * FRAME + 500);
    const stored = await store.put(content);
    const [path = ''] = await filesIn(folder);
    const sealed = await readFile(path);
    for (const at of [0, 7, 15, 40, FRAME + 60, 2 * FRAME + 70, sealed.length - 1]) {
      const tainted = Buffer.from(sealed);
      tainted.writeUInt8(tainted.readUInt8(at) ^ 1, at);
      await writeFile(path, tainted);
      const received: Buffer[] = [];
      const reading = (async () => {
        for await (const piece of await store.get(stored.key, stored.sha256)) received.push(piece as Buffer);
      })();
      await expect(reading).rejects.toMatchObject({ code: 'unavailable', reason: 'file_damaged' });
      const delivered = Buffer.concat(received);
      expect(delivered.equals(content.subarray(0, delivered.length))).toBe(true);
      expect(delivered.length).toBeLessThan(content.length);
    }
  });

  it('refuses a file that was cut at a frame, exchanged for another, or sealed under another key', async () => {
    const store = new FolderFileStore(folder, KEY);
    const stored = await store.put(randomBytes(2 * FRAME));
    const [path = ''] = await filesIn(folder);
    const sealed = await readFile(path);
    const damaged = { code: 'unavailable', reason: 'file_damaged' };
    const read = async (from: FileStore, expected = stored.sha256) =>
      buffer(await from.get(stored.key, expected));

    await expect(read(store, sha256(Buffer.from('another')))).rejects.toMatchObject(damaged);
    await expect(read(new FolderFileStore(folder, randomBytes(32)))).rejects.toMatchObject(damaged);
    await writeFile(path, sealed.subarray(0, sealed.length - FRAME - 16));
    await expect(read(store)).rejects.toMatchObject(damaged);
    await writeFile(path, '');
    await expect(read(store)).rejects.toMatchObject(damaged);
    await rm(path);
    await expect(read(store)).rejects.toMatchObject({ code: 'unavailable', reason: 'file_missing' });
  });

  it('leaves nothing when the disk is full or the upload breaks off', async () => {
    const onFullDisk: OpenFile = async (path, flags, mode) => {
      await (await open(path, flags, mode)).close();
      return open('/dev/full', 'w');
    };
    const full = new FolderFileStore(folder, KEY, onFullDisk);
    await expect(full.put(randomBytes(FRAME * 2))).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'storage_full',
    });
    await expect(full.ready()).rejects.toMatchObject({ reason: 'storage_full' });
    const breaking = Readable.from(
      (async function* () {
        yield randomBytes(FRAME * 2);
        await Promise.reject(new Error('the client went away'));
      })(),
    );
    await expect(new FolderFileStore(folder, KEY).put(breaking)).rejects.toThrow();
    expect(await filesIn(folder)).toEqual([]);
  });

  it('removes a file, and removing it twice is no error', async () => {
    const store = new FolderFileStore(folder, KEY);
    const stored = await store.put(Buffer.from('x'));
    await store.ready();
    await store.remove(stored.key);
    await store.remove(stored.key);
    expect(await filesIn(folder)).toEqual([]);
    await expect(store.remove('../../etc/passwd')).rejects.toThrow(RangeError);
  });
});

describe('the demonstration’s storage key', () => {
  it('is made once and readable by its owner alone', async () => {
    const first = demonstrationStorageKey(folder);
    expect(first).toHaveLength(32);
    expect(demonstrationStorageKey(folder).equals(first)).toBe(true);
    expect((await stat(join(folder, 'storage.key'))).mode & 0o777).toBe(0o600);
  });
});

describe('the address of an object storage', () => {
  it('names credentials, endpoint, bucket, prefix, region and TLS', () => {
    expect(parseS3Location('s3://key:se%2Fcret@files:9000/most/a/b?region=eu-1&tls=false')).toEqual({
      endpoint: 'http://files:9000',
      region: 'eu-1',
      bucket: 'most',
      prefix: 'a/b/',
      credentials: { accessKeyId: 'key', secretAccessKey: 'se/cret' },
    });
    expect(parseS3Location('s3://files/most')).toMatchObject({
      endpoint: 'https://files',
      credentials: undefined,
    });
    expect(() => parseS3Location('s3://files/')).toThrow('bucket');
    expect(() => parseS3Location('s3://files/most?tls=maybe')).toThrow('tls');
  });
});

describe('an object storage as file store', () => {
  const objects = new Map<string, Buffer>();
  let server: Server;
  let address: string;
  let refuse: { status: number; code: string } | undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void (async () => {
        const body = await buffer(request);
        const name = (request.url ?? '').replace(/\/?(\?.*)?$/, '');
        const fail = (status: number, code: string) =>
          response
            .writeHead(status, { 'content-type': 'application/xml' })
            .end(request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
        if (!request.headers.authorization?.includes('Credential=test-key/'))
          return fail(403, 'AccessDenied');
        if (refuse) return fail(refuse.status, refuse.code);
        if (request.method === 'HEAD') return response.writeHead(name === '/most' ? 200 : 404).end();
        if (request.method === 'PUT') {
          if (Number(request.headers['content-length']) !== body.length) return fail(400, 'IncompleteBody');
          objects.set(name, body);
          return response.writeHead(200, { etag: '"1"' }).end();
        }
        if (request.method === 'DELETE') {
          objects.delete(name);
          return response.writeHead(204).end();
        }
        const found = objects.get(name);
        return found
          ? response.writeHead(200, { 'content-length': found.length }).end(found)
          : fail(404, 'NoSuchKey');
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `s3://test-key:test-secret@127.0.0.1:${(server.address() as AddressInfo).port}/most/files?tls=false`;
  });
  afterEach(() => {
    refuse = undefined;
    objects.clear();
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('stores sealed objects, reads them back and removes them', async () => {
    const store = new S3FileStore(parseS3Location(address), KEY, folder);
    await store.ready();
    const content = Buffer.concat([Buffer.from('%PDF-1.7 '), randomBytes(3 * FRAME)]);
    const stored = await store.put(Readable.from([content]));
    expect([...objects.keys()]).toEqual([`/most/files/${stored.key}`]);
    expect([...objects.values()][0]?.includes('%PDF')).toBe(false);
    expect((await buffer(await store.get(stored.key, stored.sha256))).equals(content)).toBe(true);
    expect(await filesIn(folder)).toEqual([]);

    const [name = '', sealed = Buffer.alloc(0)] = [...objects][0] ?? [];
    sealed.writeUInt8(sealed.readUInt8(100) ^ 1, 100);
    objects.set(name, sealed);
    await expect(buffer(await store.get(stored.key, stored.sha256))).rejects.toMatchObject({
      reason: 'file_damaged',
    });

    await store.remove(stored.key);
    expect(objects.size).toBe(0);
    await expect(store.get(stored.key, stored.sha256)).rejects.toMatchObject({ reason: 'file_missing' });
  });

  it('says when the storage is full or away, and leaves no spooled file', async () => {
    const store = new S3FileStore(parseS3Location(address), KEY, folder);
    refuse = { status: 507, code: 'XMinioStorageFull' };
    await expect(store.put(Buffer.from('x'))).rejects.toMatchObject({ reason: 'storage_full' });
    const away = new S3FileStore(parseS3Location('s3://test-key:s@127.0.0.1:9/most?tls=false'), KEY, folder);
    await expect(away.ready()).rejects.toMatchObject({ code: 'unavailable', reason: 'storage_unavailable' });
    await expect(away.put(Buffer.from('x'))).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect(await filesIn(folder)).toEqual([]);
  });
});
