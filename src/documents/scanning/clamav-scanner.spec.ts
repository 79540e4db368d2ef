import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClamavScanner, NoVirusScanner } from './clamav-scanner.js';

let folder: string;
let server: Server;
const sockets = new Set<Socket>();

/** A daemon that speaks INSTREAM and answers by what it was sent. */
async function daemon(answer: (content: Buffer) => string | undefined, limit = Infinity): Promise<string> {
  const path = join(folder, 'clamd.sock');
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      const command = 'zINSTREAM\0';
      if (received.length < command.length) return;
      if (received.subarray(0, command.length).toString() !== command)
        return void socket.end('UNKNOWN COMMAND\0');
      const parts: Buffer[] = [];
      let at = command.length;
      while (received.length >= at + 4) {
        const length = received.readUInt32BE(at);
        if (length === 0) {
          const text = answer(Buffer.concat(parts));
          if (text !== undefined) socket.end(`${text}\0`);
          return;
        }
        if (received.length < at + 4 + length) return;
        parts.push(received.subarray(at + 4, at + 4 + length));
        at += 4 + length;
        if (at > limit) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

const byContent = (content: Buffer) =>
  content.includes('EICAR') ? 'stream: Eicar-Signature FOUND' : `stream: OK`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'most-clamd-'));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  if (server?.listening) await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

describe('the ClamAV scanner', () => {
  it('tells clean from infected, also where the finding spans pieces', async () => {
    const scanner = new ClamavScanner(await daemon(byContent));
    await expect(scanner.scan(Buffer.alloc(300_000, 'a'))).resolves.toEqual({ state: 'clean' });
    await expect(scanner.scan(Buffer.alloc(0))).resolves.toEqual({ state: 'clean' });
    const split = Readable.from([Buffer.from('..EIC'), Buffer.from('AR..')]);
    await expect(scanner.scan(split)).resolves.toEqual({ state: 'infected', detail: 'Eicar-Signature' });
  });

  it('takes no answer, a refusal, a silence and an absence for not scanned', async () => {
    const content = Buffer.alloc(500_000, 'a');
    const tooLarge = await new ClamavScanner(await daemon(byContent, 100_000)).scan(content);
    expect(tooLarge.state).toBe('not_scanned');
    await new Promise((resolve) => server.close(resolve));

    const silent = new ClamavScanner(await daemon(() => undefined), 100);
    await expect(silent.scan(content)).resolves.toMatchObject({
      state: 'not_scanned',
      detail: expect.stringContaining('in time'),
    });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));

    await expect(new ClamavScanner(join(folder, 'absent.sock')).scan(content)).resolves.toMatchObject({
      state: 'not_scanned',
    });
    await expect(new NoVirusScanner().scan()).resolves.toMatchObject({ state: 'not_scanned' });
  });

  it('does not take a broken upload for clean', async () => {
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        await Promise.reject(new Error('the client went away'));
      })(),
    );
    const scanner = new ClamavScanner(await daemon(byContent));
    await expect(scanner.scan(breaking)).resolves.toMatchObject({ state: 'not_scanned' });
  });
});
