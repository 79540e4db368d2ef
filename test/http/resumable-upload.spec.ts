import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { StartApplication } from '../../src/applications/public.js';
import { PartialUploads, Uploads } from '../../src/documents/public.js';
import { VirusScanner } from '../../src/documents/domain/virus-scan.js';
import { ClamavScanner } from '../../src/documents/scanning/clamav-scanner.js';
import { Database } from '../../src/platform/database/database.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { FileStore } from '../../src/platform/storage/file-store.js';
import { FolderFileStore } from '../../src/platform/storage/folder-file-store.js';
import { SettableClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Documents in parts, and every way in which a file can go wrong on its way. */

const TUS = { 'tus-resumable': '1.0.0' };
const CHUNK = 'application/offset+octet-stream';
const STUDENT = 'student@rs.demo';

let most: HttpApp;
let world: World;
let scratch: string;
let student: Browser;
let stranger: Browser;
let asStudent: RequestContext;
let token: string;
let strangersToken: string;
let id: Id;
let calls = 0;
let pdf: Buffer;
let puts: FileStore['put'];
let scans: VirusScanner['scan'];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-resumable-'));
  most = await startHttpApp({ imports: exchangeModules(scratch) });
  most.app.get(RateLimits).consume = () => Promise.resolve({ allowed: true, remaining: 1, seconds: 1 });
  world = await buildWorld(most.app, most.owner);
  student = await most.signedIn(STUDENT);
  stranger = await most.signedIn('student2@rs.demo');
  await student.open('/?lang=en');
  token = student.token(await student.open('/account'));
  strangersToken = stranger.token(await stranger.open('/account'));
  const { rows } = await most.owner.query<{ id: Id }>('select id from persons where email = $1', [STUDENT]);
  asStudent = await actingAs(most.app, rows[0]?.id ?? '');
  const document = await PDFDocument.create();
  document.addPage();
  // Incompressible, so that it has parts worth the name.
  await document.attach(randomBytes(300_000), 'noise.bin');
  pdf = Buffer.from(await document.save());
  puts = most.app.get(FileStore).put.bind(most.app.get(FileStore));
  scans = most.app.get(VirusScanner).scan.bind(most.app.get(VirusScanner));
}, 120_000);
afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  rmSync(scratch, { recursive: true, force: true });
});
beforeEach(async () => {
  calls += 1;
  most.app.get(FileStore).put = puts;
  most.app.get(VirusScanner).scan = scans;
  await world.publishedCall({ slug: `resumable-${calls}` });
  ({ id } = await most.app.get(StartApplication).run(asStudent, `resumable-${calls}`));
});

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

