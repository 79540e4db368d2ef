import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { newId } from '../../src/shared/ids.js';

/** An issuer of access tokens that does what a test wants, the wrong things too. */
export interface TokenIssuer {
  readonly url: string;
  readonly jwksUri: string;
  /** How it answers when it is asked for its keys. */
  answer: 'keys' | 'error' | 'nonsense' | 'never' | 'endless';
  /** How often it was asked. */
  asked: number;
  /** From now on it signs with another key, and only that one is published. */
  rotate(): Promise<void>;
  /** A token as RFC 9068 wants it, but for what is changed; a claim that is `undefined` is left out. */
  token(changes?: TokenChanges): Promise<string>;
  stop(): Promise<void>;
}

export interface TokenChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, string>>;
  /** Signs in place of the issuer. */
  readonly key?: CryptoKey;
}

export async function startTokenIssuer(): Promise<TokenIssuer> {
  let keys = await newKeys();
  const server = createServer((_request, response) => {
    issuer.asked += 1;
    if (issuer.answer === 'never') return;
    response.statusCode = issuer.answer === 'error' ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    if (issuer.answer === 'endless') response.write(' '.repeat(2 * 1024 * 1024));
    response.end(issuer.answer === 'nonsense' ? 'soon' : JSON.stringify({ keys: [keys.published] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TokenIssuer = {
    url,
    jwksUri: `${url}/keys`,
    answer: 'keys',
    asked: 0,
    async rotate() {
      keys = await newKeys();
    },
    token({ claims = {}, header = {}, key = keys.key } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const whole = {
        iss: url,
        aud: 'urn:most:api',
        sub: 'somebody',
        client_id: 'some-program',
        iat: now,
        exp: now + 600,
        jti: newId(),
        scope: 'accounts:read accounts:write',
        ...claims,
      };
      return new SignJWT(JSON.parse(JSON.stringify(whole)) as typeof whole)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.published.kid, ...header })
        .sign(key);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return issuer;
}

async function newKeys(): Promise<{
  readonly key: CryptoKey;
  readonly published: JWK & { readonly kid: string };
}> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    key: privateKey,
    published: { ...(await exportJWK(publicKey)), kid: newId(), alg: 'ES256', use: 'sig' },
  };
}
