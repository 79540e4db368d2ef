import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import type { IdentityProviderEntry } from '../../src/shared/identity-provider.js';

const SECRET = 'a secret that the provider and MOST share';

type Endpoint = 'discovery' | 'token' | 'jwks' | 'userinfo';
/** In place of the answer that an endpoint should give. */
type Trouble = 'hang' | 'fail' | 'html' | 'huge' | 'redirect';

/** What the provider does otherwise than it should; nothing at first. */
export interface Misbehaviour {
  /** Claims to put into the ID token; undefined takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signature?: 'none' | 'shared_secret' | 'public_key_as_secret' | 'another_key' | 'unknown_kid';
  readonly trouble?: Readonly<Partial<Record<Endpoint, Trouble>>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly userinfo?: Readonly<Record<string, unknown>>;
}

interface Grant {
  readonly nonce: string | null;
  readonly challenge: string | null;
  used: boolean;
}

/** An OpenID provider that does what the test tells it to. It asks nobody for a password: the test is the browser. */
export class FakeProvider {
  misbehaviour: Misbehaviour = {};
  /** As whom people sign in there. */
  person: Readonly<Record<string, unknown>> = {
    sub: 'one',
    email: 'one@fake.example',
    email_verified: true,
    given_name: 'Мила',
    family_name: 'Мост',
  };
  /** What was asked of it, by endpoint. */
  readonly asked: Endpoint[] = [];
  private readonly grants = new Map<string, Grant>();
  private kid = 'first';

  private constructor(
    readonly key: string,
    readonly issuer: string,
    private readonly stopServer: () => Promise<void>,
    private keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey },
  ) {}

  static async start(key: string): Promise<FakeProvider> {
    const server = createServer((request, response) => {
      provider.answer(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stop = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
    const provider: FakeProvider = new FakeProvider(key, `http://127.0.0.1:${port}`, stop, await newKeys());
    return provider;
  }

  entry(more: Partial<IdentityProviderEntry> = {}): IdentityProviderEntry {
    return {
      key: this.key,
      country: 'RS',
      issuer: this.issuer,
      clientId: 'most',
      clientSecret: SECRET,
      buttonText: { sr: `Лажна ${this.key}`, ru: `Поддельная ${this.key}`, en: `Fake ${this.key}` },
      institutions: 'all-of-country',
      ...more,
    };
  }

  /** Lets the person in whom the address asks about. Answers the path with which the browser comes back. */
  letIn(asked: string, changes: Readonly<Record<string, string | null>> = {}): string {
    const { searchParams: question } = new URL(asked);
    const code = randomUUID();
    this.grants.set(code, {
      nonce: question.get('nonce'),
      challenge: question.get('code_challenge'),
      used: false,
    });
    const answer = { code, state: question.get('state'), iss: this.issuer, ...changes };
    const said = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== null);
    return `${new URL(question.get('redirect_uri') ?? '').pathname}?${new URLSearchParams(said).toString()}`;
  }

  /** Signs with a new key from now on, and forgets the old one. */
  async rotateKeys(): Promise<void> {
    this.keys = await newKeys();
    this.kid = randomUUID();
  }

  async logoutToken(claims: JWTPayload): Promise<string> {
    return new SignJWT({
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      jti: randomUUID(),
      iss: this.issuer,
      aud: 'most',
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: this.kid, typ: 'logout+jwt' })
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(this.keys.privateKey);
  }

  stop(): Promise<void> {
    return this.stopServer();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.issuer);
    const endpoint = ENDPOINTS[pathname];
    if (!endpoint) return void response.writeHead(404).end();
    this.asked.push(endpoint);
    let body = '';
    for await (const piece of request) body += String(piece);
    const trouble = this.misbehaviour.trouble?.[endpoint];
    switch (trouble) {
      case undefined:
        return this.answerWell(endpoint, new URLSearchParams(body), response);
      case 'hang':
        return;
      case 'fail':
        return void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>secret inside</h1>');
      case 'html':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>secret inside</h1>');
      case 'huge':
        return void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ access_token: 'x'.repeat(3_000_000), token_type: 'bearer' }));
      case 'redirect':
        return void response.writeHead(302, { location: `${this.issuer}/elsewhere` }).end();
    }
  }

  private async answerWell(
    endpoint: Endpoint,
    form: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const say = (status: number, value: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (endpoint) {
      case 'discovery':
        return say(200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/jwks`,
          userinfo_endpoint: `${this.issuer}/userinfo`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          code_challenge_methods_supported: ['S256'],
          // More than it should: that we take fewer must not depend on what a provider says of itself.
          id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256', 'none'],
          authorization_response_iss_parameter_supported: true,
          ...this.misbehaviour.metadata,
        });
      case 'jwks': {
        const jwk = await exportJWK(this.keys.publicKey);
        return say(200, { keys: [{ ...jwk, kid: this.kid, use: 'sig', alg: 'RS256' }] });
      }
      case 'userinfo':
        return say(200, { ...this.person, ...this.misbehaviour.userinfo });
      case 'token': {
        const grant = this.grants.get(form.get('code') ?? '');
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (!grant || grant.used || grant.challenge !== challenge)
          return say(400, { error: 'invalid_grant' });
        grant.used = true;
        const idToken = await this.idToken(grant);
        return say(200, { access_token: randomUUID(), token_type: 'bearer', id_token: idToken });
      }
    }
  }

  private async idToken({ nonce }: Grant): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = JSON.parse(
      JSON.stringify({
        iss: this.issuer,
        aud: 'most',
        iat: now,
        exp: now + 300,
        nonce,
        sid: `session of ${String(this.person['sub'])}`,
        ...this.person,
        ...this.misbehaviour.claims,
      }),
    ) as JWTPayload;
    switch (this.misbehaviour.signature) {
      case 'none':
        return new UnsecuredJWT(claims).encode();
      case 'shared_secret':
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: this.kid })
          .sign(new TextEncoder().encode(SECRET));
      case 'public_key_as_secret':
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: this.kid })
          .sign(new TextEncoder().encode(await exportSPKI(this.keys.publicKey)));
      case 'another_key':
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: this.kid })
          .sign((await newKeys()).privateKey);
      case 'unknown_kid':
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: 'nobody knows it' })
          .sign(this.keys.privateKey);
      case undefined:
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: this.kid })
          .sign(this.keys.privateKey);
    }
  }
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/token': 'token',
  '/jwks': 'jwks',
  '/userinfo': 'userinfo',
};

function newKeys() {
  return generateKeyPair('RS256', { extractable: true });
}