async function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body: Buffer | null = null,
  as: { readonly browser: Browser; readonly token: string } = { browser: student, token },
): Promise<Told> {
  const response = await fetch(new URL(path, most.url), {
    method,
    headers: {
      ...TUS,
      cookie: as.browser.cookies,
      'x-csrf-token': as.token,
      ...headers,
    },
    ...(body ? { body: new Uint8Array(body) } : {}),
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

function begin(length = pdf.length, requirement = 'transcript', fileName = 'Препис.pdf'): Promise<Told> {
  return ask('POST', `/applications/${id}/uploads`, {
    'upload-length': String(length),
    'upload-metadata': `filename ${base64(fileName)},requirement ${base64(requirement)}`,
  });
}

async function began(length?: number): Promise<string> {
  const answer = await begin(length);
  expect(answer.status).toBe(201);
  return answer.headers.get('location') ?? '';
}

const send = (path: string, at: number, part: Buffer, headers: Readonly<Record<string, string>> = {}) =>
  ask('PATCH', path, { 'content-type': CHUNK, 'upload-offset': String(at), ...headers }, part);

const offsetOf = async (path: string) => (await ask('HEAD', path)).headers.get('upload-offset');

async function attached(): Promise<
  { id: Id; sha256: string; version: number; file_name: string; scan: string }[]
> {
  const { rows } = await most.owner.query<{
    id: Id;
    sha256: string;
    version: number;
    file_name: string;
    scan: string;
  }>('select id, sha256, version, file_name, scan from uploads where subject_id = $1 order by version', [id]);
  return rows;
}
const partsHeld = async () =>
  (await most.owner.query<{ count: string }>('select count(*) from partial_upload_parts')).rows[0]?.count;

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

/** Sends the beginning of a part and lets the connection break. */
function breakOff(path: string, at: number, part: Buffer, sent: number): Promise<void> {
  return new Promise((resolve) => {
    const request = httpRequest(new URL(path, most.url), {
      method: 'PATCH',
      headers: {
        ...TUS,
        cookie: student.cookies,
        'x-csrf-token': token,
        'content-type': CHUNK,
        'upload-offset': String(at),
        'content-length': String(part.length),
      },
    });
    request.on('error', () => {
      resolve();
    });
    request.write(part.subarray(0, sent), () => {
      setTimeout(() => request.destroy(), 200);
    });
  });
}

describe('a document in parts', () => {
  it('says what it can do', async () => {
    const { status, headers } = await ask('OPTIONS', `/applications/${id}/uploads`);
    expect(status).toBe(204);
    expect(headers.get('tus-version')).toBe('1.0.0');
    expect(headers.get('tus-extension')).toBe('creation,termination,checksum,expiration');
    expect(headers.get('tus-max-size')).toBe('20971520');
  });

  it('arrives whole, is checked like every file, and leaves nothing behind', async () => {
    const path = await began();
    const half = pdf.length >> 1;
    const first = await send(path, 0, pdf.subarray(0, half));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(half)]);
    expect(await attached()).toEqual([]);
    const last = await send(path, half, pdf.subarray(half));
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, String(pdf.length)]);
    const [document, ...others] = await attached();
    expect(others).toEqual([]);
    expect(document).toMatchObject({
      sha256: createHash('sha256').update(pdf).digest('hex'),
      file_name: 'Препис.pdf',
      scan: 'not_scanned',
    });
    expect(last.headers.get('most-document')).toBe(document?.id);
    expect(await partsHeld()).toBe('0');
    // Whoever lost the last answer finds it again.
    expect((await ask('HEAD', path)).headers.get('most-document')).toBe(document?.id);
    expect((await send(path, pdf.length, Buffer.alloc(0))).status).toBe(409);
    expect(await attached()).toHaveLength(1);
  });

  it('goes on where the network broke off, and the hash is that of the file', async () => {
    const path = await began();
    await breakOff(path, 0, pdf, pdf.length >> 1);
    let at = 0;
    for (let tries = 0; tries < 40 && at === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      at = Number(await offsetOf(path));
    }
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(pdf.length);
    expect(await attached()).toEqual([]);
    expect((await send(path, at, pdf.subarray(at))).status).toBe(204);
    expect((await attached())[0]?.sha256).toBe(createHash('sha256').update(pdf).digest('hex'));
  });

  it('takes no part at another place than it goes on at, nor twice', async () => {
    const path = await began();
    const part = pdf.subarray(0, 1000);
    expect((await send(path, 1, part)).status).toBe(409);
    const both = await Promise.all([send(path, 0, part), send(path, 0, part)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await offsetOf(path)).toBe('1000');
    expect(await partsHeld()).toBe('1');
    const more = await send(path, 1000, Buffer.concat([pdf, pdf]));
    expect(more.status).toBe(413);
    expect(await offsetOf(path)).toBe('1000');
    await ask('DELETE', path);
  });

  it('compares the checksum of a part', async () => {
    const path = await began();
    const part = pdf.subarray(0, 1000);
    const sum = (content: Buffer) => `sha256 ${createHash('sha256').update(content).digest('base64')}`;
    const wrong = await send(path, 0, part, { 'upload-checksum': sum(pdf) });
    expect(wrong.status).toBe(460);
    expect(await offsetOf(path)).toBe('0');
    expect((await send(path, 0, part, { 'upload-checksum': sum(part) })).status).toBe(204);
    expect((await send(path, 1000, part, { 'upload-checksum': 'md5 x' })).status).toBe(422);
    await ask('DELETE', path);
  });

  it('speaks the protocol: version, type and numbers', async () => {
    const path = await began();
    const without = await fetch(new URL(path, most.url), {
      method: 'PATCH',
      headers: { cookie: student.cookies, 'x-csrf-token': token, 'content-type': CHUNK },
      body: 'x',
    });
    expect(without.status).toBe(412);
    expect(without.headers.get('tus-version')).toBe('1.0.0');
    expect((await send(path, 0, Buffer.from('x'), { 'content-type': 'application/json' })).status).not.toBe(
      204,
    );
    expect((await send(path, 0, Buffer.from('x'), { 'upload-offset': '-1' })).status).toBe(422);
    expect((await begin(0)).status).toBe(422);
    const tooLarge = await begin(20 * 1024 * 1024 + 1);
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.body).toBe('The file is too large. The limit is 20 MB.');
    await ask('DELETE', path);
  });

  it('is its owner’s alone, needs the token of a page, and is asked for anew with each part', async () => {
    const path = await began();
    const other = { browser: stranger, token: strangersToken };
    for (const method of ['HEAD', 'PATCH', 'DELETE']) {
      const answer = await ask(
        method,
        path,
        { 'content-type': CHUNK, 'upload-offset': '0' },
        method === 'PATCH' ? Buffer.from('x') : null,
        other,
      );
      expect([method, answer.status]).toEqual([method, 404]);
    }
    const forged = await ask(
      'PATCH',
      path,
      { 'content-type': CHUNK, 'upload-offset': '0' },
      Buffer.from('x'),
      { browser: student, token: 'forged' },
    );
    expect(forged.status).toBe(403);
    await most.owner.query("update applications set state = 'withdrawn' where id = $1", [id]);
    expect((await send(path, 0, pdf)).status).toBe(409);
    await most.owner.query("update applications set state = 'draft' where id = $1", [id]);
    expect(await offsetOf(path)).toBe('0');
    await ask('DELETE', path);
  });

  it('is forgotten when it is taken back or not gone on with, and its parts with it', async () => {
    const stored = filesIn(join(scratch, 'files'));
    const cancelled = await began();
    await send(cancelled, 0, pdf.subarray(0, 1000));
    expect((await ask('DELETE', cancelled)).status).toBe(204);
    expect((await ask('HEAD', cancelled)).status).toBe(404);
    const left = await began();
    await send(left, 0, pdf.subarray(0, 1000));
    await most.app.get(PartialUploads).expire(new SettableClock(new Date(Date.now() + DAY_MS / 2)));
    expect(await offsetOf(left)).toBe('1000');
    await most.app.get(PartialUploads).expire(new SettableClock(new Date(Date.now() + 2 * DAY_MS)));
    expect((await ask('HEAD', left)).status).toBe(404);
    expect(await partsHeld()).toBe('0');
    expect(filesIn(join(scratch, 'files'))).toBe(stored);
  });

  it('may be one of ten at once', async () => {
    const paths = [];
    for (let count = 0; count < 10; count++) paths.push(await began());
    const refused = await begin();
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('At most 10 files');
    for (const path of paths) await ask('DELETE', path);
  });

  it('lies sealed in the store while it is on its way', async () => {
    const path = await began();
    await send(path, 0, Buffer.from('%PDF-1.7 passport 012345678'));
    const { rows } = await most.owner.query<{ storage_key: string }>(
      'select storage_key from partial_upload_parts',
    );
    const key = rows[0]?.storage_key ?? '';
    const sealed = readFileSync(join(scratch, 'files', key.slice(0, 2), key.slice(2, 4), key));
    expect(sealed.includes('passport')).toBe(false);
    await ask('DELETE', path);
  });
});

