import { lookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { FetchImplementation } from 'jose';
import type { CustomFetch } from 'openid-client';

/** No answer of a provider is longer; one that never ends would otherwise fill the memory. */
const LONGEST_ANSWER_BYTES = 1024 * 1024;
/** Statuses whose answers have no body, and whose `Response` must have none. */
const WITHOUT_BODY = new Set([204, 205, 304]);

const INSIDE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INSIDE.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address leads to this machine, into a private network, or nowhere that a provider could stand. */
export function isInside(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '');
  // An IPv4 address in the clothes of IPv6 is checked by the rules of both.
  return INSIDE.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * How providers are asked: an answer of limited length, no redirect followed, and where `onlyPublic` is set no
 * connection to an address inside. The name is looked up once, by the connection itself, so that it cannot mean another
 * address when it is asked again.
 * Throws as the platform's own `fetch` does: TypeError `fetch failed` with its cause, or the reason of the signal.
 */
export function providerFetch({ onlyPublic }: { readonly onlyPublic: boolean }): CustomFetch {
  return async (address, { body, headers, method, signal }) => {
    const url = new URL(address);
    const name = url.hostname.replace(/^\[|\]$/g, '');
    if (onlyPublic && isIP(name) !== 0 && isInside(name)) throw failed(new Error('the address lies inside'));
    const { request } = url.protocol === 'https:' ? https : http;
    const sent =
      body === undefined || body === null ? null : Buffer.from(await new Response(body).arrayBuffer());
    return new Promise<Response>((resolve, reject) => {
      const refuse = (error: unknown) =>
        reject(signal?.aborted === true ? (signal.reason as Error) : failed(error));
      const asked = request(
        url,
        {
          method,
          headers: {
            ...Object.fromEntries(new Headers(headers)),
            ...(sent === null ? {} : { 'content-length': String(sent.length) }),
          },
          ...(signal ? { signal } : {}),
          ...(onlyPublic ? { lookup: publicLookup } : {}),
        },
        (response) => {
          const pieces: Buffer[] = [];
          let length = 0;
          response.on('data', (piece: Buffer) => {
            length += piece.length;
            if (length > LONGEST_ANSWER_BYTES) asked.destroy(new Error('the answer is too long'));
            else pieces.push(piece);
          });
          response.on('error', refuse);
          response.on('aborted', () => refuse(new Error('the answer broke off')));
          response.on('end', () => {
            const status = response.statusCode ?? 0;
            try {
              resolve(
                new Response(WITHOUT_BODY.has(status) ? null : Buffer.concat(pieces), {
                  status,
                  headers: pairsOf(response.headers),
                }),
              );
            } catch (error) {
              refuse(error);
            }
          });
        },
      );
      asked.on('error', refuse);
      asked.end(sent ?? undefined);
    });
  };
}

/** The same way of asking, for the library that looks for keys. */
export function keysFetch(ask: CustomFetch): FetchImplementation {
  return (url, { headers, ...options }) =>
    ask(url, { ...options, headers: Object.fromEntries(headers), body: null });
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const [first] = error ? [] : found;
    if (error || !first) return callback(error ?? new Error('no address'), '', 0);
    if (found.some(({ address }) => isInside(address)))
      return callback(new Error('the name leads inside'), '', 0);
    if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function pairsOf(headers: http.IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
}

function failed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}
