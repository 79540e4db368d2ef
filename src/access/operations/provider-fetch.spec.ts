import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInside, providerFetch } from './provider-fetch.js';

let server: Server;
let port: number;
let asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (request.url === '/long') response.end(' '.repeat(3_000_000));
    else if (request.url === '/silent') return;
    else {
      response.setHeader('content-type', 'application/json');
      request.pipe(response);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = (
  path: string,
  onlyPublic: boolean,
  more: { signal?: AbortSignal; host?: string; body?: string } = {},
) =>
  providerFetch({ onlyPublic })(`http://${more.host ?? '127.0.0.1'}:${port}${path}`, {
    method: more.body === undefined ? 'GET' : 'POST',
    headers: {},
    redirect: 'manual',
    body: more.body ?? null,
    ...(more.signal ? { signal: more.signal } : {}),
  });

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '[::1]',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:127.0.0.1',
    '64:ff9b::a00:1',
    'ff02::1',
    '255.255.255.255',
  ])('lies inside: %s', (address) => {
    expect(isInside(address)).toBe(true);
  });

  it.each(['147.91.1.1', '172.32.0.1', '93.180.0.1', '2a00:1450::1', '::ffff:147.91.1.1', '100.128.0.1'])(
    'lies outside: %s',
    (address) => {
      expect(isInside(address)).toBe(false);
    },
  );
});

describe('asking a provider', () => {
  it('sends what is to be sent and gives the answer back', async () => {
    const answer = await ask('/', false, { body: 'grant_type=код' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe('grant_type=код');
  });

  it('follows no redirect', async () => {
    asked = [];
    expect((await ask('/moved', false)).status).toBe(302);
    expect(asked).toEqual(['/moved']);
  });

  it('does not connect to what lies inside, by number or by name, where only the public is meant', async () => {
    asked = [];
    for (const host of ['127.0.0.1', 'localhost', '0.0.0.0'])
      await expect(ask('/', true, { host })).rejects.toThrow('fetch failed');
    expect(asked).toEqual([]);
  });

  it('reads no more than a provider has to say, and waits no longer than it may', async () => {
    await expect(ask('/long', false)).rejects.toThrow('fetch failed');
    await expect(ask('/silent', false, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});