describe('what can go wrong with a file', () => {
  it('that is no PDF is refused at its end, in words, and nothing is attached', async () => {
    const path = await began(5);
    const refused = await send(path, 0, Buffer.from('hello'));
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toContain('text/plain');
    expect(refused.body.length).toBeGreaterThan(10);
    expect(await attached()).toEqual([]);
    expect(await partsHeld()).toBe('0');
  });

  it('a full disk is told in words; nothing is attached, and it goes on when there is room', async () => {
    const full = new FolderFileStore(join(scratch, 'full'), randomBytes(32), async (path, flags, mode) => {
      await (await open(path, flags, mode)).close();
      return open('/dev/full', 'w');
    });
    const path = await began();
    most.app.get(FileStore).put = (content) => full.put(content);
    const refused = await send(path, 0, pdf);
    expect(refused.status).toBe(503);
    expect(refused.body).not.toBe('');
    expect(await offsetOf(path)).toBe('0');
    // By the plain form, too.
    const form = new FormData();
    form.append('_csrf', token);
    form.append('transcript', new Blob([new Uint8Array(pdf)]), 'Препис.pdf');
    const page = await student.post(`/applications/${id}/documents/transcript`, form);
    expect(page.status).toBe(503);
    expect(page.body).toContain('role="alert"');
    expect(page.body).toContain(refused.body.replaceAll("'", '&#39;'));
    expect(await attached()).toEqual([]);
    most.app.get(FileStore).put = puts;
    expect((await send(path, 0, pdf)).status).toBe(204);
    expect(await attached()).toHaveLength(1);
  });

  it('two tabs give two versions of one document, of which the last counts', async () => {
    const [one, two] = [await began(), await began()];
    const results = await Promise.all([send(one, 0, pdf), send(two, 0, pdf)]);
    expect(results.map(({ status }) => status)).toEqual([204, 204]);
    expect((await attached()).map(({ version }) => version)).toEqual([1, 2]);
    const { rows } = await most.owner.query(
      'select from uploads where subject_id = $1 and removed_at is null',
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('a file that is not what was stored is not handed on', async () => {
    const path = await began();
    await send(path, 0, pdf);
    const [document] = await attached();
    await most.owner.query("update uploads set sha256 = repeat('0', 64) where id = $1", [document?.id]);
    const file = await most.app
      .get(Database)
      .read(asStudent, (ctx) =>
        most.app.get(Uploads).open(ctx, { kind: 'application', id }, document?.id ?? ''),
      );
    await expect((async () => buffer(await file.content()))()).rejects.toMatchObject({
      reason: 'file_damaged',
    });
    const { rows } = await most.owner.query<{ sha256: string }>(
      'update uploads set sha256 = $2 where id = $1 returning sha256',
      [document?.id, createHash('sha256').update(pdf).digest('hex')],
    );
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['infected', 'stream: Eicar-Signature FOUND\0', 422, []],
    ['clean', 'stream: OK\0', 204, ['clean']],
    ['broken', 'INSTREAM size limit exceeded. ERROR\0', 204, ['not_scanned']],
    ['silent', null, 204, ['not_scanned']],
    ['away', undefined, 204, ['not_scanned']],
  ] as const)('a scanner that is %s', async (_name, says, status, scan) => {
    const socket = join(scratch, `clamd-${calls}.sock`);
    const server = createServer((connection) => {
      connection.on('error', () => undefined);
      let received = Buffer.alloc(0);
      connection.on('data', (piece) => {
        received = Buffer.concat([received, piece]);
        // Answers once all has come: after a piece of no length.
        if (says && received.subarray(-4).equals(Buffer.alloc(4))) connection.end(says);
      });
    });
    if (says !== undefined) await new Promise<void>((resolve) => server.listen(socket, resolve));
    const scanner = new ClamavScanner(socket, says === null ? 300 : 10_000);
    most.app.get(VirusScanner).scan = (content) => scanner.scan(content);
    const path = await began();
    expect((await send(path, 0, pdf)).status).toBe(status);
    expect((await attached()).map((each) => each.scan)).toEqual(scan);
    if (says !== undefined) await new Promise((resolve) => server.close(resolve));
  });

  it('beyond the limit keeps nothing and says so on the page', async () => {
    const form = new FormData();
    form.append('_csrf', token);
    form.append('transcript', new Blob([new Uint8Array(20 * 1024 * 1024 + 1)]), 'Велико.pdf');
    const refused = await student.post(`/applications/${id}/documents/transcript`, form);
    expect(refused.status).toBe(413);
    expect(refused.body).toContain('The file is too large. The limit is 20 MB.');
    expect(refused.body).toContain('enctype="multipart/form-data"');
    expect(await attached()).toEqual([]);
  });
});
